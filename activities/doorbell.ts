import type { Client } from '@temporalio/client'
import { inboxWorkflowId, MAIN_QUEUE } from '../workflows/ids.ts'
import { doorbell } from '../workflows/messages.ts'
import type { Mailbox } from './createActivities.ts'

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
