import { SCENARIOS, type ScenarioCode } from '../scenarios.ts'
import type { SummitBook, SummitClaim, SummitInterchange, SummitStatement } from './bookTypes.ts'

export interface SummitStep {
  what: SummitStatement
  /** Business ms. */
  due: number
}

const DAY_MS = 86_400_000
/** Summit pays four times a day, all that is due by then in one go. */
const PAYMENT_RUN_MS = DAY_MS / 4
/** The second payment of two comes so many days after the first. */
const BETWEEN_PAYMENTS_DAYS = 1

/**
 * Everything not yet said of a claim, in order. `late`: the acknowledgement is held back until
 * after the payment.
 */
export function claimSteps(book: SummitBook, claim: SummitClaim, late: boolean): SummitStep[] {
  const all = claim.supersededBy === null ? stepsOf(claim) : takeBack(book, claim, claim.supersededBy)
  const steps = all.filter((step) => Number.isFinite(step.due))
  return steps
    .map((step) => (late && step.what === 'acknowledged' ? { ...step, due: lastDue(steps) + 0.5 * DAY_MS } : step))
    .filter((step) => !claim.done.has(step.what))
    .sort((a, b) => a.due - b.due)
}

export function interchangeSteps(interchange: SummitInterchange): SummitStep[] {
  if (interchange.answerDays === null) return []
  const due = interchange.at + interchange.answerDays * DAY_MS
  const whats: SummitStatement[] =
    interchange.kind === 'inquiry' ? ['answered'] : interchange.note === '000' ? ['TA1', '999'] : ['TA1']
  return whats.filter((what) => !interchange.done.has(what)).map((what) => ({ what, due }))
}

/**
 * Business days until an interchange with claims of these scenarios is acknowledged: at once,
 * unless all are slow or silent.
 */
export function answerDays(scenarios: ScenarioCode[]): number | null {
  if (scenarios.length === 0) return 0
  const soonest = Math.min(...scenarios.map((scenario) => SCENARIOS[scenario].ackDays))
  if (!Number.isFinite(soonest)) return null
  return soonest < 1 ? 0 : soonest
}

function stepsOf(claim: SummitClaim): SummitStep[] {
  const days = SCENARIOS[claim.scenario as ScenarioCode]
  const after = (count: number) => claim.at + count * DAY_MS
  const accepted: SummitStep[] = [
    { what: 'acknowledged', due: after(days.ackDays) },
    { what: 'in-review', due: after(days.reviewDays) },
  ]
  const first: SummitStep = { what: 'payment-1', due: nextRun(after(days.payDays)) }
  const second: SummitStep = { what: 'payment-2', due: nextRun(after(days.payDays + BETWEEN_PAYMENTS_DAYS)) }
  switch (claim.fate) {
    case 'silent':
      return []
    case 'reject-member':
    case 'reject-reference':
    case 'reject-total':
      return [{ what: 'rejected', due: after(days.ackDays) }]
    case 'void':
      return [{ what: 'acknowledged', due: after(days.ackDays) }]
    case 'deny':
      return [...accepted, { what: 'denied', due: nextRun(after(days.decideDays)) }]
    case 'pay-part':
      // The clearinghouse in between says something too.
      return [{ what: 'forwarded', due: after(days.ackDays / 2) }, ...accepted, first]
    case 'pay':
    case 'pay-less-contract':
      return [...accepted, first]
    case 'halves':
    case 'twice':
      return [...accepted, first, second]
  }
}

/**
 * A paid claim that was corrected is reversed together with the payment of its correction, or a day
 * after its void came.
 */
function takeBack(book: SummitBook, claim: SummitClaim, correctedBy: string): SummitStep[] {
  const correction = book.byNumber(correctedBy)
  if (!correction || claim.paid === 0) return []
  const payment = stepsOf(correction).find((step) => step.what === 'payment-1')
  return [{ what: 'taken-back', due: payment?.due ?? nextRun(correction.at + DAY_MS) }]
}

function nextRun(at: number): number {
  return Math.ceil(at / PAYMENT_RUN_MS) * PAYMENT_RUN_MS
}

function lastDue(steps: SummitStep[]): number {
  return Math.max(...steps.map((step) => step.due))
}
