import type { Client } from '@temporalio/client'
import type { Batch } from '../activityContract.ts'
import { departureWorkflowId, interchangeIdOf, MAIN_QUEUE } from '../ids.ts'
import { DEPARTURE_WORKFLOW, leaveNow } from '../messages.ts'

/** Starts the batch's departure unless it runs. */
export async function callDeparture(client: Client, batch: Batch): Promise<void> {
  const { organisationId, providerId, interchangeId } = batch
  await client.workflow.start(DEPARTURE_WORKFLOW, {
    workflowId: departureWorkflowId(interchangeId),
    taskQueue: MAIN_QUEUE,
    args: [{ organisationId, providerId, interchangeId }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
}

/** Lets a departure leave now, or starts it. Its row says that it may. */
export async function hurryDeparture(client: Client, batch: Batch): Promise<void> {
  const { organisationId, providerId, interchangeId } = batch
  await client.workflow.signalWithStart(DEPARTURE_WORKFLOW, {
    workflowId: departureWorkflowId(interchangeId),
    taskQueue: MAIN_QUEUE,
    args: [{ organisationId, providerId, interchangeId }],
    signal: leaveNow,
    signalArgs: [],
  })
}

/** The batches whose departure runs, as Temporal's visibility knows it: a moment behind the truth. */
export async function runningDepartures(client: Client): Promise<Set<string>> {
  const running = new Set<string>()
  const query = `WorkflowType = '${DEPARTURE_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) running.add(interchangeIdOf(workflowId))
  return running
}
