import type { UndoneWhat } from '../../../domain/claims/claimEvents.ts'
import type { Tx } from '../../connect.ts'
import { insertManualNotice } from '../../inbox/notices.ts'

/** Who takes something back, and why. */
export interface UndoAct {
  organisationId: string
  actor: string
  /** No patient data. */
  reason: string
  now: Date
}

/** A claim that must record what was undone; its workflow is woken, or started again. */
export interface ClaimToTell {
  organisationId: string
  claimId: string
  providerId: string
  noticeIds: string[]
}

/** Stores for each claim that what `act` names is undone. */
export async function tellUndone(
  tx: Tx,
  by: UndoAct,
  claimIds: string[],
  undone: { act: string; what: UndoneWhat; eventId?: string },
): Promise<ClaimToTell[]> {
  const { organisationId, actor, reason, now } = by
  const { act, what, eventId } = undone
  if (claimIds.length === 0) return []
  const claims = await tx
    .selectFrom('claims')
    .select(['id', 'provider_id'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', claimIds)
    .orderBy('id')
    .execute()
  const told: ClaimToTell[] = []
  for (const { id: claimId, provider_id: providerId } of claims) {
    const noticeId = await insertManualNotice(tx, {
      organisationId,
      claimId,
      actor,
      event: { fact: { type: 'undone', act, what }, at: now.toISOString(), said: [], references: [] },
      act: { kind: 'undo', reason, ...(eventId === undefined ? {} : { undoes: eventId }) },
    })
    told.push({ organisationId, claimId, providerId, noticeIds: [noticeId] })
  }
  return told
}
