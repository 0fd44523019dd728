/**
 * A line of a remittance that waits in suspense for something that has not come yet: a reversal for
 * the payment that it takes back, a decision said again for the reversal of the one before. What
 * arrives for the claim takes it up.
 */
export const up = `
alter table remittance_lines add column waits_for uuid;   -- the claim on which it is posted once that can be
alter table remittance_lines add column place jsonb;      -- domain PlacedClaim: where its lines stand in that claim
alter table remittance_lines add foreign key (organisation_id, waits_for) references claims(organisation_id, id);
create index remittance_lines_waiting on remittance_lines (organisation_id, waits_for) where waits_for is not null and claim_id is null;

-- Another payer must be billed first: somebody says that this is done.
alter table claim_lines drop constraint claim_lines_settlement_check;
alter table claim_lines add constraint claim_lines_settlement_check
  check (settlement in ('appeal','bill_patient','write_off','bill_other_payer'));

-- Tax that was withheld on the way to the bank; its certificate's number is the reference.
alter table bank_receipts drop constraint bank_receipts_kind_check;
alter table bank_receipts add constraint bank_receipts_kind_check
  check (kind in ('received','bank_fee','withheld_tax','awaiting_rest'));
`
