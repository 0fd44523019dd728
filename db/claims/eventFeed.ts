import { sql } from 'kysely'
import type { Said } from '../../domain/claim.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { Tx } from '../connect.ts'

/** Where a reader of the feed stands: behind this event. */
export interface FeedPlace {
  /** How often the database had been restored: transactions are counted anew after a restore. */
  era: number
  xid: string
  feed: string
}

export interface FeedEvent {
  eventId: string
  /** Rises with every event of one claim. */
  sequence: number
  claimId: string
  claimNumber: string
  type: Fact['type']
  fact: Fact
  said: Said[]
  effect: string
  from: string
  to: string
  implied: string[]
  actor: string
  at: string
  recordedAt: string
}

/**
 * The events behind a place, in the order of the database transactions that wrote them. Only
 * transactions older than the oldest running one are read: none of those can still add an event in
 * front of the place, so a late commit is never skipped (ordered by a plain sequence it would be).
 */
export async function eventsAfter(
  tx: Tx,
  asked: { organisationId: string; after: FeedPlace | null; limit: number },
): Promise<{ events: FeedEvent[]; place: FeedPlace | null }> {
  const { after } = asked
  let query = tx
    .selectFrom('claim_events as e')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'e.organisation_id').onRef('c.id', '=', 'e.claim_id'),
    )
    .selectAll('e')
    .select('c.claim_number')
    .where('e.organisation_id', '=', asked.organisationId)
    .where(sql<boolean>`(e.era < feed_era() or e.xid < pg_snapshot_xmin(pg_current_snapshot()))`)
    .orderBy('e.era')
    .orderBy('e.xid')
    .orderBy('e.feed')
    .limit(asked.limit)
  if (after !== null)
    query = query.where(
      sql<boolean>`(e.era, e.xid, e.feed) > (${after.era}::integer, ${after.xid}::text::xid8, ${after.feed}::bigint)`,
    )
  const rows = await query.execute()
  const last = rows.at(-1)
  return {
    place: last === undefined ? after : { era: last.era, xid: last.xid, feed: String(last.feed) },
    events: rows.map((row) => ({
      eventId: row.id,
      sequence: row.feed,
      claimId: row.claim_id,
      claimNumber: row.claim_number,
      type: row.type,
      fact: row.fact,
      said: row.said,
      effect: row.effect,
      from: row.from_status,
      to: row.to_status,
      implied: row.implied,
      actor: row.actor,
      at: row.happened_at.toISOString(),
      recordedAt: row.recorded_at.toISOString(),
    })),
  }
}
