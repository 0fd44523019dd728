import { type RawBuilder, sql } from 'kysely'

/**
 * The invariants that the database alone can answer (docs/operations.md), by name. Each row of an
 * answer says in `words` what is broken; no row, nothing is.
 */
export const INVARIANT_QUERIES: Readonly<Record<string, RawBuilder<{ words: string }>>> = {
  I4: sql`
    select claim_id || ': ' || from_status || ' does not follow ' || previous as words from (
    select claim_id, from_status, lag(to_status) over (partition by claim_id order by feed) as previous from claim_events) path
    where previous is not null and previous <> from_status`,
  I5: sql`
    select 'remittance ' || remittance_id || ' is off by ' || sum(amount) as words from ledger_entries
    where remittance_id is not null and account in ('remitted','allocated','suspense','provider_adjustment') group by remittance_id having sum(amount) <> 0
    union all
    select 'claim ' || claim_id || ': paid ' || sum(amount) filter (where account = 'paid') || ', allocated ' || coalesce(sum(amount) filter (where account = 'allocated'), 0)
    from ledger_entries where claim_id is not null group by claim_id
    having coalesce(sum(amount) filter (where account = 'paid'), 0) <> coalesce(sum(amount) filter (where account = 'allocated'), 0)`,
  I6: sql`
    select 'document ' || id || ' is not processed' as words from documents where direction = 'in' and processed_at is null`,
  I7: sql`
    select 'claim ' || c.id || ' is ' || c.status || ', its last event says ' || last.to_status as words from claims c
    join lateral (select to_status from claim_events e where e.organisation_id = c.organisation_id and e.claim_id = c.id order by feed desc limit 1) last on true
    where c.status <> last.to_status`,
  I9: sql`
    select 'connection ' || n.connection_id || ': ' || n.last_number || ' numbers, ' || used.count || ' interchanges, ' || free.count || ' free' as words
    from control_numbers n
    join lateral (select count(distinct i.control_number) from interchanges i
      where i.organisation_id = n.organisation_id and i.connection_id = n.connection_id) used on true
    join lateral (select count(*) from free_control_numbers f where f.organisation_id = n.organisation_id and f.connection_id = n.connection_id
      and not exists (select from interchanges i where i.organisation_id = f.organisation_id and i.connection_id = f.connection_id
        and i.control_number = f.number)) free on true
    where used.count + free.count <> n.last_number`,
  I11: sql`
    select 'submission ' || s.id || ' belongs to another organisation than its claim' as words from submissions s join claims c on c.id = s.claim_id
    where c.organisation_id <> s.organisation_id`,
  I12: sql`
    select 'interchange ' || i.id || ' is ' || i.state || ' and nobody looks after it' as words from interchanges i
    where (i.state = 'SENDING' and i.lease_until < now()) or (i.state = 'UNKNOWN' and i.lookups > 3 and not exists (
    select 1 from attention_items a join submissions s on s.claim_id = a.claim_id where s.interchange_id = i.id and a.closed_at is null))`,
  I13: sql`
    select 'interchange ' || id || ' is ' || state || ' and takes claims' as words from interchanges where joinable and state <> 'WAITING'
    union all
    select 'connection ' || connection_id || ' has ' || count(*) || ' open batches' from interchanges where joinable group by connection_id having count(*) > 1
    union all
    select 'claim ' || claim_id || ' is twice in interchange ' || interchange_id from submissions group by claim_id, interchange_id having count(*) > 1`,
  I14: sql`
    select 'claim ' || c.id || ' says that nothing was paid, and its ledger says ' || sum(e.amount) as words from claims c
    join ledger_entries e on e.organisation_id = c.organisation_id and e.claim_id = c.id and e.account = 'allocated'
    where c.payment_status = 'UNPAID' group by c.id having sum(e.amount) > 0`,
}
