import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client'
import type { Clock } from '../../platform/clock.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { MailboxRef } from '../../workflows/activityContract.ts'
import {
  isMailboxSchedule,
  MAIN_QUEUE,
  mailboxScheduleId,
  mailboxWorkflowId,
  RECONCILIATION_ID,
} from '../../workflows/ids.ts'

const SCHEDULE = durableEffect({
  name: 'schedule',
  in: 'worker',
  before: 'the connection is a row, and nobody collects its answers',
  after: 'its Schedule is made, and this worker does not know that it is',
})

/** Shortest real interval between two collections, whatever the clock's scale. */
const SHORTEST_MS = 1_000

export interface MailboxPlan extends MailboxRef {
  /** Business seconds between two collections. */
  pollSeconds: number
  /** False: somebody switched the connection off; nothing is collected. */
}

/** Real time between two reconciliations. */
const RECONCILE_EVERY_MS = 2 * 60_000

/**
 * How often (real time) all Schedules are compared with the plans, whoever changed them. In between
 * only changed plans cost a call.
 */
const COMPARE_EVERY_MS = 10 * 60_000

/** The mailbox Schedules of all connections, kept as planned. */
export interface MailboxSchedules {
  /**
   * Makes a Schedule for each plan and removes those of connections that are planned no more
   * (switched off, or gone). One that fails is in `failed` and keeps none of the others back; it is
   * tried again with the next call.
   */
  keep(readPlans: () => Promise<MailboxPlan[]>): Promise<{ failed: { connectionId: string; error: string }[] }>
}

export function mailboxSchedules(client: Client, clock: Clock, now: () => number = Date.now): MailboxSchedules {
  /** By connection: the interval that this process has seen to. */
  const kept = new Map<string, number>()
  let comparedAt = Number.NEGATIVE_INFINITY

  async function strangersListed(): Promise<string[] | null> {
    if (now() - comparedAt < COMPARE_EVERY_MS) return null
    const listed: string[] = []
    for await (const { scheduleId } of client.schedule.list())
      if (isMailboxSchedule(scheduleId)) listed.push(scheduleId)
    comparedAt = now()
    return listed
  }

  return {
    keep: async (readPlans) => {
      // Listed before the plans are read: what another worker makes for a connection that is new in
      // between is not removed as an unknown one.
      const listed = await strangersListed()
      const plans = await readPlans()
      if (listed !== null) kept.clear()
      const planned = new Set(plans.map(({ connectionId }) => mailboxScheduleId(connectionId)))
      const forgotten = [...(listed ?? [...kept.keys()].map(mailboxScheduleId))].filter((id) => !planned.has(id))
      const failed: { connectionId: string; error: string }[] = []
      const attempt = async (connectionId: string, work: () => Promise<void>) => {
        try {
          await work()
        } catch (error) {
          failed.push({ connectionId, error: error instanceof Error ? error.name : 'unknown' })
        }
      }
      for (const scheduleId of forgotten)
        await attempt(connectionOf(scheduleId), async () => {
          await removeSchedule(client, scheduleId)
          kept.delete(connectionOf(scheduleId))
        })
      for (const plan of plans) {
        const every = intervalOf(plan, clock)
        if (kept.get(plan.connectionId) === every) continue
        await attempt(plan.connectionId, async () => {
          await ensureMailboxSchedule(client, every, plan)
          kept.set(plan.connectionId, every)
        })
      }
      return { failed }
    },
  }
}

function connectionOf(scheduleId: string): string {
  return scheduleId.slice(mailboxScheduleId('').length)
}

function intervalOf({ pollSeconds }: MailboxPlan, clock: Clock): number {
  return Math.max(SHORTEST_MS, Math.round((pollSeconds * 1_000) / clock.scale))
}

/** One that is gone already counts as removed. */
async function removeSchedule(client: Client, scheduleId: string): Promise<void> {
  await client.schedule
    .getHandle(scheduleId)
    .delete()
    .catch((error: unknown) => {
      if (!(error instanceof ScheduleNotFoundError)) throw error
    })
}

/** Makes the connection's Schedule be as planned. */
async function ensureMailboxSchedule(client: Client, every: number, plan: MailboxPlan): Promise<void> {
  const { organisationId, connectionId, providerId } = plan
  await ensureSchedule(client, mailboxScheduleId(connectionId), every, {
    workflowType: 'collectMailbox',
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
    // A Temporal that knows no Schedule of ours may have lost everything: no claim waits for the
    // first interval.
    atOnce: true,
  })
}

/**
 * One run at a time (SKIP); a run that hangs ends within a few intervals; after an outage one run
 * catches up instead of all that were missed.
 */
async function ensureSchedule(
  client: Client,
  scheduleId: string,
  every: number,
  { atOnce = false, ...start }: { workflowType: string; workflowId: string; args: unknown[]; atOnce?: boolean },
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
    SCHEDULE.before()
    await client.schedule
      .create({ scheduleId, ...options, state: { triggerImmediately: atOnce } })
      .catch((race: unknown) => {
        if (!(race instanceof ScheduleAlreadyRunning)) throw race
      })
    SCHEDULE.after()
  }
}
