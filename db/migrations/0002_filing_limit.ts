/**
 * Warnings before the filing limit: about a draft (claim_id) or about a visit that nobody has
 * claimed yet.
 */
export const up = `
alter table attention_items add column visit_id uuid;
alter table attention_items add foreign key (organisation_id, visit_id) references visits(organisation_id, id);
create index visits_completed on visits (organisation_id, visited_on) where status = 'completed';
`
