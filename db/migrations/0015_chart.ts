/**
 * What leaves is what the chart says: a procedure that the practice took out of its visit although
 * a claim has it, which fields of a draft a person has chosen instead of the visit's, one file for
 * several teeth and kinds, and the notation in which a practice names its teeth.
 */
export const up = `
alter table visit_procedures add column removed boolean not null default false;
alter table claims add column chosen text[] not null default '{}' check (chosen <@ array['diagnoses','practitioner','details']);
alter table attachments add column labels jsonb not null default '[]';   -- [{kind, tooth?}] beside the row's own
alter table organisations add column tooth_notation text check (tooth_notation in ('universal','fdi'));
`
