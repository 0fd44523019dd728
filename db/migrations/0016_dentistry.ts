/**
 * What dentistry says beside code, tooth and charge (domain/claims/dentistry/details.ts). Where the
 * practice app says it, where a claim keeps it: `details` of a visit and of a claim are one kind,
 * `details` of a procedure and of a claim's line another.
 */
export const up = `
alter table patients add column missing_teeth jsonb;                       -- null: not charted
alter table enrolments add column assignment text not null default 'clinic' check (assignment in ('clinic','patient'));
alter table enrolments add column signed_on date;                          -- consent and assignment, by patient or subscriber
alter table practitioners add column signature_on_file boolean not null default false;
alter table clinics add column payee jsonb;                                -- null: the organisation itself
alter table visits add column details jsonb not null default '{}';
alter table visits add column billing_practitioner_id uuid;                -- null: the organisation bills
alter table visits add foreign key (organisation_id, billing_practitioner_id) references practitioners(organisation_id, id);
alter table visit_procedures add column details jsonb not null default '{}';
alter table claims add column details jsonb not null default '{}';
alter table claims add column billing_practitioner_id uuid;
alter table claims add foreign key (organisation_id, billing_practitioner_id) references practitioners(organisation_id, id);
alter table claim_lines add column details jsonb not null default '{}';
`
