import { sql } from 'kysely'
import type { Tx } from '../connect.ts'

/**
 * The connection's contractual rate limit, exact across all workers: one row per connection holds the next free instant (database clock).
 * Answers 0 when this request may go now, else how many real milliseconds to wait.
 */
export async function reserveRequestSlot(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  perSecond: number,
): Promise<number> {
  const taken = await sql`
    insert into request_slots (organisation_id, connection_id, next_free)
    values (${organisationId}, ${connectionId}, clock_timestamp() + make_interval(secs => ${1 / perSecond}))
    on conflict (organisation_id, connection_id) do update set next_free = clock_timestamp() + make_interval(secs => ${1 / perSecond})
    where request_slots.next_free <= clock_timestamp()
    returning 1`.execute(tx)
  if (taken.rows.length > 0) return 0
  const waiting = await sql<{ wait_ms: number }>`
    select ceil(extract(epoch from next_free - clock_timestamp()) * 1000)::int as wait_ms from request_slots
    where organisation_id = ${organisationId} and connection_id = ${connectionId}`.execute(tx)
  return Math.max(1, waiting.rows[0]?.wait_ms ?? 1)
}
