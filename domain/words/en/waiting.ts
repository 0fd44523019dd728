import { awaitsOtherPayer, type ClaimState } from '../../claims/claimState.ts'
import type { Deadline } from '../../claims/deadlines.ts'
import { LEVELS } from '../../claims/escalation.ts'
import { minuteIn } from '../../zones.ts'
import { day as dayOf } from './day.ts'

/**
 * What a claim waits for, in words for a person: Temporal UI, console, phone. Days are
 * those of the clinic's zone. No patient data.
 */
export function waitingFor(
  state: ClaimState,
  deadline: Deadline | null,
  { provider, zone }: { provider: string; zone: string },
): string {
  const what = awaited(state, { provider, zone })
  const day = (instant: string) => dayOf(instant, zone)
  if (deadline === null) return what
  if (deadline.dueAt === state.followUpAt) return `${what} (the clinic looks again on ${day(deadline.dueAt)})`
  if (deadline.level >= LEVELS.length) return `${what} (overdue since ${day(deadline.dueAt)}; the owner has been told)`
  return deadline.level === 0
    ? `${what} (until ${day(deadline.dueAt)})`
    : `${what} (overdue; next step on ${day(deadline.dueAt)})`
}

function awaited(state: ClaimState, { provider, zone }: { provider: string; zone: string }): string {
  if (state.closed !== null) return `Nothing more: the claim is ${state.closed}`
  switch (state.status) {
    case 'DRAFT':
      return 'Draft: waiting to be submitted'
    case 'SUBMITTED':
      return submitted(state, { provider, zone })
    case 'RECEIVED':
      return `Waiting for the review by ${provider}`
    case 'IN_REVIEW':
      return state.documentsRequestedAt === null
        ? `Waiting for the decision of ${provider}`
        : `${provider} asked for ${state.documentsRequested.join(', ') || 'documents'}: the clinic must send them`
    case 'APPROVED':
    case 'PARTIAL':
      return decided(state, provider)
    case 'REJECTED':
      if (awaitsOtherPayer(state)) return OTHER_PAYER
      return state.rejectedAt === 'front_end'
        ? 'Rejected before review: correct it and submit it as a new claim, or write it off'
        : 'Denied after review: send a replacement or appeal, bill the patient, or write it off'
    case 'CANCELLED':
      return 'Cancelled'
  }
}

function submitted(state: ClaimState, { provider, zone }: { provider: string; zone: string }): string {
  switch (state.delivery) {
    case 'WAITING':
      return waits(state, { provider, zone })
    case 'UNKNOWN':
      return `Sent to ${provider}, but nobody knows yet whether it arrived: looking`
    case 'SENT':
      return `Waiting for ${provider} to confirm that it has the claim`
    case 'REFUSED':
      return `${provider} refused the claim`
    default:
      return `On its way to ${provider}`
  }
}

function waits({ waits: awaited }: ClaimState, { provider, zone }: { provider: string; zone: string }): string {
  switch (awaited?.for) {
    case 'person':
      return `Ready to be filed with ${provider} by hand: take its packet there, then record their reference`
    case 'connection':
      return `Held: nothing is sent on the connection with ${provider} until somebody switches it on or resumes it`
    case 'provider':
      return `${provider} cannot be reached: tried again and again`
    case 'freeze':
      return `Held: sending to ${provider} is frozen; it goes on when the operator lifts the freeze`
    default:
  }
  return awaited?.until === undefined
    ? `Waiting for the cut-off of ${provider}`
    : `Waiting for the cut-off of ${provider}: leaves on ${dayOf(awaited.until, zone)} at ${minuteIn(zone, awaited.until).slice(11)}`
}

function decided(state: ClaimState, provider: string): string {
  if (state.payment === 'OVERPAID') return `${provider} paid too much: a person must decide`
  if (state.openAmount > 0)
    return state.payment === 'UNPAID'
      ? `Waiting for the payment of ${provider}`
      : `Waiting for the rest of the payment of ${provider}`
  if (awaitsOtherPayer(state)) return OTHER_PAYER
  return 'Denied lines are open: appeal, bill the patient, or write off'
}

const OTHER_PAYER =
  'Another payer comes first: bill it or the patient, or correct the enrolment and send the claim again'
