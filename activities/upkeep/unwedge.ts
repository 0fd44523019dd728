import type { Client } from '@temporalio/client'
import { type WorkflowAddress, workflowAddresses } from '../../db/acrossTenants/unattended.ts'
import { type CountByType, countByType } from '../../domain/worklist/unattendedWork.ts'
import type { ReconcileFailure } from '../../workflows/activityContract.ts'
import { startDispatch } from '../../workflows/client/wakeBatch.ts'
import { wakeClaim } from '../../workflows/client/wakeClaims.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import { endWedged, runningWorkflows, type WedgedRun, wedgedRuns } from '../../workflows/client/wedgedRuns.ts'
import { watchedWorkflowId } from '../../workflows/ids.ts'
import { isolated } from './isolated.ts'
import { findUnattended, type WatchDeps } from './watchWorkflows.ts'

/** What `unwedge` found and did. */
export interface UnwedgeReport {
  /** Work that has lain for over a minute, by the workflow that should have done it. */
  unattended: CountByType
  /** Workflows whose task failed again and again. */
  wedged: CountByType
  workflows: { workflowId: string; organisationId: string; tries: number }[]
  /** Ended and started again from their rows. */
  restarted: number
  /** Wedged workflows whose row is not in this database: left alone. */
  strangers: string[]
  /** Of so many workflows Temporal has not said in time how they are. */
  unanswered: number
  failures: ReconcileFailure[]
}

/**
 * Ends every long-lived workflow whose task fails again and again and starts it again from its row.
 * Nothing is lost or doubled by it: what happened is in Postgres, and a sending that is under way
 * holds its lease. With `dryRun` it only looks.
 */
export async function unwedge(deps: WatchDeps, { dryRun }: { dryRun: boolean }): Promise<UnwedgeReport> {
  const { databases, client } = deps
  const lying = await findUnattended(deps)
  const byId = new Map(
    [...(await runningWorkflows(client)), ...lying].map((each) => [watchedWorkflowId(each.type, each.subjectId), each]),
  )
  const { wedged: runs, unanswered } = await wedgedRuns(client, [...byId.values()])
  const addresses = new Map(
    (await workflowAddresses(databases.across, runs)).map((each) => [
      watchedWorkflowId(each.type, each.subjectId),
      each,
    ]),
  )
  const addressOf = (run: WedgedRun) => addresses.get(watchedWorkflowId(run.type, run.subjectId))
  const ours = runs.flatMap((run) => {
    const address = addressOf(run)
    return address === undefined ? [] : [{ ...run, ...address }]
  })
  const apart = isolated()
  const restarted = dryRun ? 0 : await apart.each('wedged workflows', ours, (one) => startAgain(client, one))
  return {
    unattended: countByType(lying),
    wedged: countByType(runs),
    workflows: ours.map(({ type, subjectId, organisationId, tries }) => ({
      workflowId: watchedWorkflowId(type, subjectId),
      organisationId,
      tries,
    })),
    restarted,
    strangers: runs
      .filter((run) => addressOf(run) === undefined)
      .map((run) => watchedWorkflowId(run.type, run.subjectId)),
    unanswered: unanswered.length,
    failures: apart.failures,
  }
}

/** If this dies in between, reconcile starts what has no workflow. */
async function startAgain(client: Client, one: WedgedRun & WorkflowAddress): Promise<void> {
  await endWedged(client, one)
  const { type, subjectId, organisationId, providerId } = one
  switch (type) {
    case 'claimLifecycle':
      return wakeClaim(client, { organisationId, providerId, claimId: subjectId })
    case 'batchDispatch':
      return startDispatch(client, { organisationId, providerId, interchangeId: subjectId })
    case 'inbox':
      return signalInbox(client, { organisationId, providerId, connectionId: subjectId })
  }
}
