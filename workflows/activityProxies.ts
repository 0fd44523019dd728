import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { ClaimActivities, MailboxActivities, ProviderActivities } from './activityContract.ts'
import type { Timings } from './activityResults.ts'
import { MAIN_QUEUE, providerQueue } from './ids.ts'

/** Our own rows: one marker each in the history, no round trip through a task queue. */
export function claimActivities(): ClaimActivities {
  return proxyLocalActivities<ClaimActivities>({
    // Postgres may be away for a while: a local activity goes on trying, backed by a timer after
    // the first minute.
    startToCloseTimeout: '20 seconds',
    localRetryThreshold: '1 minute',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '30 seconds', backoffCoefficient: 2 },
  })
}

/** Calls to the provider, on the provider's own queue. */
export function providerActivities(providerId: string, timings: Timings): ProviderActivities {
  return proxyActivities<ProviderActivities>({
    taskQueue: providerQueue(providerId),
    // The workflow drives every next try itself: a send is never repeated blindly.
    retry: { maximumAttempts: 1 },
    // When no worker serves a provider's queue, the delivery stays unresolved, which escalates to a
    // person, instead of silence.
    scheduleToStartTimeout: '1 hour',
    // Longer than the socket's own limit, so that the activity ends by itself; the lease outlives
    // both.
    startToCloseTimeout: timings.deliverMs,
    heartbeatTimeout: timings.heartbeatMs,
  })
}

/** Reads a provider's answers and hands them to the claims. */
export function mailboxActivities(): MailboxActivities {
  return proxyActivities<MailboxActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '1 second', maximumInterval: '1 minute', backoffCoefficient: 2 },
  })
}
