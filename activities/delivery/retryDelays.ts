import { setTimeout as pause } from 'node:timers/promises'
import { reserveRequestSlot } from '../../db/delivery/rateLimit.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/** How long a connection that somebody must mend, or a claim that nobody can encode, rests before it is tried again (business time). */
const HELD_FOR_MS = 15 * 60_000

/** Nothing left and nothing will until somebody has done something: try again in a while. */
export function retryAtLongest(deps: Deps): Extract<Delivered, { kind: 'not_sent' }> {
  return { kind: 'not_sent', retryInMs: Math.max(1_000, HELD_FOR_MS / deps.clock.scale) }
}

/** 1 s, 2 s, 4 s … 5 min, with jitter so that a recovered provider is not stormed. */
export function backoffMs(attempt: number): number {
  return Math.min(300_000, 1_000 * 2 ** Math.min(attempt - 1, 10)) * (0.5 + Math.random() / 2)
}

/** A submission can be found only after the provider's own lag; never sooner than a second. */
export function lookInMs(deps: Deps, line: ProviderConnection): number {
  const { lookup, lookupLagSeconds, keyWindowHours } = line.adapter.declaration.delivery
  const lag = lookup && keyWindowHours === 0 ? (lookupLagSeconds * 1_000) / deps.clock.scale : 0
  return Math.max(1_000, lag)
}

/** Waits for the connection's contractual turn: for requests in the middle of something that cannot come back later. */
export async function waitForSlot(deps: Deps, line: ProviderConnection): Promise<void> {
  const { organisationId, connectionId, requestsPerSecond } = line
  if (requestsPerSecond === null) return
  for (;;) {
    const waitMs = await deps.databases.within(organisationId, (tx) =>
      reserveRequestSlot(tx, organisationId, connectionId, requestsPerSecond),
    )
    if (waitMs === 0) return
    await pause(waitMs)
  }
}
