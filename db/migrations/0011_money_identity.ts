/**
 * The identity of money: payer, number, amount, currency and day within an organisation, whichever
 * connection or format it comes by. What seems to be posted already is held whole until a person
 * says whether it is the same money.
 */
export const up = `
alter table remittances add column payer_key text not null default '';         -- domain/money/identity/keys.ts
alter table remittances add column trace_key text not null default '';
alter table remittances add column provider_adjustments jsonb not null default '[]';
alter table remittances add column summed boolean not null default false;      -- the document states no amount of the payment
alter table remittances add column resource text;                              -- the resource that it is an edition of, and which
alter table remittances add column edition bigint;
alter table remittances add column duplicate_of uuid;
alter table remittances add column held jsonb;                                 -- why, beside which remittances, and what differs
update remittances set payer_key = regexp_replace(upper(payer), '[^[:alnum:]]', '', 'g'),
  trace_key = regexp_replace(regexp_replace(upper(trace_number), '[^[:alnum:]]', '', 'g'), '^0+', '');
alter table remittances alter column payer_key drop default;
alter table remittances alter column trace_key drop default;
alter table remittances add foreign key (organisation_id, duplicate_of) references remittances(organisation_id, id);
alter table remittances drop constraint remittances_state_check;
alter table remittances add constraint remittances_state_check check (state in ('posted','held','quarantined','duplicate','test','superseded'));

-- The same money in another split is no longer a row of its own in the ledger: writers of one number wait for each other (db/money/identity).
drop index remittances_once;
drop index remittances_trace;
create index remittances_trace on remittances (organisation_id, trace_key) where state in ('posted','held','superseded');
create index remittances_resource on remittances (organisation_id, connection_id, resource) where resource is not null;
`
