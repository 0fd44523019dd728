import { loadInterchange } from '../../db/delivery/outgoingMessages.ts'
import { waitsForCutOff } from '../../domain/delivery/interchangeState.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { BatchRef } from '../../workflows/activityContract.ts'
import type { DispatchPlan } from '../../workflows/activityResults.ts'
import { startDispatch as startWorkflow } from '../../workflows/client/wakeBatch.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { Deps } from '../deps.ts'

const START = durableEffect({
  name: 'dispatch_start',
  in: 'worker',
  before: 'a claim is frozen in a batch that has no workflow',
  after: 'the batch has a workflow, and the claim’s has not heard of it',
})
const PLAN = durableEffect({
  name: 'dispatch_plan',
  in: 'worker',
  after: 'the batch is planned, and nothing of it has left',
})
const NOTIFY = durableEffect({
  name: 'dispatch_notify',
  in: 'worker',
  before: 'the batch has left, and its claims have not heard of it',
  after: 'its claims are told, and the batch’s workflow does not know that they are',
})

/** Starts the workflow that carries the batch, unless it runs. */
export async function startDispatch(deps: Deps, batch: BatchRef): Promise<void> {
  START.before()
  await startWorkflow(deps.client, batch)
  START.after()
}

/** How long the batch still waits, by its row. */
export async function planDispatch(deps: Deps, { organisationId, interchangeId }: BatchRef): Promise<DispatchPlan> {
  const batch = await deps.databases.within(organisationId, (tx) => loadInterchange(tx, organisationId, interchangeId))
  const leavesAt = batch.leavesAt ?? deps.clock.now()
  const leavesInMs = waitsForCutOff(batch) ? deps.clock.realMsUntil(leavesAt) : 0
  PLAN.after()
  return { timings: deps.timings, leavesInMs: Math.ceil(leavesInMs), leavesAt: leavesAt.toISOString() }
}

/** Wakes the workflow of every claim in the batch: each reads its own row. */
export async function notifyClaims(deps: Deps, { organisationId, providerId, interchangeId }: BatchRef): Promise<void> {
  const { submissions } = await deps.databases.within(organisationId, (tx) =>
    loadInterchange(tx, organisationId, interchangeId),
  )
  const claimIds = submissions.map((submission) => submission.claimId)
  NOTIFY.before()
  await wakeClaims(deps.client, { organisationId, providerId }, claimIds)
  NOTIFY.after()
}
