/**
 * What a person did is undone by transactions that reverse the first ones, each once; both stay.
 * `reverses` links the later to the earlier. A voided remittance is out of the ledger, with who
 * took it out and why. Money that was paid beyond a claim leaves it as a refund, against a
 * remittance that held it back, as a credit, or for another claim.
 */
export const up = `
alter table ledger_transactions add column reverses uuid;
alter table ledger_transactions add foreign key (organisation_id, reverses) references ledger_transactions(organisation_id, id);
create unique index ledger_transactions_reverses on ledger_transactions (organisation_id, reverses) where reverses is not null;
create index ledger_transactions_remittance on ledger_transactions (organisation_id, remittance_id) where remittance_id is not null;
alter table ledger_transactions drop constraint ledger_transactions_kind_check;
alter table ledger_transactions add constraint ledger_transactions_kind_check check (kind in ('charge','decision','payment','remittance','settlement',
  'adjustment','reversal','bank_receipt','refund','offset','credit','transfer'));
alter table ledger_entries drop constraint ledger_entries_account_check;
alter table ledger_entries add constraint ledger_entries_account_check check (account in ('charged','open','paid','contractual','patient','other_payer',
  'denied','withheld_tax','discount','bank_fee','write_off','taken_back','remitted','allocated','suspense','provider_adjustment','bank','in_transit',
  'credit'));

alter table remittances drop constraint remittances_state_check;
alter table remittances add constraint remittances_state_check check (state in ('posted','held','quarantined','duplicate','test','superseded','voided'));
alter table remittances add column voided_at timestamptz, add column voided_by text, add column void_reason text;

alter table bank_receipts add column undoes uuid;
alter table bank_receipts add foreign key (organisation_id, undoes) references bank_receipts(organisation_id, id);
create unique index bank_receipts_undoes on bank_receipts (organisation_id, undoes) where undoes is not null;
create index notices_posting on notices (organisation_id, (act ->> 'posting')) where act ->> 'posting' is not null;
create index notices_undone on notices (organisation_id, claim_id) where event -> 'fact' ->> 'type' = 'undone';
`
