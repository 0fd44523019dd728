import type { Tx } from '../connect.ts'
import { raiseItem } from '../worklist/worklistItems.ts'

/** What a held notice says of itself in place of an effect. */
export const HELD = 'held'

/**
 * Counts that a notice broke the claim's turn. From the bound on it is set aside: a person is told,
 * and the claim's other notices are recorded. Answers whether it is set aside.
 */
export async function noticeFailed(
  tx: Tx,
  notice: { organisationId: string; claimId: string; noticeId: string; of: 'notice' | 'cancel' },
  bound: { tries: number; now: Date },
): Promise<boolean> {
  const { organisationId, claimId, noticeId } = notice
  const row = await tx
    .updateTable('notices')
    .set((eb) => ({ failures: eb('failures', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', noticeId)
    .where('recorded_at', 'is', null)
    .returning('failures')
    .executeTakeFirst()
  if (row === undefined || row.failures < bound.tries) return false
  await tx
    .updateTable('notices')
    .set({ held_at: bound.now, effect: HELD })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', noticeId)
    .execute()
  const claim = await tx
    .selectFrom('claims')
    .select(['claim_number', 'connection_id'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .executeTakeFirstOrThrow()
  const words = { claimNumber: claim.claim_number, failures: row.failures, of: notice.of }
  await raiseItem(
    tx,
    { organisationId, claimId, connectionId: claim.connection_id, now: bound.now },
    { kind: 'notice-held', ids: { noticeId }, words },
  )
  return true
}

/**
 * The claim's held notices are tried again; its workflow records them at its next turn, or
 * reconcile wakes it.
 */
export async function releaseHeldNotices(tx: Tx, organisationId: string, claimId: string): Promise<void> {
  await tx
    .updateTable('notices')
    .set({ held_at: null, effect: null, failures: 0 })
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('held_at', 'is not', null)
    .execute()
}
