import type { ClosedBecause } from '../claim.ts'
import { isSettled } from '../delivery/interchangeState.ts'
import { documentsRequested, duplicateDenial, inReview, received, rejectedFrontEnd, waits } from './acknowledgements.ts'
import type { ClaimEvent, Fact } from './claimEvents.ts'
import { awaitsOtherPayer, type ClaimState, isDecided, rank } from './claimState.ts'
import { byHand, decided, moneyPosted } from './decisions.ts'
import { type Advanced, moved, noDocumentsWanted, same } from './step.ts'

/**
 * The claim's state machine: pure and total. Repeats and stale events change nothing; forward jumps
 * are legal and name the steps they imply; an automatic event never moves a decided claim back;
 * only a reversal or a person may.
 */
export function advance(state: ClaimState, event: ClaimEvent): Advanced {
  const advanced = step(provesDelivery(state, event), event)
  return { ...advanced, state: { ...advanced.state, closed: closedBecause(advanced.state) } }
}

function step(state: ClaimState, event: ClaimEvent): Advanced {
  const { fact } = event
  switch (fact.type) {
    case 'submitted':
      if (state.status !== 'DRAFT') return same(state, 'repeat')
      return moved(state, { status: 'SUBMITTED', delivery: 'READY', submittedAt: event.at })
    case 'sent':
      return state.sentAt !== null ? same(state, 'repeat') : moved(state, { delivery: 'SENT', sentAt: event.at })
    case 'waits':
      return waits(state, { for: fact.for, ...(fact.until === undefined ? {} : { until: fact.until }) })
    case 'delivery_unknown':
      return state.delivery === 'SENT' ? same(state, 'stale') : moved(state, { delivery: 'UNKNOWN' })
    case 'not_arrived':
      return state.delivery === 'UNKNOWN' ? moved(state, { delivery: 'RESEND' }) : same(state, 'stale')
    case 'delivery_refused':
      if (rank(state) > 1) return same(state, 'conflict')
      return moved(state, { status: 'REJECTED', rejectedAt: 'front_end', delivery: 'REFUSED', decidedAt: event.at })
    case 'forwarded':
      if (state.forwarded) return same(state, 'repeat')
      return rank(state) > 1
        ? { ...moved(state, { forwarded: true }), effect: 'stale' }
        : moved(state, { forwarded: true })
    case 'received':
      return received(state, event)
    case 'in_review':
      return inReview(state, event)
    case 'documents_requested':
      return documentsRequested(state, event, fact.documents)
    case 'rejected_front_end':
      return rejectedFrontEnd(state, event)
    case 'decided':
      return decided(state, event, fact)
    case 'duplicate_denial':
      return duplicateDenial(state, event)
    case 'money_posted':
      return moneyPosted(state, event, fact)
    case 'status_by_hand':
      return byHand(state, event, fact)
    case 'line_settled': {
      const line = state.lines[fact.lineNumber] ?? { outcome: 'denied' as const, payable: 0 }
      return moved(state, { lines: { ...state.lines, [fact.lineNumber]: { ...line, settlement: fact.action } } })
    }
    case 'cancelled':
      return state.status === 'CANCELLED' ? same(state, 'repeat') : moved(state, { status: 'CANCELLED' })
    case 'replaced':
      return state.closed === 'replaced' ? same(state, 'repeat') : moved(state, { closed: 'replaced' })
    case 'documents_sent':
      if (state.documentsRequestedAt === null) return same(state, 'repeat')
      return moved(state, { ...noDocumentsWanted, documentsSentAt: event.at })
    case 'not_found':
    case 'inquiry_failed':
    case 'other':
    case 'member_corrected':
    case 'answered_on_successor':
    case 'asked':
    case 'void_sent':
    // The recorder reads the claim's events once more, without what was undone.
    case 'undone':
      return same(state, 'noted')
    case 'deadline_passed':
      // A follow-up date has done its work once its day has come.
      return same(
        state.followUpAt !== null && state.followUpAt <= event.at ? { ...state, followUpAt: null } : state,
        'noted',
      )
  }
}

function provesDelivery(state: ClaimState, event: ClaimEvent): ClaimState {
  if (isSettled(state.delivery) || state.status === 'DRAFT') return state
  return provesArrival(event.fact) ? { ...state, delivery: 'SENT', sentAt: state.sentAt ?? event.at } : state
}

/**
 * What the provider states about the claim, money for it, or a person who says that the provider
 * has it prove that the claim arrived, whatever our own record says (failure E3).
 */
function provesArrival(fact: Fact): boolean {
  switch (fact.type) {
    case 'forwarded':
    case 'received':
    case 'in_review':
    case 'documents_requested':
    case 'rejected_front_end':
    case 'decided':
    case 'duplicate_denial':
    case 'member_corrected':
      return true
    case 'money_posted':
      return fact.paid > 0
    case 'status_by_hand':
      return rank(fact) > 1 && fact.status !== 'CANCELLED'
    // The step itself says what it proves.
    case 'sent':
    case 'submitted':
    case 'waits':
    case 'delivery_unknown':
    case 'delivery_refused':
    case 'documents_sent':
    case 'not_arrived':
    case 'not_found':
    case 'inquiry_failed':
    case 'other':
    case 'answered_on_successor':
    case 'line_settled':
    case 'cancelled':
    case 'replaced':
    case 'deadline_passed':
    case 'asked':
    case 'void_sent':
    case 'undone':
      return false
  }
}

/** The same claim with the amounts that the ledger has now, and closed or open by them. */
export function withMoney(
  state: ClaimState,
  money: Pick<ClaimState, 'payment' | 'openAmount' | 'deniedAmount'>,
): ClaimState {
  const { payment, openAmount, deniedAmount } = money
  const next = { ...state, payment, openAmount, deniedAmount }
  return { ...next, closed: closedBecause(next) }
}

function closedBecause(state: ClaimState): ClosedBecause | null {
  if (state.closed === 'replaced') return 'replaced'
  if (state.status === 'CANCELLED') return state.openAmount === 0 ? 'cancelled' : null
  const settled =
    isDecided(state) &&
    state.rejectedAt !== 'front_end' &&
    state.openAmount === 0 &&
    state.deniedAmount === 0 &&
    !awaitsOtherPayer(state)
  // A front-end rejection that somebody wrote off has nothing open either.
  const writtenOff =
    state.rejectedAt === 'front_end' &&
    state.openAmount === 0 &&
    Object.values(state.lines).some((line) => line.settlement)
  return settled || writtenOff ? 'settled' : null
}
