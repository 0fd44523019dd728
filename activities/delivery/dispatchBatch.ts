import { loadInterchange } from '../../db/delivery/outgoingMessages.ts'
import { waitsForCutOff } from '../../domain/delivery/interchangeState.ts'
import type { BatchRef } from '../../workflows/activityContract.ts'
import type { DispatchPlan } from '../../workflows/activityResults.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { Deps } from '../deps.ts'

/** How long the batch still waits, by its row. */
export async function planDispatch(deps: Deps, { organisationId, interchangeId }: BatchRef): Promise<DispatchPlan> {
  const batch = await deps.databases.within(organisationId, (tx) => loadInterchange(tx, organisationId, interchangeId))
  const leavesAt = batch.leavesAt ?? deps.clock.now()
  const leavesInMs = waitsForCutOff(batch) ? deps.clock.realMsUntil(leavesAt) : 0
  return { timings: deps.timings, leavesInMs: Math.ceil(leavesInMs), leavesAt: leavesAt.toISOString() }
}

/** Wakes the workflow of every claim in the batch: each reads its own row. */
export async function notifyClaims(deps: Deps, { organisationId, providerId, interchangeId }: BatchRef): Promise<void> {
  const { submissions } = await deps.databases.within(organisationId, (tx) =>
    loadInterchange(tx, organisationId, interchangeId),
  )
  const claimIds = submissions.map((submission) => submission.claimId)
  await wakeClaims(deps.client, { organisationId, providerId }, claimIds)
}
