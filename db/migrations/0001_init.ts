/**
 * The first schema. Every tenant table is keyed by (organisation_id, id), its foreign keys carry the organisation, and row-level
 * security is forced on it. `providers` and `organisations` are the tables above tenants, with the
 * operator's own log.
 *
 * Chart of accounts (ledger_entries.account), signs as they appear on a claim with charge 100, paid 80, contractual 15, patient 5:
 *   charged −100, open +100                                     when the claim is submitted
 *   open −100, paid +80, contractual +15, patient +5            when the remittance posts
 *   remitted −80, allocated +80                                 the remittance's own side (suspense for what matches no claim)
 * Accounts of a claim: charged, open, paid, contractual, patient, other_payer, denied, withheld_tax, discount, bank_fee, write_off,
 * taken_back. Accounts of a remittance: remitted, allocated, suspense, provider_adjustment.
 */
export const up = `
create table organisations (
  id uuid primary key,
  name text not null,
  tax_id text, npi text,
  created_at timestamptz not null default now()
);

create table providers (
  id text primary key,
  adapter_id text not null,
  name text not null,
  phone text, contact text, portal_url text,
  created_at timestamptz not null default now()
);

-- What the operator did above all organisations; no application role reads or writes it.
create table operator_log (
  id uuid primary key,
  actor text not null, action text not null, subject text not null, detail jsonb not null default '{}', at timestamptz not null
);

create table clinics (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, name text not null, npi text, phone text, address jsonb not null, zone text not null default 'UTC',
  version bigint not null default 1,
  primary key (organisation_id, id), unique (organisation_id, external_id)
);

create table api_keys (
  organisation_id uuid not null references organisations(id), id uuid not null,
  name text not null, role text not null check (role in ('owner','admin','billing','practice_app','read_only')),
  key_prefix text not null,                    -- of the key, to know it again by; the key itself is nowhere
  key_hash bytea not null unique, created_at timestamptz not null default now(), revoked_at timestamptz,
  primary key (organisation_id, id)
);

create table practitioners (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  family text not null, given text not null, npi text, licence text,
  accreditations jsonb not null default '{}',  -- provider id -> number
  primary key (organisation_id, id), unique (organisation_id, external_id)
);

create table patients (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  family text not null, given text not null, birth_date date not null,
  sex text not null check (sex in ('female','male','other','unknown')), address jsonb, phone text,
  search text not null generated always as (lower(family || ' ' || given || ' ' || family || ' ' || external_id)) stored,
  primary key (organisation_id, id), unique (organisation_id, external_id)
);

create table enrolments (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  patient_id uuid not null, provider_id text not null references providers(id),
  member_id text not null, card_number text, plan text, group_number text,
  relationship text not null check (relationship in ('self','spouse','child','other')),
  subscriber jsonb,                            -- a Person; null when the patient is the subscriber
  priority text not null default 'primary' check (priority in ('primary','secondary')),
  valid_from date not null, valid_to date,
  primary key (organisation_id, id), unique (organisation_id, external_id),
  foreign key (organisation_id, patient_id) references patients(organisation_id, id)
);

create table authorisations (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  patient_id uuid not null, provider_id text not null references providers(id),
  kind text not null check (kind in ('loa','preauthorisation','referral','predetermination')),
  number text not null, issued_on date not null, valid_until date,
  codes text[] not null default '{}', teeth text[] not null default '{}',
  amount bigint, currency text, used bigint not null default 0,
  primary key (organisation_id, id), unique (organisation_id, external_id),
  foreign key (organisation_id, patient_id) references patients(organisation_id, id)
);

create table visits (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  patient_id uuid not null, clinic_id uuid not null, practitioner_id uuid not null,
  visited_on date not null, status text not null check (status in ('planned','completed','cancelled')),
  diagnoses jsonb not null default '[]',
  receipts bigint not null default 0,          -- what the patient has paid already, minor units
  currency text not null,
  primary key (organisation_id, id), unique (organisation_id, external_id),
  foreign key (organisation_id, patient_id) references patients(organisation_id, id),
  foreign key (organisation_id, clinic_id) references clinics(organisation_id, id),
  foreign key (organisation_id, practitioner_id) references practitioners(organisation_id, id)
);

create table visit_procedures (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, visit_id uuid not null,
  code text not null, tooth text, surfaces text, area text, quantity integer not null default 1 check (quantity > 0),
  fee bigint not null check (fee >= 0),        -- the clinic's list price, minor units of the visit's currency
  primary key (organisation_id, id), unique (organisation_id, visit_id, external_id),
  foreign key (organisation_id, visit_id) references visits(organisation_id, id) on delete cascade
);

create index patients_name on patients (organisation_id, lower(family), lower(given), id);
create index enrolments_patient on enrolments (organisation_id, patient_id);
create index visits_patient on visits (organisation_id, patient_id, visited_on);

create table connections (
  organisation_id uuid not null references organisations(id), id uuid not null,
  provider_id text not null references providers(id),
  mode text not null check (mode in ('test','production')),
  currency text not null, zone text not null default 'UTC',
  endpoint jsonb not null,                     -- the transport's settings: addresses, folders, pinned host key
  settings jsonb not null,                     -- the adapter's settings
  secrets bytea,                               -- AES-256-GCM; never returned
  deadlines jsonb not null default '{}',       -- what differs from the declaration's defaults
  poll_seconds integer not null default 900 check (poll_seconds > 0),   -- business time between two collections
  requests_per_second numeric(8,2),            -- the contractual limit, exact
  enabled boolean not null default true,
  stopped_because text,                        -- credentials refused, host key changed: sending waits until a person clears it
  created_at timestamptz not null default now(),
  primary key (organisation_id, id), unique (organisation_id, provider_id, mode)
);

create table control_numbers (
  organisation_id uuid not null, connection_id uuid not null, last_number bigint not null default 0,
  primary key (organisation_id, connection_id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);

create table request_slots (               -- the exact, contractual rate limit (database clock): when the next request may leave,
  -- and when the next sender that must go away may come back
  organisation_id uuid not null, connection_id uuid not null, next_free timestamptz not null, next_turn timestamptz not null,
  primary key (organisation_id, connection_id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);

create table mailboxes (
  organisation_id uuid not null, connection_id uuid not null,
  cursor text, lease_until timestamptz, attempt bigint not null default 0,
  last_tried_at timestamptz, last_success_at timestamptz,  -- business time; a try that fails is no success
  failures integer not null default 0, failing_because text, -- since the last success; domain/inbox/collectFailure.ts
  primary key (organisation_id, connection_id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);

create table rates (
  organisation_id uuid not null references organisations(id), id uuid not null,
  external_id text not null, version bigint not null,
  provider_id text not null references providers(id), clinic_id uuid, plan text,
  code text not null, amount bigint not null check (amount >= 0), currency text not null,
  valid_from date not null, valid_to date,
  primary key (organisation_id, id), unique (organisation_id, external_id),
  foreign key (organisation_id, clinic_id) references clinics(organisation_id, id)
);
create index rates_lookup on rates (organisation_id, provider_id, code, valid_from);

create sequence claim_numbers;

create table claims (
  organisation_id uuid not null references organisations(id), id uuid not null,
  claim_number text not null,
  version integer not null default 1,          -- of the draft; rises with each edit
  clinic_id uuid not null, patient_id uuid not null, enrolment_id uuid not null,
  provider_id text not null references providers(id), connection_id uuid not null, practitioner_id uuid not null,
  currency text not null, total bigint not null,
  service_from date not null, service_to date not null,
  diagnoses jsonb not null default '[]', note text,
  status text not null default 'DRAFT'
    check (status in ('DRAFT','SUBMITTED','RECEIVED','IN_REVIEW','APPROVED','PARTIAL','REJECTED','CANCELLED')),
  payment_status text not null default 'UNPAID' check (payment_status in ('UNPAID','PART_PAID','PAID','OVERPAID')),
  delivery text check (delivery in ('WAITING','READY','SENDING','SENT','UNKNOWN','RESEND','REFUSED')),
  rejected_at text check (rejected_at in ('front_end','adjudicated')),
  state jsonb not null default '{}',           -- the rest of domain/claimState.ts
  closed_because text check (closed_because in ('settled','cancelled','replaced')),
  purpose text not null default 'new' check (purpose in ('new','replacement','appeal','void','supplement')),
  replaces_claim_id uuid, lineage_id uuid not null,
  imported boolean not null default false,
  deadline_kind text, deadline_starts_at timestamptz, deadline_due_at timestamptz, deadline_level integer not null default 0,
  attention boolean not null default false,
  -- a draft's wish to be submitted: since when (real time), whether a 202 was answered, what freeze refused, how often it broke down
  submit_asked_at timestamptz, submit_promised boolean not null default false, submit_problems jsonb, submit_failures integer not null default 0,
  waiting_for text,                            -- in words, no patient data
  created_at timestamptz not null, submitted_at timestamptz, updated_at timestamptz not null, closed_at timestamptz,
  created_by text not null,
  primary key (organisation_id, id), unique (organisation_id, claim_number),
  foreign key (organisation_id, clinic_id) references clinics(organisation_id, id),
  foreign key (organisation_id, patient_id) references patients(organisation_id, id),
  foreign key (organisation_id, enrolment_id) references enrolments(organisation_id, id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id),
  foreign key (organisation_id, practitioner_id) references practitioners(organisation_id, id),
  foreign key (organisation_id, replaces_claim_id) references claims(organisation_id, id)
);
create index claims_open on claims (organisation_id, status, updated_at desc);
create index claims_unfinished_submits on claims (submit_asked_at) where status = 'DRAFT' and submit_asked_at is not null;
create index claims_patient on claims (organisation_id, patient_id);
create unique index claims_one_successor on claims (organisation_id, replaces_claim_id)
  where replaces_claim_id is not null and status <> 'CANCELLED';

create index claims_lineage on claims (organisation_id, lineage_id) where replaces_claim_id is not null;

create table claim_lines (
  organisation_id uuid not null, claim_id uuid not null, line_number integer not null check (line_number > 0),
  visit_procedure_id uuid, visit_id uuid,
  code text not null, service_date date not null, tooth text, surfaces text, area text, quantity integer not null,
  amount bigint not null check (amount >= 0),
  rate_amount bigint, priced_by text not null check (priced_by in ('rate','override','import')), price_reason text,
  decision text check (decision in ('approved','reduced','denied','pending')),
  payable bigint, adjustments jsonb not null default '[]', settlement text check (settlement in ('appeal','bill_patient','write_off')),
  primary key (organisation_id, claim_id, line_number),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id) on delete cascade,
  foreign key (organisation_id, visit_procedure_id) references visit_procedures(organisation_id, id),
  foreign key (organisation_id, visit_id) references visits(organisation_id, id)
);
create index claim_lines_procedure on claim_lines (organisation_id, visit_procedure_id);

create table claim_authorisations (
  organisation_id uuid not null, claim_id uuid not null, authorisation_id uuid not null,
  primary key (organisation_id, claim_id, authorisation_id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id) on delete cascade,
  foreign key (organisation_id, authorisation_id) references authorisations(organisation_id, id)
);

create index claim_authorisations_used on claim_authorisations (organisation_id, authorisation_id);

create table attachments (
  organisation_id uuid not null, id uuid not null, claim_id uuid not null,
  kind text not null, media_type text not null, file_name text not null, sha256 bytea not null, size integer not null,
  tooth text, captured_on date, bytes bytea not null, created_at timestamptz not null,
  primary key (organisation_id, id), unique (organisation_id, claim_id, sha256),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id) on delete cascade
);
alter table attachments alter column bytes set storage external;

create table interchanges (
  organisation_id uuid not null, id uuid not null, connection_id uuid not null,
  kind text not null check (kind in ('submission','inquiry')),
  control_number bigint not null,
  adapter_version integer not null,
  state text not null default 'READY' check (state in ('WAITING','READY','SENDING','SENT','UNKNOWN','RESEND','REFUSED')),
  mark text,                                   -- RENAMING beside SENDING on SFTP
  attempt integer not null default 0, lease_until timestamptz,
  first_sent_at timestamptz, sent_at timestamptz,   -- business time
  lookups integer not null default 0,
  unsent_since timestamptz,                    -- since when attempts end before anything left; business time
  turn_at timestamptz,                         -- its place under the rate limit; database clock
  delivery_proof text check (delivery_proof in ('taken','found','acknowledged','filed_elsewhere','said_by_person','no_answer','sender_died',
    'partly_refused','not_there_once','nothing_seen','not_there','not_sent','unwritable','refused','came_back','recalled')),
  because text,                                -- the same in words for people, which no code reads; no patient data
  created_at timestamptz not null,
  primary key (organisation_id, id), unique (organisation_id, connection_id, control_number),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);
create index interchanges_unsettled on interchanges (state, lease_until) where state in ('READY','SENDING','UNKNOWN','RESEND');

create table submissions (
  organisation_id uuid not null, id uuid not null, claim_id uuid not null, interchange_id uuid not null, connection_id uuid not null,
  submission_number text not null unique,      -- the one key that is unique in the deployment: it comes back without an organisation
  purpose text not null check (purpose in ('new','replacement','appeal','void','supplement')),
  frozen jsonb not null,                       -- domain Submission
  created_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id),
  foreign key (organisation_id, interchange_id) references interchanges(organisation_id, id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);
create index submissions_claim on submissions (organisation_id, claim_id);
create index submissions_interchange on submissions (organisation_id, interchange_id);

create table claim_references (
  organisation_id uuid not null, connection_id uuid not null, type text not null, value text not null, claim_id uuid not null,
  submission_id uuid,
  learned_at timestamptz not null,
  primary key (organisation_id, connection_id, type, value, claim_id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);

create table documents (
  organisation_id uuid not null, id uuid not null, connection_id uuid not null,
  direction text not null check (direction in ('out','in')),
  interchange_id uuid,                         -- out: the interchange it belongs to; in: the inquiry it answers, if any
  sequence integer not null default 0,
  channel text not null check (channel in ('send','push','poll','collect','answer','inspect')),
  dedupe_key text not null,                    -- sha256 of the bytes, or the provider's message id with it
  head jsonb not null,                         -- the message without its body: method, path, status, file name
  media_type text, body bytea not null, sha256 bytea not null,
  delivered boolean not null default false,    -- out: this message is known to have been taken
  received_at timestamptz not null,            -- business time
  stored_at timestamptz not null default now(), -- real time
  processed_at timestamptz, outcome text, attempts integer not null default 0,
  reading integer not null default 0,          -- how often a person had it read again; each reading numbers its notices anew
  primary key (organisation_id, id), unique (organisation_id, connection_id, direction, dedupe_key, sequence),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id),
  foreign key (organisation_id, interchange_id) references interchanges(organisation_id, id)
);
create index documents_unprocessed on documents (organisation_id, connection_id, id) where direction = 'in' and processed_at is null;
create index documents_interchange on documents (organisation_id, interchange_id) where direction = 'out';

-- A notice waits here until the claim's workflow has recorded it. A person's act takes the same way (document_id null).
create table notices (
  organisation_id uuid not null, id uuid not null,
  document_id uuid, sequence integer not null default 0,
  connection_id uuid, claim_id uuid, submission_id uuid, remittance_id uuid,
  source text not null check (source in ('provider','person','ledger','hub')),
  event jsonb not null,                        -- domain ClaimEvent
  actor text, act jsonb,                       -- a person's act: channel, who said it, call number, file
  created_at timestamptz not null default now(), recorded_at timestamptz, effect text,
  failures integer not null default 0, held_at timestamptz, -- broke the claim's turn so often; set aside until a person lets it be tried again
  primary key (organisation_id, id),
  foreign key (organisation_id, document_id) references documents(organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id),
  foreign key (organisation_id, submission_id) references submissions(organisation_id, id)
);
create unique index notices_once on notices (organisation_id, document_id, sequence) where document_id is not null;
create index notices_unrecorded on notices (organisation_id, claim_id) where recorded_at is null and held_at is null and claim_id is not null;

create sequence feed_sequence;
create table claim_events (
  organisation_id uuid not null, id uuid not null, claim_id uuid not null,
  feed bigint not null default nextval('feed_sequence'), xid xid8 not null default pg_current_xact_id(),
  notice_id uuid, submission_id uuid,
  type text not null, fact jsonb not null, said jsonb not null default '[]',
  effect text not null check (effect in ('applied','repeat','stale','conflict','noted')),
  from_status text not null, to_status text not null, implied text[] not null default '{}',
  actor text not null, act jsonb,
  happened_at timestamptz not null, recorded_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
create index claim_events_claim on claim_events (organisation_id, claim_id, feed);
create index claim_events_feed on claim_events (organisation_id, xid, feed);

create table attention_items (
  organisation_id uuid not null, id uuid not null,
  claim_id uuid, connection_id uuid, document_id uuid, remittance_id uuid, interchange_id uuid,
  kind text not null, role text not null check (role in ('billing','owner','operator')), -- domain/worklist/itemKinds.ts
  dedupe_key text not null,                    -- one open item per cause
  because text not null,                       -- a sentence without patient data
  created_at timestamptz not null, closed_at timestamptz, closed_by text, closed_because text,
  primary key (organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
create unique index attention_once on attention_items (organisation_id, dedupe_key) where closed_at is null;
create index attention_open on attention_items (organisation_id, created_at) where closed_at is null;

create table remittances (
  organisation_id uuid not null, id uuid not null, connection_id uuid not null, document_id uuid, sequence integer not null default 0,
  payer text not null, trace_number text not null, amount bigint not null, currency text not null, paid_on date not null,
  content_sha256 bytea not null,
  state text not null check (state in ('posted','quarantined','duplicate','test')),
  problem jsonb,                               -- the rule and place that broke
  source text not null check (source in ('document','manual')),
  posted_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);
create unique index remittances_once on remittances (organisation_id, connection_id, payer, trace_number, amount, paid_on, content_sha256)
  where state = 'posted';
create index remittances_trace on remittances (organisation_id, connection_id, trace_number) where state = 'posted';
create index remittances_document on remittances (organisation_id, document_id) where document_id is not null;

create table remittance_lines (
  organisation_id uuid not null, remittance_id uuid not null, sequence integer not null,
  claim_id uuid, submission_number text, provider_reference text,
  kind text not null, charged bigint not null, paid bigint not null, detail jsonb not null,
  primary key (organisation_id, remittance_id, sequence),
  foreign key (organisation_id, remittance_id) references remittances(organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
create index remittance_lines_claim on remittance_lines (organisation_id, claim_id);

create table ledger_transactions (
  organisation_id uuid not null references organisations(id), id uuid not null,
  kind text not null check (kind in ('charge','decision','payment','remittance','settlement','adjustment','reversal')),
  currency text not null, remittance_id uuid, claim_id uuid, actor text not null, reason text,
  idempotency_key text not null, xid xid8 not null default pg_current_xact_id(),
  posted_at timestamptz not null,
  primary key (organisation_id, id), unique (organisation_id, idempotency_key)
);

create table ledger_entries (
  organisation_id uuid not null, transaction_id uuid not null, sequence integer not null,
  claim_id uuid, line_number integer, remittance_id uuid,
  account text not null check (account in ('charged','open','paid','contractual','patient','other_payer','denied','withheld_tax','discount',
    'bank_fee','write_off','taken_back','remitted','allocated','suspense','provider_adjustment')),
  amount bigint not null,
  primary key (organisation_id, transaction_id, sequence),
  foreign key (organisation_id, transaction_id) references ledger_transactions(organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
create index ledger_entries_claim on ledger_entries (organisation_id, claim_id, account);

create function ledger_transaction_balances() returns trigger language plpgsql as $$
declare total numeric;
begin
  select coalesce(sum(amount), 0) into total from ledger_entries
    where organisation_id = new.organisation_id and transaction_id = new.id;
  if total <> 0 then raise exception 'ledger transaction % does not balance: off by %', new.id, total using errcode = 'check_violation'; end if;
  return null;
end $$;
create constraint trigger ledger_balances after insert on ledger_transactions
  deferrable initially deferred for each row execute function ledger_transaction_balances();

-- Entries join only a header of their own database transaction; checked once per statement.
create function ledger_entries_join_own() returns trigger language plpgsql as $$
begin
  if exists (select 1 from added a join ledger_transactions t on t.organisation_id = a.organisation_id and t.id = a.transaction_id
             where t.xid <> pg_current_xact_id()) then
    raise exception 'ledger entries may only join a transaction written together with them' using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger ledger_entries_own after insert on ledger_entries referencing new table as added
  for each statement execute function ledger_entries_join_own();

create table idempotency_keys (
  organisation_id uuid not null references organisations(id), key text not null,
  request_sha256 bytea not null, status integer, response jsonb, created_at timestamptz not null default now(),
  primary key (organisation_id, key)
);

create table audit_log (
  organisation_id uuid not null references organisations(id), id uuid not null,
  actor text not null, action text not null, subject text not null, detail jsonb not null default '{}', at timestamptz not null,
  primary key (organisation_id, id)
);

do $$ declare t text; begin
  for t in select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'organisation_id' and not a.attisdropped
           where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (organisation_id = nullif(current_setting(''app.organisation_id'', true), '''')::uuid)
      with check (organisation_id = nullif(current_setting(''app.organisation_id'', true), '''')::uuid)', t);
  end loop;
end $$;
alter table organisations enable row level security;
alter table organisations force row level security;
create policy tenant on organisations using (id = nullif(current_setting('app.organisation_id', true), '')::uuid);

-- claimhub_app: every request and activity, one organisation at a time. claimhub_across: the few reads across tenants (db/acrossTenants.ts).
grant usage on schema public to claimhub_app, claimhub_across;
grant select, insert, update, delete on all tables in schema public to claimhub_app;
revoke update, delete on claim_events, ledger_transactions, ledger_entries, audit_log from claimhub_app;
-- The operator's (claimhub org, claimhub provider register): what every organisation sees, no request makes or changes.
revoke insert, update, delete on organisations, providers from claimhub_app;
revoke all on operator_log from claimhub_app;
grant usage on all sequences in schema public to claimhub_app;
-- Column by column: what it may not read, no query of its can give away. Why each is needed: test/db/acrossColumns.test.ts.
grant select (id) on organisations to claimhub_across;
grant select (id, adapter_id, name) on providers to claimhub_across;
grant select (organisation_id, id, name, role, key_hash, revoked_at) on api_keys to claimhub_across;
grant select (organisation_id, id, provider_id, poll_seconds, enabled) on connections to claimhub_across;
grant select (organisation_id, id, provider_id, connection_id, claim_number, status, closed_because, deadline_kind, deadline_due_at, deadline_level,
  submit_asked_at) on claims to claimhub_across;
grant select (organisation_id, claim_id, created_at, recorded_at, held_at) on notices to claimhub_across;
grant select (organisation_id, connection_id, interchange_id, direction, stored_at, processed_at) on documents to claimhub_across;
grant select (organisation_id, id, connection_id, kind, state, attempt, lease_until) on interchanges to claimhub_across;
grant select (organisation_id, claim_id, interchange_id) on submissions to claimhub_across;
grant select (organisation_id, claim_id, kind, closed_at) on attention_items to claimhub_across;
do $$ declare t text; begin
  foreach t in array array['organisations','api_keys','connections','documents','notices','interchanges','submissions','claims','attention_items'] loop
    execute format('create policy across on %I for select to claimhub_across using (true)', t);
  end loop;
end $$;
`
