/**
 * What keeps a database that was restored from a backup from sending again what left after the
 * backup: the database remembers which one it is, and another one at start freezes all sending
 * (failure G8). Freezes by the operator, the gaps that control numbers have after a restore, and
 * which build and adapter version made each event and each posting.
 */
export const up = `
-- One row. Another Postgres cluster, another timeline of it or another database than is remembered: this is a copy of an earlier day.
create table database_identity (
  only_row boolean primary key default true check (only_row),
  system_identifier text not null, timeline integer not null, database_oid bigint not null,
  alive_at timestamptz not null default now(), -- real time; written every few minutes: in a copy it says how old the copy is
  era integer not null default 0               -- how often it was restored; the event feed goes on in the newest one
);
create function database_identity_now(out system_identifier text, out timeline integer, out database_oid bigint) language sql stable as $$
  select (select c.system_identifier::text from pg_control_system() c),
    ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::integer,
    (select d.oid::bigint from pg_database d where d.datname = current_database())
$$;
create function is_restored() returns boolean language sql stable as $$
  select coalesce((select (i.system_identifier, i.timeline, i.database_oid) is distinct from (n.system_identifier, n.timeline, n.database_oid)
    from database_identity i, database_identity_now() n), false)
$$;
insert into database_identity (system_identifier, timeline, database_oid) select * from database_identity_now();
grant select on database_identity to claimhub_app;
grant update (alive_at, era) on database_identity to claimhub_app;

create table send_freezes (
  id uuid primary key,
  scope text not null check (scope in ('all','connection','adapter')),
  connection_id uuid, adapter_id text,
  cause text not null check (cause in ('operator','restored')),
  reason text not null,                        -- no patient data
  frozen_by text not null, frozen_at timestamptz not null, lifted_by text, lifted_at timestamptz, -- business time
  workflows_dropped_at timestamptz,            -- restored: since when no workflow of before the restore runs; real time
  check ((scope = 'connection') = (connection_id is not null)), check ((scope = 'adapter') = (adapter_id is not null)),
  check (cause = 'operator' or scope = 'all')
);
create unique index send_freezes_once on send_freezes (cause, scope, coalesce(connection_id::text, adapter_id, '')) where lifted_at is null;
grant select, insert on send_freezes to claimhub_app;
-- The application notices a restore by itself; what else freezes, and what thaws, is the operator's.
alter table send_freezes enable row level security;
create policy read on send_freezes for select to claimhub_app using (true);
create policy note on send_freezes for insert to claimhub_app with check (cause = 'restored' and lifted_at is null);

-- Control numbers that no interchange of ours has: those that may have been used after the backup.
create table control_number_gaps (
  organisation_id uuid not null, id uuid not null, connection_id uuid not null,
  first_number bigint not null, last_number bigint not null, because text not null, created_at timestamptz not null,
  primary key (organisation_id, id),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);
alter table control_number_gaps enable row level security;
alter table control_number_gaps force row level security;
create policy tenant on control_number_gaps using (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid)
  with check (organisation_id = nullif(current_setting('app.organisation_id', true), '')::uuid);
grant select, insert on control_number_gaps to claimhub_app;

-- Read once more what the source still has (archive folder, window of days), past what the cursor knows.
alter table mailboxes add column reread boolean not null default false;

-- Since when it may have left without our knowing it: a look that finds nothing proves nothing then.
alter table interchanges add column doubted_at timestamptz;
alter table interchanges drop constraint interchanges_delivery_proof_check;
alter table interchanges add constraint interchanges_delivery_proof_check check (delivery_proof in ('taken','found','acknowledged','filed_elsewhere',
  'said_by_person','no_answer','sender_died','restored','partly_refused','not_there_once','nothing_seen','not_there','not_sent','unwritable','refused',
  'came_back','recalled'));

-- Which program made the row; set for each transaction by db/connect.ts, the adapter by who works with one.
create function made_by_build() returns text language sql stable as $$ select nullif(current_setting('app.build', true), '') $$;
create function made_by_adapter_version() returns integer language sql stable as $$
  select (nullif(current_setting('app.adapter_versions', true), '')::jsonb ->> nullif(current_setting('app.adapter', true), ''))::integer
$$;
alter table claim_events add column build text, add column adapter_version integer, add column era integer not null default 0;
alter table claim_events alter column build set default made_by_build(), alter column adapter_version set default made_by_adapter_version();
create function feed_era() returns integer language sql stable as $$ select coalesce((select era from database_identity), 0) $$;
alter table claim_events alter column era set default feed_era();
drop index claim_events_feed;
create index claim_events_feed on claim_events (organisation_id, era, xid, feed);
alter table ledger_transactions add column build text default made_by_build(), add column adapter_version integer default made_by_adapter_version();
create index ledger_transactions_build on ledger_transactions (organisation_id, build);
`
