/**
 * Each message of an interchange has its own mark and fate, and says which submissions it carries:
 * of several files or mails only those that certainly never left go again, and what is said of one
 * says nothing of the others. Control numbers are taken from a stock, so that nobody waits for
 * another's transaction to end.
 */
export const up = `
create table interchange_messages (
  organisation_id uuid not null, document_id uuid not null, interchange_id uuid not null,
  sequence integer not null,                   -- sending order
  sha256 bytea not null,                       -- of its bytes, which are the document's
  claims uuid[] not null,                      -- submissions whose claim itself is in it
  papers uuid[] not null,                      -- submissions of which it carries papers only
  fate text not null default 'prepared' check (fate in ('prepared','marked','left','proved','refused')),
  mark text,                                   -- the step that makes its bytes visible, written before it is done
  delivery_proof text check (delivery_proof in ('not_there_once','nothing_seen')), -- what the last look at it showed
  prepared_at timestamptz not null, marked_at timestamptz, left_at timestamptz, proved_at timestamptz, -- business time
  primary key (organisation_id, document_id), unique (organisation_id, interchange_id, sequence),
  foreign key (organisation_id, document_id) references documents(organisation_id, id),
  foreign key (organisation_id, interchange_id) references interchanges(organisation_id, id)
);
insert into interchange_messages (organisation_id, document_id, interchange_id, sequence, sha256, claims, papers, fate, mark, prepared_at)
select d.organisation_id, d.id, i.id, d.sequence, d.sha256,
  array(select s.id from submissions s where s.organisation_id = i.organisation_id and s.interchange_id = i.id), '{}',
  case when d.delivered or i.state = 'SENT' then 'left' when i.state in ('SENDING','UNKNOWN') then 'marked' else 'prepared' end, i.mark, d.received_at
from documents d join interchanges i on i.organisation_id = d.organisation_id and i.id = d.interchange_id
where d.direction = 'out' and i.kind = 'submission';
alter table documents drop column delivered;
alter table interchanges drop column mark;
alter table submissions add column returned_at timestamptz;   -- what carried it came back undelivered, others of its interchange did not

create table free_control_numbers (          -- numbers of a connection that no interchange has yet
  organisation_id uuid not null, connection_id uuid not null, number bigint not null,
  primary key (organisation_id, connection_id, number),
  foreign key (organisation_id, connection_id) references connections(organisation_id, id)
);

-- Takes a number of which no row is locked: it is given back when the transaction rolls back. The counter is locked only by whoever
-- refills the stock, long before it is empty. Each number up to last_number is an interchange's or lies in the stock: no gap without a row.
create function take_control_number(organisation uuid, connection uuid) returns bigint language plpgsql as $$
declare
  block constant bigint := 256;
  taken bigint;
  last bigint;
begin
  loop
    delete from free_control_numbers f where f.organisation_id = organisation and f.connection_id = connection and f.number = (
      select number from free_control_numbers where organisation_id = organisation and connection_id = connection
      order by number limit 1 for update skip locked)
    returning f.number into taken;
    if taken is null then
      insert into control_numbers (organisation_id, connection_id) values (organisation, connection) on conflict do nothing;
      select last_number into last from control_numbers where organisation_id = organisation and connection_id = connection for update;
      -- Whoever held the counter may have filled the stock meanwhile.
      perform from free_control_numbers where organisation_id = organisation and connection_id = connection limit 1 for update skip locked;
      continue when found;
    else
      select last_number into last from control_numbers where organisation_id = organisation and connection_id = connection
        and last_number - taken < block / 2 for update skip locked;
      if last is null then return taken; end if;
    end if;
    if last + block > 999999999 then raise exception 'connection % has used up its control numbers', connection; end if;
    update control_numbers set last_number = last_number + block where organisation_id = organisation and connection_id = connection;
    insert into free_control_numbers select organisation, connection, number from generate_series(last + 1, last + block) number;
    if taken is not null then return taken; end if;
  end loop;
end $$;

-- A new connection begins with a stock, so that its first claims do not wait for each other either.
create function stock_control_numbers() returns trigger language plpgsql as $$ begin
  insert into control_numbers (organisation_id, connection_id, last_number) values (new.organisation_id, new.id, 256) on conflict do nothing;
  if found then
    insert into free_control_numbers select new.organisation_id, new.id, number from generate_series(1, 256) number;
  end if;
  return null;
end $$;
create trigger connections_stock after insert on connections for each row execute function stock_control_numbers();

do $$ declare t text; begin
  foreach t in array array['interchange_messages','free_control_numbers'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy tenant on %I using (organisation_id = nullif(current_setting(''app.organisation_id'', true), '''')::uuid)
      with check (organisation_id = nullif(current_setting(''app.organisation_id'', true), '''')::uuid)', t);
  end loop;
end $$;
grant select, insert, update on interchange_messages to claimhub_app;
grant select, insert, update, delete on free_control_numbers to claimhub_app;
`
