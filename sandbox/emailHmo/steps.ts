import { decisionSteps } from '../decisionSteps.ts'
import { SCENARIOS, type ScenarioCode } from '../scenarios.ts'
import { payableOf } from './adjudicate.ts'
import type { VisayasBook, VisayasClaim, VisayasStatement } from './book.ts'

/** One thing that Visayas will say of a claim, and when (business ms). */
export interface VisayasStep {
  what: VisayasStatement
  due: number
  /** Minor units that move with it. */
  paid?: number
}

const DAY_MS = 86_400_000

/**
 * Everything not yet said of a claim, in order. `late`: the acknowledgement is held back until
 * after the payment.
 */
export function stepsLeft(book: VisayasBook, claim: VisayasClaim, late: boolean): VisayasStep[] {
  const all = claim.supersededBy === null ? stepsOf(claim) : takeBack(book, claim, claim.supersededBy)
  const steps = all.filter((step) => Number.isFinite(step.due))
  const last = Math.max(...steps.map(({ due }) => due))
  return steps
    .map((step) => (late && step.what === 'acknowledged' ? { ...step, due: last + 0.5 * DAY_MS } : step))
    .filter((step) => !claim.done.has(step.what))
    .sort((a, b) => a.due - b.due)
}

function stepsOf(claim: VisayasClaim): VisayasStep[] {
  const days = SCENARIOS[claim.scenario as ScenarioCode]
  const after = (count: number) => claim.at + count * DAY_MS
  switch (claim.fate) {
    case 'silent':
    case 'void':
      return []
    case 'return':
      return [{ what: 'returned', due: after(days.ackDays) }]
    case 'pay':
    case 'pay-less-contract':
    case 'pay-part':
    case 'deny':
    case 'halves':
    case 'overpay':
      return [
        { what: 'acknowledged', due: after(days.ackDays) },
        { what: 'in-review', due: after(days.reviewDays) },
        ...decisionSteps(claim, payableOf(claim), 'papers-wanted'),
      ]
  }
}

/**
 * A claim that was paid and then corrected: its money goes back a day after the correction came.
 */
function takeBack(book: VisayasBook, claim: VisayasClaim, correctedBy: string): VisayasStep[] {
  const correction = book.byNumber(correctedBy)
  if (!correction || claim.paid <= 0) return []
  return [{ what: 'taken-back', due: correction.at + DAY_MS, paid: -claim.paid }]
}
