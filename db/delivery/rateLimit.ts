import { sql } from 'kysely'
import { LONGEST_PAUSE_MS, type RequestQueue, type RequestTurn, takeTurn } from '../../domain/delivery/requestTurns.ts'
import type { Tx } from '../connect.ts'

/** A connection with a contractual limit. */
interface Limited {
  organisationId: string
  connectionId: string
  perSecond: number
}

/**
 * The place of an interchange's first message under the connection's contractual limit, exact
 * across all workers: one locked row per connection says when the next request may leave (the
 * database's clock). Whoever must come back later keeps its turn, and nobody tries in vain
 * meanwhile. `later`: real milliseconds until then.
 */
export async function reserveTurn(
  tx: Tx,
  limited: Limited,
  interchangeId: string,
): Promise<{ kind: 'go'; waitMs: number } | { kind: 'later'; inMs: number }> {
  const { rows } = await sql<{ turn: number | null }>`
    select extract(epoch from turn_at)::float8 * 1000 as turn from interchanges
    where organisation_id = ${limited.organisationId} and id = ${interchangeId}`.execute(tx)
  const { turn, now } = await reserve(tx, limited, { ownTurn: rows[0]?.turn ?? null, patienceMs: LONGEST_PAUSE_MS })
  if (turn.kind === 'go') return turn
  await tx
    .updateTable('interchanges')
    .set({ turn_at: sql<Date>`to_timestamp(${turn.at / 1_000}::float8)` })
    .where('organisation_id', '=', limited.organisationId)
    .where('id', '=', interchangeId)
    .execute()
  return { kind: 'later', inMs: Math.max(1, Math.ceil(turn.at - now)) }
}

/**
 * The next free instant for a request in the middle of something that cannot come back later.
 * Answers how many real milliseconds to wait.
 */
export async function reserveRequest(tx: Tx, limited: Limited): Promise<number> {
  const { turn, now } = await reserve(tx, limited, { ownTurn: 0, patienceMs: Number.POSITIVE_INFINITY })
  return Math.ceil(turn.kind === 'go' ? turn.waitMs : turn.at - now)
}

async function reserve(
  tx: Tx,
  limited: Limited,
  asked: { ownTurn: number | null; patienceMs: number },
): Promise<{ turn: RequestTurn; now: number }> {
  const { organisationId, connectionId, perSecond } = limited
  await sql`
    insert into request_slots (organisation_id, connection_id, next_free, next_turn)
    values (${organisationId}, ${connectionId}, to_timestamp(0), to_timestamp(0)) on conflict do nothing`.execute(tx)
  const { rows } = await sql<RequestQueue & { now: number }>`
    with slot as materialized (
      select next_free, next_turn from request_slots
      where organisation_id = ${organisationId} and connection_id = ${connectionId} for update)
    select extract(epoch from next_free)::float8 * 1000 as "nextFree", extract(epoch from next_turn)::float8 * 1000 as "nextTurn",
      extract(epoch from clock_timestamp())::float8 * 1000 as now
    from slot`.execute(tx)
  const row = rows[0]
  if (row === undefined) throw new Error(`connection ${connectionId} has no request slots`)
  const { queue, turn } = takeTurn(row, { ...asked, now: row.now, intervalMs: 1_000 / perSecond })
  await sql`
    update request_slots set next_free = to_timestamp(${queue.nextFree / 1_000}::float8), next_turn = to_timestamp(${queue.nextTurn / 1_000}::float8)
    where organisation_id = ${organisationId} and connection_id = ${connectionId}`.execute(tx)
  return { turn, now: row.now }
}
