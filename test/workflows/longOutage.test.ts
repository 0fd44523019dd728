import { randomUUID } from 'node:crypto'
import { activityInfo } from '@temporalio/activity'
import { WithStartWorkflowOperation } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { retryDelayMs } from '../../domain/delivery/retryDelays.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import { CLAIM_WORKFLOW } from '../../workflows/client/claimStart.ts'
import { claimWorkflowId, dispatchWorkflowId, MAIN_QUEUE, providerQueue } from '../../workflows/ids.ts'
import { DISPATCH_WORKFLOW, recordActions, submit, wake } from '../../workflows/messages.ts'
import { timeSkippingEnvironment } from '../support/timeSkipping.ts'
import { memoryClaim } from './memoryClaim.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await timeSkippingEnvironment()
}, 120_000)
afterAll(() => env.teardown())

const DAY = 86_400_000

/** A provider that is out of reach for 30 days from now on, and the runs that have tried it. */
async function outage(delivered: (sending: Transmission) => Promise<Delivered>) {
  const began = await env.currentTimeMs()
  const runs = new Set<string>()
  let tries = 0
  const deliver = async (sending: Transmission): Promise<Delivered> => {
    tries += 1
    runs.add(activityInfo().workflowExecution?.runId ?? '')
    const gone = (await env.currentTimeMs()) - began
    if (gone >= 30 * DAY) return delivered(sending)
    return { kind: 'not_sent', retryInMs: retryDelayMs({ attempt: tries, overdueForMs: gone }, 0.5) }
  }
  return { deliver, runs, tries: () => tries }
}

async function working<T>(activities: object, play: () => Promise<T>): Promise<T> {
  const options = { connection: env.nativeConnection, activities }
  const main = await Worker.create({ ...options, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle() })
  const provider = await Worker.create({ ...options, taskQueue: providerQueue('p') })
  const running = provider.run()
  try {
    return await main.runUntil(play)
  } finally {
    provider.shutdown()
    await running
  }
}

async function longest(workflowId: string, runs: Set<string>): Promise<number> {
  const lengths = []
  for (const runId of runs) {
    const { events } = await env.client.workflow.getHandle(workflowId, runId).fetchHistory()
    lengths.push(events?.length ?? 0)
  }
  return Math.max(...lengths)
}

describe('30 days in which the provider is out of reach (E16, B13)', () => {
  it('a claim goes on in new histories, answers people meanwhile, and leaves when the provider is back', async () => {
    const memory = memoryClaim(() => env.currentTimeMs())
    const claimId = randomUUID()
    const workflowId = claimWorkflowId(claimId)
    const handle = env.client.workflow.getHandle(workflowId)
    const say = (fact: Fact) => {
      const id = randomUUID()
      memory.pending.push({ id, fact })
      return id
    }
    const provider = await outage(async (sending) => {
      const outcome = await memory.activities.deliver(sending)
      say({ type: 'received' })
      say({ type: 'money_posted', payment: 'PAID', paid: 100, openAmount: 0, deniedAmount: 0, reversal: false })
      await handle.signal(wake, { noticeIds: [] })
      return outcome
    })
    const effects: string[] = []
    // A person says something once in a while, always while an attempt is under way: time stands
    // still meanwhile.
    const deliver = async (sending: Transmission): Promise<Delivered> => {
      const outcome = await provider.deliver(sending)
      if (outcome.kind !== 'not_sent' || provider.tries() % 200 !== 0) return outcome
      expect(memory.state().delivery).toBe('READY')
      const id = say({ type: 'asked' })
      const answer = await handle.executeUpdate(recordActions, { args: [{ noticeIds: [id] }] })
      effects.push(...answer.effects.filter((effect) => effect.noticeId === id).map((effect) => effect.effect))
      return outcome
    }
    const result = await working({ ...memory.activities, deliver }, async () => {
      const startWorkflowOperation = new WithStartWorkflowOperation(CLAIM_WORKFLOW, {
        workflowId,
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', claimId, providerId: 'p' }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: '400 days',
      })
      await env.client.workflow.executeUpdateWithStart(submit, { startWorkflowOperation })
      return handle.result()
    })
    expect(result).toBe('APPROVED')
    expect(memory.state().delivery).toBe('SENT')
    expect(provider.tries()).toBeGreaterThan(1_000)
    expect(effects).toEqual(Array(5).fill('noted'))
    expect(provider.runs.size).toBeGreaterThan(1)
    expect(await longest(workflowId, provider.runs)).toBeLessThan(10_240)
  }, 300_000)

  it('a batch does the same', async () => {
    const provider = await outage(async () => ({ kind: 'settled', claim: null }))
    const told: string[] = []
    const activities = {
      planDispatch: async () => ({
        timings: { deliverMs: 60_000, heartbeatMs: 30_000 },
        leavesInMs: 0,
        leavesAt: '2026-03-23T17:00:00.000Z',
      }),
      notifyClaims: async ({ interchangeId }: Transmission) => void told.push(interchangeId),
      deliver: provider.deliver,
    }
    const interchangeId = randomUUID()
    const workflowId = dispatchWorkflowId(interchangeId)
    const result = await working(activities, () =>
      env.client.workflow.execute(DISPATCH_WORKFLOW, {
        workflowId,
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', providerId: 'p', interchangeId }],
        workflowExecutionTimeout: '400 days',
      }),
    )
    expect(result).toBe('settled')
    expect(told).toEqual([interchangeId])
    expect(provider.runs.size).toBeGreaterThan(1)
    expect(await longest(workflowId, provider.runs)).toBeLessThan(10_240)
  }, 300_000)
})
