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
import { claimWorkflowId, dispatchWorkflowId, inboxWorkflowId, MAIN_QUEUE, providerQueue } from '../../workflows/ids.ts'
import { DISPATCH_WORKFLOW, recordActions, submit, wake, wakeInbox } from '../../workflows/messages.ts'
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

describe('30 days in which the provider is out of reach', () => {
  it('E16 a claim goes on in new histories, answers people meanwhile, and leaves when the provider is back (B13)', async () => {
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

  it('E16 a batch does the same (B13)', async () => {
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

describe('30 days in which a document cannot be taken in', () => {
  it('E16 an inbox goes on in new histories, takes in what comes meanwhile, and ends when all is taken in', async () => {
    const connectionId = randomUUID()
    const workflowId = inboxWorkflowId(connectionId)
    const handle = env.client.workflow.getHandle(workflowId)
    const began = await env.currentTimeMs()
    const runs = new Set<string>()
    let passes = 0
    let waiting = 0
    let taken = 0
    const processInbox = async () => {
      passes += 1
      taken += waiting
      waiting = 0
      runs.add(activityInfo().workflowExecution?.runId ?? '')
      // A document comes while another rests.
      if (passes % 100 === 0) {
        waiting += 1
        await handle.signal(wakeInbox)
      }
      return (await env.currentTimeMs()) - began >= 30 * DAY ? { left: false } : { left: true, restMs: 30 * 60_000 }
    }
    await working({ processInbox }, () =>
      env.client.workflow.execute('inbox', {
        workflowId,
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', connectionId, providerId: 'p' }],
        workflowExecutionTimeout: '400 days',
      }),
    )
    expect(passes).toBeGreaterThan(1_400)
    expect({ waiting, taken }).toEqual({ waiting: 0, taken: 14 })
    expect(runs.size).toBeGreaterThan(1)
    expect(await longest(workflowId, runs)).toBeLessThan(10_240)
  }, 300_000)
})
