/**
 * Claims that were recorded with a document and whose workflow has yet to read its row again; a
 * pass of the inbox takes its own out once it has woken them. And the account that a document or
 * notice belongs to, by which keys go: today the connection.
 */
export const up = `
create table claim_wakes (
  organisation_id uuid not null, connection_id uuid not null, claim_id uuid not null,
  pass uuid not null,                          -- the pass of the inbox that is to wake it
  since timestamptz not null default now(),    -- real time
  primary key (organisation_id, connection_id, claim_id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id),
  foreign key (organisation_id, claim_id) references claims(organisation_id, id)
);
alter table claim_wakes enable row level security;
alter table claim_wakes force row level security;
create policy tenant on claim_wakes using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
create policy across on claim_wakes for select to claimhub_across using (true);
grant select, insert, update, delete on claim_wakes to claimhub_app;
grant select (organisation_id, claim_id, since) on claim_wakes to claimhub_across;

alter table documents add column account_id uuid not null generated always as (connection_id) stored;
do $$ declare name text; begin
  select conname into strict name from pg_constraint where conrelid = 'documents'::regclass and contype = 'u';
  execute format('alter table documents drop constraint %I', name);
end $$;
alter table documents add constraint documents_once unique (organisation_id, account_id, direction, dedupe_key, sequence);

alter table notices add column account_id uuid generated always as (connection_id) stored;
alter table notices add constraint notices_of_document check (document_id is null or connection_id is not null);
drop index notices_once;
create unique index notices_once on notices (organisation_id, account_id, document_id, sequence) where document_id is not null;
`
