import type { Minor } from '../amounts.ts'
import type { ClaimStatus, PaymentStatus } from '../claim.ts'
import type { LineDecision } from '../money/lineDecision.ts'
import type { ClaimEvent } from './claimEvents.ts'
import { type ClaimState, isDecided, rank } from './claimState.ts'
import { type Advanced, impliedBefore, moved, noDocumentsWanted, same, tooEarlyOrOver } from './step.ts'

export function decided(
  state: ClaimState,
  event: ClaimEvent,
  lines: LineDecision[],
  outcome: 'approved' | 'denied' | undefined,
): Advanced {
  const early = tooEarlyOrOver(state, 'even when rejected at the front end')
  if (early) return early
  const before = isDecided(state) && !state.decisionImplied && state.rejectedAt !== 'front_end'
  const merged = mergeDecisions(state, lines, outcome)
  const status = statusOf(merged, state.lineCount, outcome)
  const agrees = status === state.status && sameLines(merged, state.lines)
  // By the provider's own time the decision in force is newer. An older one that agrees is a
  // repeat; one that differs is for a person to judge.
  if (before && state.decidedAt !== null && event.at < state.decidedAt) return same(state, agrees ? 'repeat' : 'stale')
  if (status === null)
    return moved(
      state,
      { lines: merged, ...(rank(state) < 3 ? { status: 'IN_REVIEW' as const } : {}) },
      impliedBefore(state, 3),
    )
  if (before && agrees) return same(state, 'repeat')
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

/**
 * Any denied or reduced line makes PARTIAL, all denied REJECTED; a contractual cut or a copay
 * doesn't. Null while a line is undecided.
 */
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

function sameLines(a: ClaimState['lines'], b: ClaimState['lines']): boolean {
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => a[key]?.outcome === b[key]?.outcome && a[key]?.payable === b[key]?.payable)
  )
}
