import type { Client } from '@temporalio/client'
import type { Mailbox } from '../activityContract.ts'
import { inboxWorkflowId, MAIN_QUEUE } from '../ids.ts'
import { doorbell } from '../messages.ts'

/** Wakes the connection's inbox, or starts it. A doorbell that is lost loses nothing: reconcile finds the unprocessed document. */
export async function ringDoorbell(client: Client, mailbox: Mailbox): Promise<void> {
  await client.workflow.signalWithStart('inbox', {
    workflowId: inboxWorkflowId(mailbox.connectionId),
    taskQueue: MAIN_QUEUE,
    args: [mailbox],
    signal: doorbell,
    signalArgs: [],
  })
}
