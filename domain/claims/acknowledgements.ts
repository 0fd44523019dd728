import { isSettled } from '../delivery/interchangeState.ts'
import type { ClaimEvent } from './claimEvents.ts'
import { type ClaimState, rank } from './claimState.ts'
import { type Advanced, earliest, impliedBefore, moved, noDocumentsWanted, same, tooEarlyOrOver } from './step.ts'

export function waits(state: ClaimState, awaited: NonNullable<ClaimState['waits']>): Advanced {
  if (isSettled(state.delivery) || rank(state) > 1) return same(state, 'stale')
  const known = state.delivery === 'WAITING' && state.waits?.for === awaited.for && state.waits.until === awaited.until
  return known ? same(state, 'repeat') : moved(state, { delivery: 'WAITING', waits: awaited })
}

export function received(state: ClaimState, event: ClaimEvent): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 2) return { ...moved(state, { receivedAt: earliest(state.receivedAt, event.at) }), effect: 'stale' }
  if (rank(state) === 2) return same(state, 'repeat')
  return moved(state, { status: 'RECEIVED', receivedAt: earliest(state.receivedAt, event.at) })
}

export function inReview(state: ClaimState, event: ClaimEvent): Advanced {
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

/**
 * A second copy was refused: the first is there, and is decided on its own. A claim that is decided
 * keeps its decision (source: CARC 18; X12 RFI 2143).
 */
export function duplicateDenial(state: ClaimState, event: ClaimEvent): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) >= 3) return same(state, 'noted')
  const receivedAt = earliest(state.receivedAt, event.at)
  return moved(state, { status: 'IN_REVIEW', receivedAt }, impliedBefore(state, 3))
}

export function documentsRequested(state: ClaimState, event: ClaimEvent, documents: string[]): Advanced {
  const early = tooEarlyOrOver(state)
  if (early) return early
  // What was asked for before the last papers were sent is answered by them.
  if (rank(state) > 3 || (state.documentsSentAt !== undefined && event.at < state.documentsSentAt))
    return same(state, 'stale')
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

export function rejectedFrontEnd(state: ClaimState, event: ClaimEvent): Advanced {
  if (state.status === 'REJECTED' && state.rejectedAt === 'front_end') return same(state, 'repeat')
  const early = tooEarlyOrOver(state)
  if (early) return early
  if (rank(state) > 3) return same(state, 'conflict')
  return moved(state, { status: 'REJECTED', rejectedAt: 'front_end', decidedAt: event.at, ...noDocumentsWanted })
}
