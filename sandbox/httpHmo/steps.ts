import { decisionSteps } from '../decisionSteps.ts'
import { SCENARIOS, type ScenarioCode } from '../scenarios.ts'
import { benefitOf } from './adjudicate.ts'
import type { HarborBook } from './book.ts'
import type { HarborClaim } from './bookTypes.ts'

/** One thing that the HMO will say of a claim, and when (business ms). */
export interface HarborStep {
  what:
    | 'acknowledged'
    | 'in-review'
    | 'documents-requested'
    | 'decided'
    | 'rejected'
    | 'payment-1'
    | 'payment-2'
    | 'taken-back'
  due: number
  /** Minor units that move with it. */
  paid?: number
}

const DAY_MS = 86_400_000

/** Everything not yet said of a claim, in order. Empty when the HMO has no more to say. */
export function stepsLeft(book: HarborBook, claim: HarborClaim): HarborStep[] {
  const steps = claim.superseded ? takeBack(book, claim) : stepsOf(claim)
  return steps.filter((step) => Number.isFinite(step.due) && !claim.done.has(step.what))
}

function stepsOf(claim: HarborClaim): HarborStep[] {
  const days = SCENARIOS[claim.scenario as ScenarioCode]
  const after = (count: number) => claim.at + count * DAY_MS
  switch (claim.fate) {
    case 'silent':
    case 'void':
      return []
    case 'reject-coding':
    case 'reject-reference':
      return [{ what: 'rejected', due: after(days.ackDays) }]
    default:
      return [
        { what: 'acknowledged', due: after(days.ackDays) },
        { what: 'in-review', due: after(days.reviewDays) },
        ...decisionSteps(claim, benefitOf(claim), 'documents-requested'),
      ]
  }
}

/**
 * A claim that was paid and then replaced or voided: its money goes back a day after the correction
 * came.
 */
function takeBack(book: HarborBook, claim: HarborClaim): HarborStep[] {
  const correction = [...book.claims.values()].find((each) => each.original === claim.claimNumber)
  if (!correction || claim.paid <= 0) return []
  return [{ what: 'taken-back', due: correction.at + DAY_MS, paid: -claim.paid }]
}
