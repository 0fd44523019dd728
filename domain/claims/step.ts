import type { ClaimStatus } from '../claim.ts'
import { type ClaimState, rank } from './claimState.ts'

/**
 * `applied`: the state moved. `repeat`: said before. `stale`: older than what we know.
 * `conflict`: contradicts what we know, a person looks. `noted`: kept on the timeline, means
 * nothing for the state.
 */
export type Effect = 'applied' | 'repeat' | 'stale' | 'conflict' | 'noted'

/**
 * What became of a notice. Beyond the effect of its fact: a cancel stopped the sending, sent a
 * void, or could do neither; `held`: recording it failed too often, a person must look; `unknown`:
 * the claim has no such notice.
 */
export type NoticeEffect = Effect | 'cancelled' | 'void_sent' | 'cannot_cancel' | 'held' | 'unknown'

export interface Advanced {
  state: ClaimState
  effect: Effect
  /** Statuses that the claim must have passed although nobody said so. */
  implied: ClaimStatus[]
  /** Lines whose decision arrived later than a newer one and differs from it: it is left out. */
  late?: number[]
}

export function moved(state: ClaimState, change: Partial<ClaimState>, implied: ClaimStatus[] = []): Advanced {
  return { state: { ...state, ...change }, effect: 'applied', implied }
}

export function same(state: ClaimState, effect: Effect): Advanced {
  return { state, effect, implied: [] }
}

export const noDocumentsWanted = { documentsRequested: [], documentsRequestedAt: null }

/**
 * A conflict for an event that the claim cannot have: of a draft, of a cancelled claim, or an
 * acknowledgement of a claim that was rejected at the front end. Null otherwise.
 */
export function tooEarlyOrOver(state: ClaimState, decision?: string): Advanced | null {
  if (state.status === 'DRAFT' || state.status === 'CANCELLED') return same(state, 'conflict')
  if (state.rejectedAt === 'front_end' && state.status === 'REJECTED' && decision === undefined)
    return same(state, 'conflict')
  return null
}

/** Statuses below the one reached that no event reported. */
export function impliedBefore(state: ClaimState, reached: number): ClaimStatus[] {
  const skipped: ClaimStatus[] = []
  if (rank(state) < 2 && reached > 2) skipped.push('RECEIVED')
  if (rank(state) < 3 && reached > 3) skipped.push('IN_REVIEW')
  return skipped
}

export function earliest(known: string | null, said: string): string {
  return known === null || said < known ? said : known
}
