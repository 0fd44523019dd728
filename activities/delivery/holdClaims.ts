import type { Tx } from '../../db/connect.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { isSettled } from '../../domain/delivery/interchangeState.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'
import { lockSentClaims, recordForClaims, type SentClaim, type SentFor } from './recordForClaims.ts'
import { HELD_FOR_MS } from './retryDelays.ts'

/**
 * Nothing leaves until somebody mends the connection, switches it on or lifts the freeze: that is
 * recorded on its claims, and it is tried again later. Locks the claims.
 */
export async function holdClaims(
  deps: Deps,
  tx: Tx,
  sending: Transmission,
  { interchange, connection }: { interchange: InterchangeRow; connection: ProviderConnection },
): Promise<Extract<Delivered, { kind: 'not_sent' }>> {
  const sent = await lockSentClaims(tx, sending, interchange)
  return {
    kind: 'not_sent',
    retryInMs: heldForMs(deps),
    ...(await recordWait(deps, tx, { sending, sent }, connection.frozen === null ? 'connection' : 'freeze')),
  }
}

/**
 * How long a connection that somebody must mend or switch on rests before it is looked at again;
 * real milliseconds.
 */
export function heldForMs(deps: Deps): number {
  return Math.max(5_000, HELD_FOR_MS / deps.clock.scale)
}

/**
 * Writes on each claim what its sending waits for, once. Answers the carrying claim as it stands
 * then; nothing when all of it was known.
 */
export async function recordWait(
  deps: Deps,
  tx: Tx,
  { sending, sent }: SentFor,
  reason: 'connection' | 'provider' | 'freeze',
): Promise<Pick<Extract<Delivered, { kind: 'not_sent' }>, 'claim'>> {
  const unrecorded = sent.filter(
    ({ claim, submission }) => submission.purpose !== 'void' && waitsForElse(claim.state, reason),
  )
  if (unrecorded.length === 0) return {}
  const fact = { type: 'waits' as const, for: reason }
  const event = { fact, at: deps.clock.now().toISOString(), said: [], references: [] }
  return { claim: await recordForClaims(deps, tx, { sending, sent: unrecorded }, [event]) }
}

/** True when one of the claims is still recorded as held by the connection or by a freeze. */
export function waitForConnection(sent: SentClaim[]): boolean {
  return sent.some(
    ({ claim: { state } }) =>
      state.delivery === 'WAITING' && (state.waits?.for === 'connection' || state.waits?.for === 'freeze'),
  )
}

/** False for a claim that may be at the provider: that is more important to know. */
function waitsForElse({ delivery, waits }: ClaimState, reason: 'connection' | 'provider' | 'freeze'): boolean {
  if (delivery === 'UNKNOWN' || isSettled(delivery)) return false
  return delivery !== 'WAITING' || waits?.for !== reason
}
