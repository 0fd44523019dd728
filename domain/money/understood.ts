import type { Minor } from '../amounts.ts'
import type { Fact, ProviderFact } from '../claims/claimEvents.ts'
import type { Adjustment, LineDecision } from './lineDecision.ts'

/**
 * A fact once the reasons of its lines are read: a line that is only refused as a second copy, or
 * is under review, is decided by nothing; one for which another payer comes first says so. What an
 * earlier payer did means that too, of a claim that was sent to this one first. Facts of
 * remittances are read with their money (`posted`).
 */
export function understood(fact: Fact, secondary: boolean): Fact {
  if (fact.type !== 'decided' || fact.posted || fact.lines.length === 0) return fact
  const lines = fact.lines.map((line) => lineUnderstood(line, secondary))
  if (lines.every((line) => line.duplicate)) return { type: 'duplicate_denial' }
  return { ...fact, lines } satisfies ProviderFact
}

/**
 * Of a claim that was sent to this payer first: what an earlier payer is said to have done, and
 * this one pays nothing, means that another payer comes first.
 */
export function forFirstPayer(adjustment: Adjustment, paid: Minor): Adjustment {
  const isOther = adjustment.means === 'prior_payer' && paid === 0
  return isOther ? { ...adjustment, means: 'other_payer_first' } : adjustment
}

function lineUnderstood(line: LineDecision, secondary: boolean): LineDecision {
  const adjustments = line.adjustments.map((each) => (secondary ? each : forFirstPayer(each, line.payable)))
  const says = (means: Adjustment['means']) => adjustments.some((each) => each.means === means && each.amount > 0)
  const duplicate = line.payable === 0 && says('duplicate')
  if (duplicate || says('pending')) {
    const copy = duplicate ? { duplicate: true as const } : {}
    return { ...line, outcome: 'pending', payable: 0, adjustments: [], ...copy }
  }
  if (!says('other_payer_first')) return { ...line, adjustments }
  return { ...line, adjustments, outcome: line.payable === 0 ? 'denied' : 'reduced', otherPayerFirst: true }
}
