import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import type { Delivered, DispatchPlan } from '../../workflows/activityResults.ts'
import { dispatchWorkflowId, MAIN_QUEUE, providerQueue } from '../../workflows/ids.ts'
import { DISPATCH_WORKFLOW, dispatchNow } from '../../workflows/messages.ts'
import { timeSkippingEnvironment } from '../support/timeSkipping.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await timeSkippingEnvironment()
}, 120_000)
afterAll(() => env.teardown())

const THREE_DAYS = 3 * 86_400_000

/**
 * Plays a batch dispatch whose cut-off is in three days against scripted deliveries; answers what
 * was called, and when by the server's clock.
 */
async function depart(
  outcomes: (Delivered | 'breaks')[],
  play: (handle: { signal(): Promise<void> }) => Promise<void>,
) {
  const began = await env.currentTimeMs()
  const calls: { name: string; hours: number }[] = []
  const call = async (name: string) => {
    calls.push({ name, hours: Math.round(((await env.currentTimeMs()) - began) / 3_600_000) })
  }
  const next = (name: string) => async (): Promise<Delivered> => {
    await call(name)
    const outcome = outcomes.shift() ?? { kind: 'settled', claim: null }
    if (outcome === 'breaks') throw new Error('the worker broke down')
    return outcome
  }
  const activities = {
    planDispatch: async (): Promise<DispatchPlan> => ({
      timings: { deliverMs: 60_000, heartbeatMs: 30_000 },
      leavesInMs: THREE_DAYS,
      leavesAt: '2026-03-23T17:00:00.000Z',
    }),
    notifyClaims: () => call('notify'),
    deliver: next('deliver'),
    resolveDelivery: next('look'),
  }
  const options = { connection: env.nativeConnection, activities }
  const main = await Worker.create({ ...options, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle() })
  const provider = await Worker.create({ ...options, taskQueue: providerQueue('p') })
  const running = provider.run()
  try {
    const result = await main.runUntil(async () => {
      const interchangeId = randomUUID()
      const handle = await env.client.workflow.start(DISPATCH_WORKFLOW, {
        workflowId: dispatchWorkflowId(interchangeId),
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', providerId: 'p', interchangeId }],
        workflowExecutionTimeout: '400 days',
      })
      await play({ signal: () => handle.signal(dispatchNow) })
      return handle.result()
    })
    return { result, calls }
  } finally {
    provider.shutdown()
    await running
  }
}

const nothing = async () => undefined

describe('a batch dispatch', () => {
  it('sleeps until the cut-off in three days, sends once and tells the claims', async () => {
    const { result, calls } = await depart([], nothing)
    expect(calls).toEqual([
      { name: 'deliver', hours: 72 },
      { name: 'notify', hours: 72 },
    ])
    expect(result).toBe('settled')
  })

  it('leaves at once when somebody says so', async () => {
    const { calls } = await depart([], async ({ signal }) => {
      await env.sleep('2 hours')
      await signal()
    })
    expect(calls[0]).toEqual({ name: 'deliver', hours: 2 })
  })

  it('looks at an unknown end until it is settled, and tells the claims of each change once', async () => {
    const unknown: Delivered = { kind: 'unknown', lookInMs: 60_000, claim: null }
    const { calls } = await depart([unknown, unknown, { kind: 'not_sent', retryInMs: 1_000 }], nothing)
    expect(calls.map((call) => call.name)).toEqual(['deliver', 'notify', 'look', 'look', 'deliver', 'notify'])
  })

  it('looks before it sends again when a delivery breaks down: nobody knows what left', async () => {
    const { calls } = await depart(['breaks', 'breaks', { kind: 'settled', claim: null }], nothing)
    expect(calls.map((call) => call.name)).toEqual(['deliver', 'notify', 'look', 'look', 'notify'])
  })

  it('ends when a person has to file it: from there on the claims wait for their own news', async () => {
    const { result, calls } = await depart([{ kind: 'waiting', claim: null }], nothing)
    expect(result).toBe('waiting')
    expect(calls.map((call) => call.name)).toEqual(['deliver', 'notify'])
  })
})
