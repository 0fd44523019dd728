import { condition, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow'
import type { Mailbox } from './activityContract.ts'
import { mailboxActivities } from './activityProxies.ts'
import { doorbell } from './messages.ts'

/**
 * Works off every unprocessed document of one connection and ends. Push routes and the collector wake it by Signal-with-Start; a doorbell that
 * rings while it works makes it look once more.
 */
export async function inbox(mailbox: Mailbox): Promise<void> {
  let rung = true
  setHandler(doorbell, () => {
    rung = true
  })
  const { processInbox } = mailboxActivities()
  while (rung) {
    rung = false
    const { left, restMs } = await processInbox(mailbox)
    // A new document is not kept waiting by a broken one.
    if (restMs !== undefined) await condition(() => rung, restMs)
    if (left) rung = true
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof inbox>(mailbox)
  }
}
