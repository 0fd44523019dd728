import { SCENARIOS, type ScenarioCode } from '../scenarios.ts'
import type { GulfBook, GulfClaim } from './book.ts'

/** One thing that the HMO will do about a claim, and when (business ms). */
export interface GulfStep {
  what: 'downloaded' | 'denied' | 'payment-1' | 'payment-2' | 'taken-back'
  due: number
}

const DAY_MS = 86_400_000

/** Everything not yet done about a claim, in order. Empty when the HMO has no more to say. */
export function stepsLeft(book: GulfBook, claim: GulfClaim): GulfStep[] {
  const steps = claim.superseded ? takeBack(book, claim) : stepsOf(claim)
  return steps.filter((step) => Number.isFinite(step.due) && !claim.done.has(step.what))
}

/**
 * A remittance is decision and money in one: nothing is said before it but that the file was
 * downloaded.
 */
function stepsOf(claim: GulfClaim): GulfStep[] {
  const days = SCENARIOS[claim.scenario as ScenarioCode]
  const after = (count: number) => claim.at + count * DAY_MS
  if (claim.fate === 'silent') return []
  const downloaded: GulfStep = { what: 'downloaded', due: after(days.ackDays) }
  if (claim.fate === 'deny') return [downloaded, { what: 'denied', due: after(days.decideDays) }]
  const first: GulfStep = { what: 'payment-1', due: after(days.payDays) }
  return claim.fate === 'halves' || claim.fate === 'overpay'
    ? [downloaded, first, { what: 'payment-2', due: first.due + DAY_MS }]
    : [downloaded, first]
}

/**
 * A claim that was paid and then resubmitted: its money goes back a day after the correction came.
 */
function takeBack(book: GulfBook, claim: GulfClaim): GulfStep[] {
  const correction = [...book.claims.values()].find((each) => each.original === claim.submissionNumber)
  const paid = claim.paid.some((each) => each > 0)
  return correction && paid ? [{ what: 'taken-back', due: correction.at + DAY_MS }] : []
}
