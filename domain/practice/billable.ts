import type { PayerTurn } from '../coordination/payerOrder.ts'
import type { Price } from './pricing.ts'

/** A completed procedure counts as recent for this many days, unless more is asked for. */
export const RECENT_DAYS = 90

/** All that decides whether one procedure of a visit may go on a new claim. Days are YYYY-MM-DD. */
export interface Performed {
  visitStatus: 'planned' | 'completed' | 'cancelled'
  serviceDate: string
  /** Number of the open or paid claim to the same provider that has the procedure already. */
  claimedOn: string | null
  /** Is the patient covered by the provider on the service date? */
  covered: boolean
  /** Whether another HMO of the patient pays before this one. */
  turn: PayerTurn
  price: Price
  visitCurrency: string
  /** Of the connection with the provider. */
  currency: string
  /** Days after the service date within which the provider takes a claim. */
  filingLimitDays: number
}

/**
 * `billable`: may be ticked. `blocked`: may be ticked once a person has priced it with a reason.
 * `disabled`: shown, can't be ticked. `hidden`: not billable at all.
 */
export type Billable =
  | { kind: 'billable'; lastDay: string }
  | { kind: 'blocked'; lastDay: string; because: string }
  | { kind: 'disabled'; because: string }
  | { kind: 'hidden'; because: string }

/**
 * Billable = completed, not on an open or paid claim, covered on the service date. `today` is the
 * day at the visit's clinic. What only another HMO of the patient, the day or the currency keeps
 * from being billed is shown with the reason: who looks for it should find it.
 */
export function billable(performed: Performed, today: string): Billable {
  const lastDay = plusDays(performed.serviceDate, performed.filingLimitDays)
  if (performed.visitStatus !== 'completed')
    return { kind: 'hidden', because: `the visit is ${performed.visitStatus}, not completed` }
  const { claimedOn, visitCurrency, currency } = performed
  if (claimedOn !== null) return { kind: 'hidden', because: `already on claim ${claimedOn}` }
  if (!performed.covered) return { kind: 'hidden', because: `not covered on ${performed.serviceDate}` }
  if (performed.serviceDate > today)
    return { kind: 'disabled', because: `the service date is in the future: today is ${today} at the clinic` }
  if (visitCurrency !== currency) {
    const because = `the visit is in ${visitCurrency}, and this provider is claimed from in ${currency}`
    return { kind: 'disabled', because }
  }
  if (today > lastDay) {
    return { kind: 'disabled', because: `the filing limit of ${performed.filingLimitDays} days passed on ${lastDay}` }
  }
  const { turn } = performed
  if (turn.kind === 'waits' || turn.kind === 'nothing-left') return { kind: 'disabled', because: turn.because }
  if (performed.price.kind === 'blocked') return { kind: 'blocked', lastDay, because: performed.price.because }
  return { kind: 'billable', lastDay }
}

/** The first service date that is still recent. */
export function recentFrom(today: string, days: number = RECENT_DAYS): string {
  return plusDays(today, -days)
}

/** A calendar day some days later (or earlier), without a zone. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
