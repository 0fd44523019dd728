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
