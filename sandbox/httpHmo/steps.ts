import { SCENARIOS, type ScenarioCode } from '../scenarios.ts'
import { benefitOf } from './adjudicate.ts'
import type { Book, BookClaim } from './book.ts'

/** One thing that the HMO will say of a claim, and when (business ms). */
export interface Step {
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
/** 100.00 too much. */
const OVERPAID_BY = 10_000

/** Everything not yet said of a claim, in order. Empty when the HMO has no more to say. */
export function stepsLeft(book: Book, claim: BookClaim): Step[] {
  const steps = claim.superseded ? takeBack(book, claim) : stepsOf(claim)
  return steps.filter((step) => Number.isFinite(step.due) && !claim.done.has(step.what))
}

function stepsOf(claim: BookClaim): Step[] {
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
        ...(claim.scenario === 'DQ' && claim.purpose === 'new' ? withPapers(claim, days) : decision(claim, days)),
      ]
  }
}

type Days = (typeof SCENARIOS)[ScenarioCode]

/** Asks for papers with its review, and goes on only when they are there. */
function withPapers(claim: BookClaim, days: Days): Step[] {
  const ask: Step = { what: 'documents-requested', due: claim.at + days.reviewDays * DAY_MS }
  return claim.papersAt === null ? [ask] : [ask, ...decision({ ...claim, at: claim.papersAt }, days)]
}

function decision(claim: BookClaim, days: Days): Step[] {
  return [
    { what: 'decided', due: claim.at + days.decideDays * DAY_MS },
    ...paymentsOf(claim, claim.at + days.payDays * DAY_MS),
  ]
}

function paymentsOf(claim: BookClaim, due: number): Step[] {
  const benefit = benefitOf(claim)
  if (benefit === 0) return []
  if (claim.fate === 'overpay') return [{ what: 'payment-1', due, paid: benefit + OVERPAID_BY }]
  if (claim.fate !== 'halves') return [{ what: 'payment-1', due, paid: benefit }]
  const half = Math.floor(benefit / 2)
  return [
    { what: 'payment-1', due, paid: half },
    { what: 'payment-2', due: due + DAY_MS, paid: benefit - half },
  ]
}

/** A claim that was paid and then replaced or voided: its money goes back a day after the correction came. */
function takeBack(book: Book, claim: BookClaim): Step[] {
  const correction = [...book.claims.values()].find((each) => each.original === claim.claimNumber)
  if (!correction || claim.paid <= 0) return []
  return [{ what: 'taken-back', due: correction.at + DAY_MS, paid: -claim.paid }]
}
