import { type Minor, sum } from '../amounts.ts'
import type { ProviderFact } from '../claims/claimEvents.ts'
import { type Adjudicated, adjudicated } from './adjudicated.ts'
import type { Adjustment, LineDecision } from './lineDecision.ts'
import type { RemittanceClaim } from './remittance.ts'
import type { PlacedClaim } from './remittanceLines.ts'

type Stated = Extract<ProviderFact, { type: 'decided' | 'in_review' | 'duplicate_denial' }>

/**
 * What a remittance's claim states with its money: a decision line by line where it itemises them,
 * else for the claim as a whole where it says enough; that it is under review; or that it is a
 * second copy. Null: it only pays, or takes back. What it itemised the ledger has already
 * (`posted`).
 */
export function decisionFromRemittanceClaim(stated: RemittanceClaim, place: PlacedClaim): Stated | null {
  if (stated.kind !== 'payment') return null
  const read = adjudicated(stated, place)
  const { claim } = read
  if (read.duplicate) return { type: 'duplicate_denial' }
  if (claim.outcome === 'pending') return { type: 'in_review' }
  if (!claim.itemised) return claim.outcome === 'denied' ? { type: 'decided', outcome: 'denied', lines: [] } : null
  // Under review and decided, and nobody can say which lines are which.
  if (place.unclear && read.pending.size > 0) return { type: 'in_review' }
  const lines = place.unclear ? [] : lineDecisions(read, place)
  if (lines.length > 0) return { type: 'decided', lines, posted: true }
  if (claim.outcome === 'denied') return whole('denied')
  const all = [...claim.adjustments, ...claim.lines.flatMap((line) => line.adjustments)]
  // Nothing of the claim is paid before another payer was billed: so of every line.
  if (sum(all.filter(isForOther).map((each) => each.amount)) === claim.charged && claim.paid === 0) {
    return { ...whole('denied'), otherPayerFirst: true }
  }
  // An amount denied of a claim of several lines does not say of which: the claim is decided all
  // the same, and a person is asked for the lines.
  return whole(all.some(isRefused) ? 'partial' : 'approved')
}

function whole(outcome: 'approved' | 'partial' | 'denied'): Extract<Stated, { type: 'decided' }> {
  return { type: 'decided', outcome, lines: [], posted: true }
}

interface Part {
  paid: Minor
  adjustments: Adjustment[]
  pending: boolean
  duplicate: boolean
  paidAs: string[]
}

function lineDecisions({ claim, pending, duplicates }: Adjudicated, place: PlacedClaim): LineDecision[] {
  const { lineNumbers, soleLine, added = [] } = place
  // A provider may split a line in two: what it says of both is one decision.
  const byLine = new Map<number, Part>()
  for (const [index, line] of claim.lines.entries()) {
    const lineNumber = lineNumbers[index] ?? soleLine
    if (lineNumber === null || added.includes(index)) continue
    const before = byLine.get(lineNumber)
    byLine.set(lineNumber, {
      paid: (before?.paid ?? 0) + line.paid,
      adjustments: [...(before?.adjustments ?? []), ...line.adjustments],
      pending: before?.pending === true || pending.has(index),
      duplicate: before?.duplicate !== false && duplicates.has(index),
      paidAs: [...(before?.paidAs ?? []), ...(line.paidAs === undefined ? [] : [line.paidAs])],
    })
  }
  if (soleLine !== null) {
    const sole = byLine.get(soleLine) ?? { adjustments: [], pending: false, duplicate: false, paidAs: [] }
    const adjustments = [...sole.adjustments, ...claim.adjustments]
    const paidForAdded = sum(added.map((index) => claim.lines[index]?.paid ?? 0))
    byLine.set(soleLine, { ...sole, paid: claim.paid - paidForAdded, adjustments })
  }
  return [...byLine].map(([lineNumber, part]) => decisionOf(lineNumber, part, claim.outcome))
}

/**
 * Paid 0 is not denied by that fact: a deductible can take all of it. Only an amount that nobody
 * pays yet, or the provider's status of the whole claim, denies.
 */
function decisionOf(lineNumber: number, part: Part, outcome: RemittanceClaim['outcome']): LineDecision {
  const { paid: payable, adjustments, pending, duplicate, paidAs } = part
  const restated = paidAs.map((code) => ({ list: 'SVC01', code, text: `paid as ${code}` }))
  const said = restated.length === 0 ? {} : { said: restated }
  if (pending || duplicate) {
    const copy = duplicate ? { duplicate: true as const } : {}
    return { lineNumber, outcome: 'pending', payable: 0, adjustments: [], ...copy, ...said }
  }
  const refused = sum(adjustments.filter(isRefused).map((each) => each.amount)) > 0
  const nothing = payable === 0 && (refused || outcome === 'denied')
  const other = adjustments.some((each) => isForOther(each) && each.amount > 0)
  return {
    lineNumber,
    outcome: nothing ? 'denied' : refused ? 'reduced' : 'approved',
    payable,
    adjustments,
    ...(other ? { otherPayerFirst: true as const } : {}),
    ...said,
  }
}

/** Nobody pays it as it stands. */
function isRefused(adjustment: Adjustment): boolean {
  return adjustment.bucket === 'denied' || isForOther(adjustment)
}

/** Another payer must be billed before (source: CARC 19 to 22). */
function isForOther({ means }: Adjustment): boolean {
  return means === 'other_payer_first'
}
