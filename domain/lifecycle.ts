import type { ClaimStatus, ClosedBecause, DeliveryState, PaymentStatus, RejectedAt } from './claim.ts'
import type { ClaimEvent, Fact, LineDecision, LineSettlement } from './events.ts'
import type { Minor } from './money.ts'

/** All that the lifecycle knows of one claim. Instants are ISO 8601 UTC. */
export interface ClaimState {
  status: ClaimStatus
  rejectedAt: RejectedAt | null
  delivery: DeliveryState | null
  payment: PaymentStatus
  /** Charge not yet explained by a payment or adjustment; from the ledger. Negative when overpaid. */
  openAmount: Minor
  /** Denied or reduced and not yet settled; from the ledger. */
  deniedAmount: Minor
  lineCount: number
  /** By line number as text (JSON keys are text). */
  lines: Record<string, { outcome: LineDecision['outcome']; payable: Minor; settlement?: LineSettlement }>
  closed: ClosedBecause | null
  forwarded: boolean
  documentsRequested: string[]
  submittedAt: string | null
  sentAt: string | null
  receivedAt: string | null
  documentsRequestedAt: string | null
  decidedAt: string | null
  /** A decision that follows only from money in full; a provider's own decision replaces it. */
  decisionImplied: boolean
  followUpAt: string | null
  /** What an interchange in WAITING waits for; only meant while `delivery` is WAITING. */
  waits?: { for: 'cut_off' | 'person'; until?: string }
}

/**
 * `applied`: the state moved. `repeat`: said before. `stale`: older news than what we know. `conflict`: contradicts what we know, a person looks.
 * `noted`: kept on the timeline, means nothing for the state.
 */
export type Effect = 'applied' | 'repeat' | 'stale' | 'conflict' | 'noted'

export interface Advanced {
  state: ClaimState
  effect: Effect
  /** Statuses that the claim must have passed although nobody said so. */
  implied: ClaimStatus[]
}

export const NEW_CLAIM: ClaimState = {
  status: 'DRAFT',
  rejectedAt: null,
  delivery: null,
  payment: 'UNPAID',
  openAmount: 0,
  deniedAmount: 0,
  lineCount: 0,
  lines: {},
  closed: null,
  forwarded: false,
  documentsRequested: [],
  submittedAt: null,
  sentAt: null,
  receivedAt: null,
  documentsRequestedAt: null,
  decidedAt: null,
  decisionImplied: false,
  followUpAt: null,
}

/**
 * The claim's state machine: pure and total. Repeats and stale news change nothing; forward jumps are legal and name the steps they imply;
 * automatic news never moves a decided claim back. Only a reversal or a person's act may.
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
      return decided(state, event, fact.lines, fact.outcome)
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
    case 'not_found':
    case 'inquiry_failed':
    case 'other':
    case 'deadline_passed':
    case 'asked':
      return same(state, 'noted')
  }
}

function provesDelivery(state: ClaimState, event: ClaimEvent): ClaimState {
  if (state.delivery === 'SENT' || state.delivery === 'REFUSED' || state.status === 'DRAFT') return state
  return provesArrival(event.fact) ? { ...state, delivery: 'SENT', sentAt: state.sentAt ?? event.at } : state
}

/**
 * Any word of the provider about the claim, its money, or a person's word that the provider has it proves that the claim arrived, whatever our own
 * record says (failure E3).
 */
function provesArrival(fact: Fact): boolean {
  switch (fact.type) {
    case 'forwarded':
    case 'received':
    case 'in_review':
    case 'documents_requested':
    case 'rejected_front_end':
    case 'decided':
      return true
    case 'money_posted':
      return fact.paid > 0
    case 'status_by_hand':
      return RANKS[fact.status] > RANKS.SUBMITTED && fact.status !== 'CANCELLED'
    // The step itself says what it proves.
    case 'sent':
    case 'submitted':
    case 'waits':
    case 'delivery_unknown':
    case 'delivery_refused':
    case 'not_found':
    case 'inquiry_failed':
    case 'other':
    case 'line_settled':
    case 'cancelled':
    case 'replaced':
    case 'deadline_passed':
    case 'asked':
      return false
  }
}

function waits(state: ClaimState, awaited: NonNullable<ClaimState['waits']>): Advanced {
  if (state.delivery === 'SENT' || state.delivery === 'REFUSED' || rank(state) > 1) return same(state, 'stale')
  const known = state.delivery === 'WAITING' && state.waits?.for === awaited.for && state.waits.until === awaited.until
  return known ? same(state, 'repeat') : moved(state, { delivery: 'WAITING', waits: awaited })
}

function received(state: ClaimState, event: ClaimEvent): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 2) return { ...moved(state, { receivedAt: earliest(state.receivedAt, event.at) }), effect: 'stale' }
  if (rank(state) === 2) return same(state, 'repeat')
  return moved(state, { status: 'RECEIVED', receivedAt: earliest(state.receivedAt, event.at) })
}

function inReview(state: ClaimState, event: ClaimEvent): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 3) return same(state, 'stale')
  if (rank(state) === 3) return same(state, 'repeat')
  return moved(
    state,
    { status: 'IN_REVIEW', receivedAt: earliest(state.receivedAt, event.at) },
    impliedBefore(state, 3),
  )
}

function documentsRequested(state: ClaimState, event: ClaimEvent, documents: string[]): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 3) return same(state, 'stale')
  const wanted = [...new Set([...state.documentsRequested, ...documents])].sort()
  if (state.documentsRequestedAt !== null && wanted.length === state.documentsRequested.length)
    return same(state, 'repeat')
  return moved(
    state,
    {
      status: 'IN_REVIEW',
      receivedAt: earliest(state.receivedAt, event.at),
      documentsRequested: wanted,
      documentsRequestedAt: earliest(state.documentsRequestedAt, event.at),
    },
    impliedBefore(state, 3),
  )
}

function rejectedFrontEnd(state: ClaimState, event: ClaimEvent): Advanced {
  if (state.status === 'REJECTED' && state.rejectedAt === 'front_end') return same(state, 'repeat')
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 3) return same(state, 'conflict')
  return moved(state, { status: 'REJECTED', rejectedAt: 'front_end', decidedAt: event.at, ...noDocumentsWanted })
}

function decided(
  state: ClaimState,
  event: ClaimEvent,
  lines: LineDecision[],
  outcome: 'approved' | 'denied' | undefined,
): Advanced {
  const early = tooEarlyOrOver(state, 'even when rejected at the front end')
  if (early) return early
  const before = isDecided(state) && !state.decisionImplied && state.rejectedAt !== 'front_end'
  if (before && state.decidedAt !== null && event.at < state.decidedAt) return same(state, 'stale')
  const merged = mergeDecisions(state, lines, outcome)
  const status = statusOf(merged, state.lineCount, outcome)
  if (status === null)
    return moved(
      state,
      { lines: merged, ...(rank(state) < 3 ? { status: 'IN_REVIEW' as const } : {}) },
      impliedBefore(state, 3),
    )
  if (before && status === state.status && sameLines(merged, state.lines)) return same(state, 'repeat')
  const conflict = state.rejectedAt === 'front_end' && state.status === 'REJECTED'
  const next = moved(
    state,
    {
      status,
      rejectedAt: status === 'REJECTED' ? 'adjudicated' : null,
      lines: merged,
      decidedAt: event.at,
      decisionImplied: false,
      receivedAt: state.receivedAt ?? event.at,
      ...noDocumentsWanted,
    },
    impliedBefore(state, 4),
  )
  return conflict ? { ...next, effect: 'conflict' } : next
}

function moneyPosted(
  state: ClaimState,
  event: ClaimEvent,
  money: { payment: PaymentStatus; paid: Minor; openAmount: Minor; deniedAmount: Minor; reversal: boolean },
): Advanced {
  const amounts = { payment: money.payment, openAmount: money.openAmount, deniedAmount: money.deniedAmount }
  const unchanged =
    state.payment === money.payment &&
    state.openAmount === money.openAmount &&
    state.deniedAmount === money.deniedAmount
  if (unchanged) return same(state, 'repeat')
  // Money is always booked; on a claim that is over it is a conflict for a person (failure F12).
  if (state.status === 'CANCELLED' || (state.status === 'REJECTED' && money.paid > 0))
    return { ...moved(state, amounts), effect: 'conflict' }
  if (isDecided(state) || money.paid <= 0) return moved(state, amounts)
  const inFull = money.openAmount <= 0 && money.deniedAmount === 0
  const status = inFull ? 'APPROVED' : 'IN_REVIEW'
  return moved(
    state,
    {
      ...amounts,
      status: rank(state) > 3 ? state.status : status,
      receivedAt: state.receivedAt ?? event.at,
      ...(inFull ? { decidedAt: event.at, decisionImplied: true } : {}),
    },
    impliedBefore(state, inFull ? 4 : 3),
  )
}

function byHand(
  state: ClaimState,
  event: ClaimEvent,
  hand: { status: ClaimStatus; lines: LineDecision[]; followUpOn?: string },
): Advanced {
  if (state.status === 'DRAFT' || state.closed === 'replaced') return same(state, 'conflict')
  const followUpAt = hand.followUpOn === undefined ? state.followUpAt : `${hand.followUpOn}T00:00:00.000Z`
  if (hand.status === state.status && hand.lines.length === 0) {
    return followUpAt === state.followUpAt ? same(state, 'repeat') : moved(state, { followUpAt })
  }
  const target: ClaimState = { ...state, status: hand.status }
  const lines = isDecided(target)
    ? mergeDecisions(
        state,
        hand.lines,
        hand.status === 'APPROVED' ? 'approved' : hand.status === 'REJECTED' ? 'denied' : undefined,
      )
    : state.lines
  const neverAdjudicated = rank(state) < 3 && hand.lines.length === 0
  return moved(
    state,
    {
      status: hand.status,
      rejectedAt: hand.status === 'REJECTED' ? (neverAdjudicated ? 'front_end' : 'adjudicated') : null,
      lines,
      followUpAt,
      receivedAt: rank(target) >= 2 ? (state.receivedAt ?? event.at) : state.receivedAt,
      decidedAt: isDecided(target) ? event.at : null,
      decisionImplied: false,
      ...(isDecided(target) ? noDocumentsWanted : {}),
    },
    rank(target) > rank(state) ? impliedBefore(state, rank(target)) : [],
  )
}

const noDocumentsWanted = { documentsRequested: [], documentsRequestedAt: null }

/** DRAFT has no news; a cancelled claim's news is a conflict; a front-end rejection is not taken back by an ack that disagrees. */
function tooEarlyOrOver(state: ClaimState, decision?: string): Advanced | null {
  if (state.status === 'DRAFT' || state.status === 'CANCELLED') return same(state, 'conflict')
  if (state.rejectedAt === 'front_end' && state.status === 'REJECTED' && decision === undefined)
    return same(state, 'conflict')
  return null
}

function mergeDecisions(
  state: ClaimState,
  lines: LineDecision[],
  outcome: 'approved' | 'denied' | undefined,
): ClaimState['lines'] {
  const merged = { ...state.lines }
  if (lines.length === 0 && outcome !== undefined) {
    for (let number = 1; number <= state.lineCount; number += 1) {
      const payable = outcome === 'denied' ? 0 : (merged[number]?.payable ?? 0)
      merged[number] = { ...merged[number], outcome, payable }
    }
  }
  for (const line of lines) {
    const { settlement: _settledBefore, ...kept } = merged[line.lineNumber] ?? {}
    merged[line.lineNumber] = { ...kept, outcome: line.outcome, payable: line.payable }
  }
  return merged
}

/** Any denied or reduced line makes PARTIAL, all denied REJECTED; a contractual cut or a copay doesn't. Null while a line is undecided. */
function statusOf(
  lines: ClaimState['lines'],
  lineCount: number,
  outcome: 'approved' | 'denied' | undefined,
): ClaimStatus | null {
  const outcomes = Object.values(lines).map((line) => line.outcome)
  if (lineCount === 0 && outcome !== undefined) return outcome === 'approved' ? 'APPROVED' : 'REJECTED'
  if (outcomes.length < lineCount || outcomes.includes('pending')) return null
  if (outcomes.every((line) => line === 'denied')) return 'REJECTED'
  return outcomes.every((line) => line === 'approved') ? 'APPROVED' : 'PARTIAL'
}

function closedBecause(state: ClaimState): ClosedBecause | null {
  if (state.closed === 'replaced') return 'replaced'
  if (state.status === 'CANCELLED') return state.openAmount === 0 ? 'cancelled' : null
  const settled =
    isDecided(state) && state.rejectedAt !== 'front_end' && state.openAmount === 0 && state.deniedAmount === 0
  // A front-end rejection that somebody wrote off has nothing open either.
  const writtenOff =
    state.rejectedAt === 'front_end' &&
    state.openAmount === 0 &&
    Object.values(state.lines).some((line) => line.settlement)
  return settled || writtenOff ? 'settled' : null
}

export function isDecided(state: Pick<ClaimState, 'status'>): boolean {
  return state.status === 'APPROVED' || state.status === 'PARTIAL' || state.status === 'REJECTED'
}

const RANKS: Record<ClaimStatus, number> = {
  DRAFT: 0,
  SUBMITTED: 1,
  RECEIVED: 2,
  IN_REVIEW: 3,
  APPROVED: 4,
  PARTIAL: 4,
  REJECTED: 4,
  CANCELLED: 5,
}

function rank(state: Pick<ClaimState, 'status'>): number {
  return RANKS[state.status]
}

/** True when `to` lies before `from` on the claim's way: automatic news never goes there, a person needs a reason. */
export function isBackwards(from: ClaimStatus, to: ClaimStatus): boolean {
  return RANKS[to] < RANKS[from]
}

function impliedBefore(state: ClaimState, reached: number): ClaimStatus[] {
  const skipped: ClaimStatus[] = []
  if (rank(state) < 2 && reached > 2) skipped.push('RECEIVED')
  if (rank(state) < 3 && reached > 3) skipped.push('IN_REVIEW')
  return skipped
}

function earliest(known: string | null, said: string): string {
  return known === null || said < known ? said : known
}

function sameLines(a: ClaimState['lines'], b: ClaimState['lines']): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => a[key]?.outcome === b[key]?.outcome && a[key]?.payable === b[key]?.payable)
  )
}

function moved(state: ClaimState, change: Partial<ClaimState>, implied: ClaimStatus[] = []): Advanced {
  return { state: { ...state, ...change }, effect: 'applied', implied }
}

function same(state: ClaimState, effect: Effect): Advanced {
  return { state, effect, implied: [] }
}
