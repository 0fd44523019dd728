import type { Minor } from '../../domain/amounts.ts'
import type { Tx } from '../connect.ts'
import type { ComposedFirst } from './composeFirst.ts'
import { postFirstPayment } from './firstPayment.ts'

/**
 * Ties a claim that leaves to the claim of the HMO that pays first, and takes what that one paid
 * and gave up out of what is open. Answers that amount, minor units; zero on a test connection,
 * which has no ledger.
 */
export async function linkFirst(
  tx: Tx,
  claim: { organisationId: string; claimId: string; currency: string; mode: 'test' | 'production'; now: Date },
  first: ComposedFirst,
): Promise<Minor> {
  const { organisationId, claimId, currency, mode, now } = claim
  await tx
    .updateTable('claims')
    .set({ first_claim_id: first.claimId })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .execute()
  return mode === 'test' ? 0 : postFirstPayment(tx, { organisationId, claimId, currency, now }, first)
}
