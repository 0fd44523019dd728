import { isSettled } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'
import { type ClaimSending, claimSendings } from './claimTransmissions.ts'

/**
 * The void of a claim that is on its way, or that the provider has and has not refused: a second
 * one would only confuse it. Null: none is. Locks the claim's interchanges.
 */
export async function voidUnderWay(tx: Tx, organisationId: string, claimId: string): Promise<ClaimSending | null> {
  const voids = (await claimSendings(tx, organisationId, claimId)).filter((each) => each.purpose === 'void')
  const pending = voids.find((each) => !isSettled(each.state))
  if (pending !== undefined) return pending
  const sent = voids.filter((each) => each.state === 'SENT')
  if (sent.length === 0) return null
  const refusals = await tx
    .selectFrom('claim_events')
    .select('submission_id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('type', '=', 'other')
    .where(
      'submission_id',
      'in',
      sent.map((each) => each.submissionId),
    )
    .execute()
  const refused = new Set(refusals.map((refusal) => refusal.submission_id))
  return sent.find((each) => !refused.has(each.submissionId)) ?? null
}
