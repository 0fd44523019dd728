import type { Minor } from '../amounts.ts'
import type { ClaimStatus, PaymentStatus, RejectedAt } from '../claim.ts'
import type { LineDecision } from '../money/lineDecision.ts'
import type { ClaimEvent, Fact, ProviderFact } from './claimEvents.ts'
import { type ClaimState, isDecided, type LineState, rank } from './claimState.ts'
import { type Advanced, impliedBefore, moved, noDocumentsWanted, same, tooEarlyOrOver } from './step.ts'

type Decided = Extract<ProviderFact, { type: 'decided' }>

/**
 * Who spoke last of a line decides it: by the provider's own time, then by receipt. What arrives
 * late and differs is left to a person, line by line (`late`).
 */
export function decided(state: ClaimState, event: ClaimEvent, fact: Decided): Advanced {
  const early = tooEarlyOrOver(state, 'even when rejected at the front end')
  if (early) return early
  const before = isDecided(state) && !state.decisionImplied && state.rejectedAt !== 'front_end'
  const word: Word = { saidAt: fact.posted ? event.at.slice(0, 10) : event.at, by: 'provider' }
  const { lines: merged, late, heard } = merge(state, fact, word, before)
  // Some of it was denied, and nobody has said which lines.
  const isPartial = fact.outcome === 'partial' && fact.lines.length === 0
  const status = isPartial ? 'PARTIAL' : statusOf(merged, state.lineCount, fact.outcome)
  const agrees = status === state.status && sameLines(merged, state.lines)
  const stale = (state.lineCount === 0 || isPartial) && before && state.decidedAt !== null && event.at < state.decidedAt
  if (stale) return same(state, agrees ? 'repeat' : 'stale')
  if (heard === 0 && late.length > 0) return same(state, 'stale')
  const copies = fact.lines.some((line) => line.duplicate === true)
  if (before && agrees) return late.length > 0 ? same(state, 'stale') : same(state, copies ? 'noted' : 'repeat')
  if (status === null) {
    const underReview = rank(state) < 3 ? { status: 'IN_REVIEW' as const } : {}
    return { ...moved(state, { lines: merged, ...underReview }, impliedBefore(state, 3)), ...lateOf(late) }
  }
  const conflict = state.rejectedAt === 'front_end' && state.status === 'REJECTED'
  const next = moved(
    state,
    {
      status,
      rejectedAt: status === 'REJECTED' ? 'adjudicated' : null,
      lines: merged,
      decidedAt: before && state.decidedAt !== null && state.decidedAt > event.at ? state.decidedAt : event.at,
      decisionImplied: false,
      receivedAt: state.receivedAt ?? event.at,
      ...noDocumentsWanted,
    },
    impliedBefore(state, 4),
  )
  return { ...next, ...(conflict ? { effect: 'conflict' as const } : {}), ...lateOf(late) }
}

function lateOf(late: number[]): { late?: number[] } {
  return late.length === 0 ? {} : { late }
}

export function moneyPosted(
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
  // Money that leaves such a claim again ends the conflict.
  const stays = money.paid > 0 && money.openAmount <= state.openAmount
  if ((state.status === 'CANCELLED' || state.status === 'REJECTED') && stays)
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

export function byHand(
  state: ClaimState,
  event: ClaimEvent,
  hand: Extract<Fact, { type: 'status_by_hand' }>,
): Advanced {
  if (state.status === 'DRAFT' || state.closed === 'replaced') return same(state, 'conflict')
  const followUpAt = hand.followUpAt ?? state.followUpAt
  const rejectedAt = rejectedByHand(state, hand)
  if (hand.status === state.status && hand.lines.length === 0 && rejectedAt === state.rejectedAt) {
    return followUpAt === state.followUpAt ? same(state, 'repeat') : moved(state, { followUpAt })
  }
  const target: ClaimState = { ...state, status: hand.status }
  const outcome: Decided['outcome'] =
    hand.status === 'APPROVED' ? 'approved' : hand.status === 'REJECTED' ? 'denied' : undefined
  const said = { lines: hand.lines, ...(outcome === undefined ? {} : { outcome }) }
  const word: Word = { saidAt: event.at, by: 'hand' }
  const nothing = { lines: state.lines, late: [], heard: 1 }
  const adjudicates = isDecided(target) && rejectedAt !== 'front_end'
  const { lines, late, heard } = adjudicates ? merge(state, said, word, isDecided(state)) : nothing
  if (heard === 0 && late.length > 0) return same(state, 'stale')
  const next = moved(
    state,
    {
      status: hand.status,
      rejectedAt,
      lines,
      followUpAt,
      receivedAt: rank(target) >= 2 && rejectedAt !== 'front_end' ? (state.receivedAt ?? event.at) : state.receivedAt,
      decidedAt: isDecided(target) ? event.at : null,
      decisionImplied: false,
      ...(isDecided(target) ? noDocumentsWanted : {}),
    },
    rank(target) > rank(state) && rejectedAt !== 'front_end' ? impliedBefore(state, rank(target)) : [],
  )
  return { ...next, ...lateOf(late) }
}

/**
 * Which rejection it was, as the person says. Unsaid (a claim taken in from elsewhere), lines or an
 * earlier receipt by the provider mean that it was adjudicated.
 */
function rejectedByHand(state: ClaimState, hand: Extract<Fact, { type: 'status_by_hand' }>): RejectedAt | null {
  if (hand.status !== 'REJECTED') return null
  return hand.rejectedAt ?? (rank(state) < 3 && hand.lines.length === 0 ? 'front_end' : 'adjudicated')
}

/** Whose word it is, and from when: an instant, or a day where no more is known. */
interface Word {
  saidAt: string
  by: 'provider' | 'hand'
}

interface Merged {
  lines: ClaimState['lines']
  /** Lines of which something else was said later, and this differs. */
  late: number[]
  /** Lines that this speaks of and isn't late for. */
  heard: number
}

/**
 * The lines after a word about some or all of them. A line under review, or refused as a second
 * copy, takes nothing back of what was decided.
 */
function merge(
  state: ClaimState,
  said: Pick<Decided, 'lines' | 'outcome' | 'otherPayerFirst'>,
  word: Word,
  before: boolean,
): Merged {
  const merged: Merged = { lines: { ...state.lines }, late: [], heard: 0 }
  for (const [number, line] of linesSaid(state, said)) {
    const known = state.lines[number]
    const isKnown = known !== undefined && known.outcome !== 'pending'
    if (line.outcome === 'pending' && isKnown) {
      merged.heard += 1
      continue
    }
    const differs = known?.outcome !== line.outcome || known.payable !== line.payable
    if (isKnown && isLate(known, before ? state.decidedAt : null, word)) {
      if (differs) merged.late.push(number)
      continue
    }
    merged.heard += 1
    merged.lines[number] = lineAfter(known, line, word, said.lines.length > 0)
  }
  return merged
}

function linesSaid(
  state: ClaimState,
  { lines, outcome, otherPayerFirst }: Pick<Decided, 'lines' | 'outcome' | 'otherPayerFirst'>,
): Map<number, Pick<LineDecision, 'outcome' | 'payable' | 'otherPayerFirst'>> {
  if (lines.length > 0 || outcome === undefined || outcome === 'partial')
    return new Map(lines.map((line) => [line.lineNumber, line]))
  const numbers = Array.from({ length: state.lineCount }, (_, index) => index + 1)
  return new Map(
    numbers.map((number) => {
      const payable = outcome === 'denied' ? 0 : (state.lines[number]?.payable ?? 0)
      return [number, { outcome, payable, ...(otherPayerFirst ? { otherPayerFirst } : {}) }]
    }),
  )
}

/** A settlement stands beside a word about the whole claim, not beside a new one about the line. */
function lineAfter(
  known: LineState | undefined,
  line: Pick<LineDecision, 'outcome' | 'payable' | 'otherPayerFirst'>,
  { saidAt, by }: Word,
  named: boolean,
): LineState {
  return {
    outcome: line.outcome,
    payable: line.payable,
    saidAt,
    ...(by === 'hand' ? { byHand: true as const } : {}),
    ...(line.otherPayerFirst ? { otherPayerFirst: true as const } : {}),
    ...(named || known?.settlement === undefined ? {} : { settlement: known.settlement }),
  }
}

/**
 * Something else was said of the line later. Who corrects what was keyed by hand, by hand, is never
 * late. Where one of the two says the day only, days are compared.
 */
function isLate(known: LineState, decidedAt: string | null, { saidAt, by }: Word): boolean {
  if (by === 'hand' && known.byHand === true) return false
  const since = known.saidAt ?? decidedAt
  if (since === null) return false
  const length = Math.min(since.length, saidAt.length)
  return saidAt.slice(0, length) < since.slice(0, length)
}

/**
 * Any denied or reduced line makes PARTIAL, all denied REJECTED; a contractual cut or a copay
 * doesn't. Null while a line is undecided.
 */
function statusOf(lines: ClaimState['lines'], lineCount: number, outcome: Decided['outcome']): ClaimStatus | null {
  const outcomes = Object.values(lines).map((line) => line.outcome)
  if (lineCount === 0 && outcome !== undefined) return outcome === 'approved' ? 'APPROVED' : 'REJECTED'
  if (outcomes.length < lineCount || outcomes.includes('pending')) return null
  if (outcomes.every((line) => line === 'denied')) return 'REJECTED'
  return outcomes.every((line) => line === 'approved') ? 'APPROVED' : 'PARTIAL'
}

function sameLines(a: ClaimState['lines'], b: ClaimState['lines']): boolean {
  const keys = Object.keys(a)
  const same = (x: LineState | undefined, y: LineState | undefined) =>
    x?.outcome === y?.outcome && x?.payable === y?.payable && x?.otherPayerFirst === y?.otherPayerFirst
  return keys.length === Object.keys(b).length && keys.every((key) => same(a[key], b[key]))
}
