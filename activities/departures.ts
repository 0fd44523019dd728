import type { Client } from '@temporalio/client'
import { loadInterchange } from '../db/outgoing.ts'
import { departureWorkflowId, interchangeIdOf, MAIN_QUEUE } from '../workflows/ids.ts'
import { DEPARTURE_WORKFLOW, leaveNow } from '../workflows/messages.ts'
import type { Batch } from './createActivities.ts'
import type { Deps } from './deps.ts'
import type { Departing } from './outcomes.ts'
import { signalClaims } from './signalClaims.ts'

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

/** How long the batch still waits, by its row. */
export async function openDeparture(deps: Deps, { organisationId, interchangeId }: Batch): Promise<Departing> {
  const batch = await deps.databases.within(organisationId, (tx) => loadInterchange(tx, organisationId, interchangeId))
  const leavesAt = batch.leavesAt ?? deps.clock.now()
  const leavesInMs = batch.state === 'WAITING' && batch.attempt === 0 ? deps.clock.realMsUntil(leavesAt) : 0
  return { timings: deps.timings, leavesInMs: Math.ceil(leavesInMs), leavesAt: leavesAt.toISOString() }
}

/** Wakes the workflow of every claim in the batch: each reads its own row. */
export async function tellClaims(deps: Deps, { organisationId, providerId, interchangeId }: Batch): Promise<void> {
  const { submissions } = await deps.databases.within(organisationId, (tx) =>
    loadInterchange(tx, organisationId, interchangeId),
  )
  const claimIds = submissions.map((submission) => submission.claimId)
  await signalClaims(deps, organisationId, providerId, claimIds)
}
