import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client'
import type { Clock } from '../../platform/clock.ts'
import type { MailboxRef } from '../../workflows/activityContract.ts'
import { MAIN_QUEUE, mailboxScheduleId, mailboxWorkflowId, RECONCILIATION_ID } from '../../workflows/ids.ts'

/** Shortest real interval between two collections, whatever the clock's scale. */
const SHORTEST_MS = 1_000

export interface MailboxPlan extends MailboxRef {
  /** Business seconds between two collections. */
  pollSeconds: number
  /** False: somebody switched the connection off; nothing is collected. */
  enabled: boolean
}

/** Real time between two reconciliations. */
const RECONCILE_EVERY_MS = 2 * 60_000

/**
 * Makes each connection's Schedule be as planned, and removes that of a connection that is switched off. What was made so is remembered: a plan
 * that has not changed costs nothing.
 */
export function mailboxSchedules(client: Client, clock: Clock): (plans: MailboxPlan[]) => Promise<void> {
  const made = new Map<string, string>()
  return async (plans) => {
    for (const plan of plans) {
      const wanted = JSON.stringify(plan)
      if (made.get(plan.connectionId) === wanted) continue
      await (plan.enabled ? ensureMailboxSchedule(client, clock, plan) : removeSchedule(client, plan))
      made.set(plan.connectionId, wanted)
    }
  }
}

async function removeSchedule(client: Client, { connectionId }: MailboxPlan): Promise<void> {
  try {
    await client.schedule.getHandle(mailboxScheduleId(connectionId)).delete()
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
  }
}

async function ensureMailboxSchedule(client: Client, clock: Clock, plan: MailboxPlan): Promise<void> {
  const every = Math.max(SHORTEST_MS, Math.round((plan.pollSeconds * 1_000) / clock.scale))
  const { organisationId, connectionId, providerId } = plan
  await ensureSchedule(client, mailboxScheduleId(connectionId), every, {
    workflowType: 'providerMailbox',
    workflowId: mailboxWorkflowId(connectionId),
    args: [{ organisationId, connectionId, providerId }],
  })
}

/** Makes the comparison of Postgres and Temporal run for ever. */
export async function ensureReconciliation(client: Client): Promise<void> {
  await ensureSchedule(client, RECONCILIATION_ID, RECONCILE_EVERY_MS, {
    workflowType: 'reconciliation',
    workflowId: RECONCILIATION_ID,
    args: [],
  })
}

/**
 * One run at a time (SKIP); a run that hangs ends within a few intervals; after an outage one run catches up instead of all that were missed.
 */
async function ensureSchedule(
  client: Client,
  scheduleId: string,
  every: number,
  start: { workflowType: string; workflowId: string; args: unknown[] },
): Promise<void> {
  const options = {
    spec: { intervals: [{ every }] },
    action: {
      type: 'startWorkflow' as const,
      ...start,
      taskQueue: MAIN_QUEUE,
      workflowRunTimeout: Math.max(3 * every, 15 * 60_000),
    },
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const },
  }
  const handle = client.schedule.getHandle(scheduleId)
  try {
    const known = await handle.describe()
    if (known.spec.intervals?.[0]?.every === every) return
    await handle.update((before) => ({ ...before, ...options }))
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error
    await client.schedule.create({ scheduleId, ...options }).catch((race: unknown) => {
      if (!(race instanceof ScheduleAlreadyRunning)) throw race
    })
  }
}
