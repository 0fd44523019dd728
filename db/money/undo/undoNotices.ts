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
  const told: ClaimToTell[] = []
  for (const [claimId, providerId] of await providersOf(tx, organisationId, claimIds)) {
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

/** By claim, in the order of their ids. */
export async function providersOf(tx: Tx, organisationId: string, claimIds: string[]): Promise<Map<string, string>> {
  if (claimIds.length === 0) return new Map()
  const claims = await tx
    .selectFrom('claims')
    .select(['id', 'provider_id'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', claimIds)
    .orderBy('id')
    .execute()
  return new Map(claims.map(({ id, provider_id }) => [id, provider_id]))
}
