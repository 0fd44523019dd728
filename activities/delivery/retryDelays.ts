import { setTimeout as pause } from 'node:timers/promises'
import { reserveRequest } from '../../db/delivery/rateLimit.ts'
import { overdueForMs, retryDelayMs } from '../../domain/delivery/retryDelays.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/**
 * How long a connection that somebody must mend or switch on rests before it is looked at again
 * (business time).
 */
export const HELD_FOR_MS = 15 * 60_000

/** How long an attempt's outcome lets the provider rest; `unsentSince` when nothing of it left. */
export function restMs(
  deps: Deps,
  tried: { attempt: number; unsentSince: Date | null; retryAfterMs?: number | undefined },
): { retryInMs: number; overdue: boolean } {
  const overdue = overdueForMs(tried.unsentSince, deps.clock.now(), deps.clock.scale, deps.unsentAlertMs)
  const { attempt, retryAfterMs } = tried
  const retryInMs = retryDelayMs({ attempt, overdueForMs: overdue, retryAfterMs }, Math.random())
  return { retryInMs, overdue: overdue !== null }
}

/** A submission can be found only after the provider's own lag; never sooner than a second. */
export function lookInMs(deps: Deps, connection: ProviderConnection): number {
  const { lookup, lookupLagSeconds, keyWindowHours } = connection.adapter.declaration.delivery
  const lag = lookup && keyWindowHours === 0 ? (lookupLagSeconds * 1_000) / deps.clock.scale : 0
  return Math.max(1_000, lag)
}

/**
 * Waits for the connection's contractual turn: for requests in the middle of something that cannot
 * come back later.
 */
export async function waitForSlot(deps: Deps, connection: ProviderConnection): Promise<void> {
  const { organisationId, connectionId, requestsPerSecond: perSecond } = connection
  if (perSecond === null) return
  const waitMs = await deps.databases.within(organisationId, (tx) =>
    reserveRequest(tx, { organisationId, connectionId, perSecond }),
  )
  if (waitMs > 0) await pause(waitMs)
}
