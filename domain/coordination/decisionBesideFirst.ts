import { type Minor, sum } from '../amounts.ts'
import type { Adjustment, LineDecision } from '../money/lineDecision.ts'

/** "The impact of prior payers' adjudication" (source: X12 external code source 139, reason 23). */
const PRIOR_PAYER = { list: 'CARC', code: 'OA-23' } as const

/**
 * A decision of the second HMO, with what the first one paid and gave up where the second doesn't
 * say it: an HMO that decides only about what was left leaves the rest of the charge unexplained,
 * and one that denies names the whole charge. `taken` is what the first took of each line.
 */
export function decisionBesideFirst(line: LineDecision, charge: Minor, taken: Minor): LineDecision {
  if (taken <= 0 || line.outcome === 'pending') return line
  if (line.adjustments.some(({ bucket }) => bucket === 'other_payer')) return line
  const rest = charge - line.payable - sum(line.adjustments.map(({ amount }) => amount))
  const unsaid = Math.min(taken, Math.max(0, rest))
  const denied = lessDenied(line.adjustments, taken - unsaid)
  const added = unsaid + denied.less
  if (added === 0) return line
  return { ...line, adjustments: [...denied.adjustments, { bucket: 'other_payer', amount: added, said: PRIOR_PAYER }] }
}

/** The second can deny only what the first left. */
function lessDenied(adjustments: Adjustment[], most: Minor): { adjustments: Adjustment[]; less: Minor } {
  let less = 0
  const kept = adjustments.map((each) => {
    if (each.bucket !== 'denied') return each
    const taken = Math.min(Math.max(0, each.amount), most - less)
    less += taken
    return { ...each, amount: each.amount - taken }
  })
  return { adjustments: kept.filter(({ amount }) => amount !== 0), less }
}
