/**
 * What a person does about a remittance: a quarantined one is superseded by a corrected one, and
 * what came to the bank is written beside what the document says. Two more accounts of a remittance
 * of 80, of which the bank got 75 and kept 5 for itself:
 * - when the receipt is recorded: in_transit −75, bank +75
 * - when somebody says that the bank kept the rest: in_transit −5, bank_fee +5
 */
export const up = `
alter table remittances add column superseded_by uuid;
alter table remittances add foreign key (organisation_id, superseded_by) references remittances(organisation_id, id);
alter table remittances drop constraint remittances_state_check;
alter table remittances add constraint remittances_state_check check (state in ('posted','quarantined','duplicate','test','superseded'));

alter table ledger_entries drop constraint ledger_entries_account_check;
alter table ledger_entries add constraint ledger_entries_account_check check (account in ('charged','open','paid','contractual','patient','other_payer',
  'denied','withheld_tax','discount','bank_fee','write_off','taken_back','remitted','allocated','suspense','provider_adjustment','bank','in_transit'));
alter table ledger_transactions drop constraint ledger_transactions_kind_check;
alter table ledger_transactions add constraint ledger_transactions_kind_check check (kind in ('charge','decision','payment','remittance','settlement',
  'adjustment','reversal','bank_receipt'));

create table bank_receipts (
  organisation_id uuid not null, id uuid not null, remittance_id uuid not null,
  kind text not null check (kind in ('received','bank_fee','awaiting_rest')),
  amount bigint not null,                      -- what came, what the bank kept, or what is still awaited; minor units of the remittance
  received_on date, reference text, reason text,
  actor text not null, created_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, remittance_id) references remittances(organisation_id, id)
);
create index bank_receipts_remittance on bank_receipts (organisation_id, remittance_id);
alter table bank_receipts enable row level security;
alter table bank_receipts force row level security;
create policy tenant on bank_receipts using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
grant select, insert on bank_receipts to claimhub_app;
`
