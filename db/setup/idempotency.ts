import { sql } from 'kysely'
import type { Tx } from '../connect.ts'

/** An answer as it was given: kept as JSON. */
export interface KeptAnswer {
  status: number
  body: unknown
  headers: Record<string, string>
}

export type ClaimedKey = { kind: 'mine' } | { kind: 'used'; requestSha256: Buffer; answer: KeptAnswer }

/**
 * Takes the key for this transaction. Another transaction that holds it is waited for: when that
 * one commits, the key is `used`; when it rolls back, the key is mine.
 */
export async function claimKey(
  tx: Tx,
  wanted: { organisationId: string; key: string; requestSha256: Buffer },
): Promise<ClaimedKey> {
  const inserted = await tx
    .insertInto('idempotency_keys')
    .values({ organisation_id: wanted.organisationId, key: wanted.key, request_sha256: wanted.requestSha256 })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst()
  if (inserted !== undefined) return { kind: 'mine' }
  const row = await tx
    .selectFrom('idempotency_keys')
    .select(['request_sha256', 'response'])
    .where('organisation_id', '=', wanted.organisationId)
    .where('key', '=', wanted.key)
    .executeTakeFirstOrThrow()
  return { kind: 'used', requestSha256: row.request_sha256, answer: row.response as unknown as KeptAnswer }
}

/**
 * Keeps the answer with the key; answers it as it was kept, so that the first caller and every
 * repeat get the same bytes.
 */
export async function keepAnswer(
  tx: Tx,
  kept: { organisationId: string; key: string; answer: KeptAnswer },
): Promise<KeptAnswer> {
  const row = await tx
    .updateTable('idempotency_keys')
    .set({ status: kept.answer.status, response: JSON.stringify(kept.answer) })
    .where('organisation_id', '=', kept.organisationId)
    .where('key', '=', kept.key)
    .returning('response')
    .executeTakeFirstOrThrow()
  return row.response as unknown as KeptAnswer
}

/** What a request was answered at its end: an answer, or a problem that a repeat has as well. */
export type KeptEnd = { answer: KeptAnswer } | { problem: { type: string; detail: string; more: object } }

/**
 * The end of an earlier request with this key, once it has one. Null: none yet, or no such key.
 */
export async function keptEnd(
  tx: Tx,
  { organisationId, key }: { organisationId: string; key: string },
): Promise<{ requestSha256: Buffer; end: KeptEnd } | null> {
  const row = await tx
    .selectFrom('idempotency_keys')
    .select(['request_sha256', 'finished'])
    .where('organisation_id', '=', organisationId)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row === undefined || row.finished === null) return null
  return { requestSha256: row.request_sha256, end: row.finished as unknown as KeptEnd }
}

/**
 * Keeps how a request ended with its key, unless an equal one has ended before. Answers the end
 * that is kept: the same for all of them.
 */
export async function keepEnd(
  tx: Tx,
  { organisationId, key, end }: { organisationId: string; key: string; end: KeptEnd },
): Promise<KeptEnd> {
  const row = await tx
    .updateTable('idempotency_keys')
    .set({ finished: sql<string>`coalesce(finished, ${JSON.stringify(end)}::jsonb)` })
    .where('organisation_id', '=', organisationId)
    .where('key', '=', key)
    .returning('finished')
    .executeTakeFirstOrThrow()
  return row.finished as unknown as KeptEnd
}
