import type { Client } from '@temporalio/client'
import { inboxWorkflowId, MAIN_QUEUE } from '../workflows/ids.ts'
import { doorbell } from '../workflows/messages.ts'
import type { Mailbox } from './deps.ts'

/** A push waits no longer than this for Temporal: the document is stored, and reconcile finds it. */
const PATIENCE_MS = 2_000

/** Wakes the connection's inbox, or starts it. */
export async function ringDoorbell(client: Client, mailbox: Mailbox): Promise<void> {
  await client.withDeadline(Date.now() + PATIENCE_MS, () =>
    client.workflow.signalWithStart('inbox', {
      workflowId: inboxWorkflowId(mailbox.connectionId),
      taskQueue: MAIN_QUEUE,
      args: [mailbox],
      signal: doorbell,
      signalArgs: [],
    }),
  )
}
