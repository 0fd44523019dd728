import type { Client } from '@temporalio/client'
import type { MailboxRef } from '../activityContract.ts'
import { inboxWorkflowId, MAIN_QUEUE } from '../ids.ts'
import { wakeInbox } from '../messages.ts'

/**
 * Wakes the connection's inbox, or starts it. A wake-up that is lost loses nothing: reconcile
 * finds the unprocessed document.
 */
export async function signalInbox(client: Client, mailbox: MailboxRef): Promise<void> {
  await client.workflow.signalWithStart('inbox', {
    workflowId: inboxWorkflowId(mailbox.connectionId),
    taskQueue: MAIN_QUEUE,
    args: [mailbox],
    signal: wakeInbox,
    signalArgs: [],
  })
}
