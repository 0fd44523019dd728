/**
 * What came in and was not believed: a notice or a remittance whose marks contradict the claim that
 * it names, or fit several. Held whole until a person releases, matches or refuses it. And what
 * providers say that we have wrong of a member, for the next draft.
 */
export const up = `
create table held_matches (
  organisation_id uuid not null, id uuid not null, connection_id uuid not null,
  document_id uuid not null, sequence integer not null, content_sha256 bytea not null,
  what text not null check (what in ('notice','remittance')),
  remittance_id uuid,
  body jsonb not null,                         -- the notice, or the domain's Remittance
  doubts jsonb not null,                       -- of each doubtful claim: its place, the verdict, the marks and the candidates
  state text not null check (state in ('held','released','matched','refused','superseded')),
  chosen jsonb,                                -- which claim each place means, as a person said
  decided_by text, reason text, decided_at timestamptz,
  created_at timestamptz not null,
  primary key (organisation_id, id), unique (organisation_id, document_id, what, content_sha256),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id),
  foreign key (organisation_id, document_id) references documents(organisation_id, id),
  foreign key (organisation_id, remittance_id) references remittances(organisation_id, id)
);
create index held_matches_open on held_matches (organisation_id, id) where state = 'held';
create index held_matches_remittance on held_matches (organisation_id, remittance_id) where remittance_id is not null;
alter table held_matches enable row level security;
alter table held_matches force row level security;
create policy tenant on held_matches using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
grant select, insert, update on held_matches to claimhub_app;

create table member_corrections (
  organisation_id uuid not null, id uuid not null, claim_id uuid not null, enrolment_id uuid not null,
  document_id uuid, family text, given text, birth_date date, member_id text,
  learned_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id),
  foreign key (organisation_id, enrolment_id) references enrolments(organisation_id, id)
);
create index member_corrections_enrolment on member_corrections (organisation_id, enrolment_id, id desc);
alter table member_corrections enable row level security;
alter table member_corrections force row level security;
create policy tenant on member_corrections using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
grant select, insert on member_corrections to claimhub_app;
`
