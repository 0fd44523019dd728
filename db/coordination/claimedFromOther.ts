import type { Minor } from '../../domain/amounts.ts'
import type { Tx } from '../connect.ts'
import { postSettlement } from '../money/ledger.ts'
import { giveBack, type TakenOver, type TakingClaim } from '../money/takenOver.ts'
import type { ComposedFirst } from './composeFirst.ts'

/**
 * What the first HMO denied is claimed from the other one now, so it waits for nobody on the first
 * claim. Answers the lines of the first claim with these amounts. The caller holds both claims
 * locked.
 */
export async function claimFromOther(
  tx: Tx,
  second: Omit<TakingClaim, 'connectionId'>,
  first: { claimId: string; lines: ComposedFirst['lines'] },
  now: Date,
): Promise<{ lineNumber: number; amount: Minor }[]> {
  const { organisationId, currency } = second
  const claimed: { lineNumber: number; amount: Minor }[] = []
  for (const lineNumber of new Set(first.lines.map(({ firstLine }) => firstLine))) {
    const amount = await postSettlement(tx, {
      organisationId,
      claimId: first.claimId,
      currency,
      lineNumber,
      action: 'bill_other_payer',
      rejected: false,
      reason: `claimed from the other HMO by ${second.claimNumber}`,
      actor: 'hub',
      now,
      idempotencyKey: `${claimedBy(second.claimId)}:${lineNumber}`,
    })
    if (amount !== null && amount > 0) claimed.push({ lineNumber, amount })
  }
  return claimed
}

/**
 * When the claim to the second HMO is cancelled, what it claimed is denied on the first claim
 * again.
 */
export async function giveBackToFirst(tx: Tx, second: TakingClaim, now: Date): Promise<void> {
  const taken: TakenOver = {
    from: 'first_claim_id',
    keyPrefix: claimedBy(second.claimId),
    givenBackKey: `given-back-to-first:${second.claimId}`,
    reason: `claim ${second.claimNumber} to the other HMO was cancelled`,
  }
  await giveBack(tx, second, taken, now)
}

/** Begins the key of every ledger transaction by which a second claim took something over. */
function claimedBy(claimId: string): string {
  return `claimed-from-other:${claimId}`
}
