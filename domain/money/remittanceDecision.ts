import { type Minor, sum } from '../amounts.ts'
import type { ProviderFact } from '../claims/claimEvents.ts'
import type { Adjustment, LineDecision } from './lineDecision.ts'
import type { RemittanceClaim } from './remittance.ts'
import type { PlacedClaim } from './remittanceLines.ts'

type Decided = Extract<ProviderFact, { type: 'decided' }>

/**
 * The decision that a remittance's claim states with its money: line by line where it itemises
 * them, else for the claim as a whole where it says enough. Null: it only pays, or takes back. What
 * it itemised the ledger has already (`posted`).
 */
export function decisionFromRemittanceClaim(claim: RemittanceClaim, place: PlacedClaim): Decided | null {
  if (claim.kind !== 'payment') return null
  if (!claim.itemised) return claim.outcome === 'denied' ? { type: 'decided', outcome: 'denied', lines: [] } : null
  const lines = place.unclear ? [] : lineDecisions(claim, place)
  if (lines.length > 0) return { type: 'decided', lines, posted: true }
  if (claim.outcome === 'denied') return whole('denied')
  // An amount denied of a claim of several lines does not say of which: the claim is decided all
  // the same, and a person is asked for the lines.
  const denied = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)].some(isDenied)
  return whole(denied ? 'partial' : 'approved')
}

function whole(outcome: 'approved' | 'partial' | 'denied'): Decided {
  return { type: 'decided', outcome, lines: [], posted: true }
}

function lineDecisions(claim: RemittanceClaim, { lineNumbers, soleLine, added = [] }: PlacedClaim): LineDecision[] {
  if (soleLine !== null) {
    const own = claim.lines.filter((_line, index) => !added.includes(index))
    const adjustments = [...own.flatMap((line) => line.adjustments), ...claim.adjustments]
    const paidForAdded = sum(added.map((index) => claim.lines[index]?.paid ?? 0))
    return [decisionOf(soleLine, claim.paid - paidForAdded, adjustments, claim.outcome)]
  }
  // A provider may split a line in two: what it says of both is one decision.
  const byLine = new Map<number, { paid: Minor; adjustments: Adjustment[] }>()
  for (const [index, line] of claim.lines.entries()) {
    const lineNumber = lineNumbers[index] ?? null
    if (lineNumber === null) continue
    const before = byLine.get(lineNumber) ?? { paid: 0, adjustments: [] }
    byLine.set(lineNumber, {
      paid: before.paid + line.paid,
      adjustments: [...before.adjustments, ...line.adjustments],
    })
  }
  return [...byLine].map(([lineNumber, { paid, adjustments }]) =>
    decisionOf(lineNumber, paid, adjustments, claim.outcome),
  )
}

/**
 * Paid 0 is not denied by that fact: a deductible can take all of it. Only a denied amount, or the
 * provider's status of the whole claim, denies.
 */
function decisionOf(
  lineNumber: number,
  payable: Minor,
  adjustments: Adjustment[],
  outcome: RemittanceClaim['outcome'],
): LineDecision {
  const denied = sum(adjustments.filter(isDenied).map((each) => each.amount)) > 0
  const nothing = payable === 0 && (denied || outcome === 'denied')
  return { lineNumber, outcome: nothing ? 'denied' : denied ? 'reduced' : 'approved', payable, adjustments }
}

function isDenied(adjustment: Adjustment): boolean {
  return adjustment.bucket === 'denied'
}
