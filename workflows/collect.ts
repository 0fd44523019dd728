import { proxyActivities } from '@temporalio/workflow'
import type { CollectActivities, MailboxRef } from './activityContract.ts'
import { providerQueue } from './ids.ts'

/** One collection of a connection's answers; a Temporal Schedule starts it, one at a time. */
export async function collectMailbox(mailbox: MailboxRef): Promise<number> {
  const { collect } = proxyActivities<CollectActivities>({
    taskQueue: providerQueue(mailbox.providerId),
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    // A few retries for a short disturbance; after an outage the Schedule's next run collects.
    retry: { maximumAttempts: 3, initialInterval: '1 second', backoffCoefficient: 2 },
  })
  return collect(mailbox)
}
