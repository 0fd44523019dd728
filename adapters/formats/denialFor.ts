import type { ProviderFact } from '../../domain/claims/claimEvents.ts'
import { reasonRuleOf } from '../../domain/money/adjustmentReasons.ts'

/**
 * What a denial of a whole claim means by its reason, where that is written as a claim adjustment
 * reason code (`OA-18`) or says in so many words that it is a second copy.
 */
export function denialFor(reason: string): ProviderFact {
  const means = reasonRuleOf(reason)?.means
  if (means === 'duplicate') return { type: 'duplicate_denial' }
  if (means === 'pending') return { type: 'in_review' }
  const denied: ProviderFact = { type: 'decided', outcome: 'denied', lines: [] }
  return means === 'other_payer_first' ? { ...denied, otherPayerFirst: true } : denied
}
