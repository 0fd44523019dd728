import type { Client } from '@temporalio/client'
import type { BatchRef } from '../activityContract.ts'
import { dispatchWorkflowId, interchangeIdOf, MAIN_QUEUE } from '../ids.ts'
import { DISPATCH_WORKFLOW, dispatchNow } from '../messages.ts'

/** Starts the batch's workflow unless it runs. */
export async function startDispatch(client: Client, batch: BatchRef): Promise<void> {
  const { organisationId, providerId, interchangeId } = batch
  await client.workflow.start(DISPATCH_WORKFLOW, {
    workflowId: dispatchWorkflowId(interchangeId),
    taskQueue: MAIN_QUEUE,
    args: [{ organisationId, providerId, interchangeId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
}

/** Lets a batch leave now, and starts its workflow if need be. Its row says that it may. */
export async function startDispatchNow(client: Client, batch: BatchRef): Promise<void> {
  const { organisationId, providerId, interchangeId } = batch
  await client.workflow.signalWithStart(DISPATCH_WORKFLOW, {
    workflowId: dispatchWorkflowId(interchangeId),
    taskQueue: MAIN_QUEUE,
    args: [{ organisationId, providerId, interchangeId }],
    signal: dispatchNow,
    signalArgs: [],
  })
}

/**
 * The batches whose workflow runs, as Temporal's visibility knows it: a moment behind the truth.
 */
export async function runningDispatches(client: Client): Promise<Set<string>> {
  const running = new Set<string>()
  const query = `WorkflowType = '${DISPATCH_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) running.add(interchangeIdOf(workflowId))
  return running
}
