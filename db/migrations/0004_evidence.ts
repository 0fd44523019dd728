/**
 * Files that a person keeps as proof of what the provider said: letters, screenshots of a portal.
 * Never sent anywhere.
 */
export const up = `
create table evidence (
  organisation_id uuid not null, id uuid not null, claim_id uuid not null,
  media_type text not null, file_name text not null, sha256 bytea not null, size integer not null, bytes bytea not null,
  added_by text not null, created_at timestamptz not null,
  primary key (organisation_id, id), unique (organisation_id, claim_id, sha256),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
alter table evidence alter column bytes set storage external;
alter table evidence enable row level security;
alter table evidence force row level security;
create policy tenant on evidence using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
grant select, insert on evidence to claimhub_app;
`
