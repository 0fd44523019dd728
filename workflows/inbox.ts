import { condition, continueAsNew, setHandler } from '@temporalio/workflow'
import type { MailboxRef } from './activityContract.ts'
import { mailboxActivities } from './activityProxies.ts'
import { wakeInbox } from './messages.ts'
import { historyIsLong } from './renewal.ts'

/**
 * Works off every unprocessed document of one connection and ends. Push routes and the collector
 * wake it by Signal-with-Start; a wake-up while it works makes it look once more.
 */
export async function inbox(mailbox: MailboxRef): Promise<void> {
  let wakeRequested = true
  setHandler(wakeInbox, () => {
    wakeRequested = true
  })
  const { processInbox } = mailboxActivities()
  while (wakeRequested) {
    wakeRequested = false
    const { left, restMs } = await processInbox(mailbox)
    // A new document is not kept waiting by a broken one.
    if (restMs !== undefined) await condition(() => wakeRequested, restMs)
    if (left) wakeRequested = true
    if (historyIsLong()) await continueAsNew<typeof inbox>(mailbox)
  }
}
