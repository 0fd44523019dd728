/**
 * A patient with two HMOs. `first_claim_id`: the claim to the HMO that pays before this claim's, as
 * far as it was known when the draft was made or sent. `before_first_reason`: why a person did not
 * wait for that HMO. A line that the first HMO denied may be claimed from the other one.
 */
export const up = `
alter table claims add column first_claim_id uuid, add column before_first_reason text;
alter table claims add foreign key (organisation_id, first_claim_id) references claims(organisation_id, id) on delete set null (first_claim_id);
create index claims_first on claims (organisation_id, first_claim_id) where first_claim_id is not null;
alter table claim_lines drop constraint claim_lines_settlement_check;
alter table claim_lines add constraint claim_lines_settlement_check check (settlement in ('appeal','bill_patient','write_off','bill_other_payer'));
`
