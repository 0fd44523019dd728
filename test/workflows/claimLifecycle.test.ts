import { randomUUID } from 'node:crypto'
import { WithStartWorkflowOperation } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import { CLAIM_WORKFLOW } from '../../workflows/client/claimStart.ts'
import { claimWorkflowId, MAIN_QUEUE, providerQueue } from '../../workflows/ids.ts'
import { recordActions, submit, view, wake } from '../../workflows/messages.ts'
import { timeSkippingEnvironment } from '../support/timeSkipping.ts'
import { memoryClaim } from './memoryClaim.ts'

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await timeSkippingEnvironment()
}, 120_000)
afterAll(() => env.teardown())

/**
 * Starts a claim by Update-with-Start as the API does, lets `play` act on it while a worker runs,
 * and answers the claim's memory.
 */
async function withClaim(
  memory: ReturnType<typeof memoryClaim>,
  play: (claim: {
    handle: ReturnType<typeof env.client.workflow.getHandle>
    say(fact: Fact): Promise<void>
    act(fact: Fact): Promise<string>
  }) => Promise<void>,
) {
  const claimId = randomUUID()
  const options = { connection: env.nativeConnection, activities: memory.activities }
  const main = await Worker.create({ ...options, taskQueue: MAIN_QUEUE, workflowBundle: await workflowBundle() })
  const provider = await Worker.create({ ...options, taskQueue: providerQueue('p') })
  const running = provider.run()
  await finishing(
    provider,
    running,
    main.runUntil(async () => {
      const start = new WithStartWorkflowOperation(CLAIM_WORKFLOW, {
        workflowId: claimWorkflowId(claimId),
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', claimId, providerId: 'p' }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowExecutionTimeout: '400 days',
      })
      const result = await env.client.workflow.executeUpdateWithStart(submit, { startWorkflowOperation: start })
      expect(result.kind).toBe('submitted')
      const handle = env.client.workflow.getHandle(claimWorkflowId(claimId))
      const say = async (fact: Fact) => {
        memory.pending.push({ id: randomUUID(), fact })
        await handle.signal(wake, { noticeIds: [] })
      }
      const act = async (fact: Fact) => {
        const id = randomUUID()
        memory.pending.push({ id, fact })
        return (await handle.executeUpdate(recordActions, { args: [{ noticeIds: [id] }] })).effects[0]?.effect ?? 'none'
      }
      await play({ handle, say, act })
    }),
  )
  return memory
}

async function finishing(provider: Worker, running: Promise<void>, played: Promise<unknown>) {
  try {
    await played
  } finally {
    provider.shutdown()
    await running
  }
}

const paid: Fact = { type: 'money_posted', payment: 'PAID', paid: 100, openAmount: 0, deniedAmount: 0, reversal: false }
const clock = () => env.currentTimeMs()

describe('a claim whose provider stays silent', () => {
  it('climbs each level once, is updated by hand, and ends when the money comes at last', async () => {
    const memory = await withClaim(memoryClaim(clock), async ({ handle, say, act }) => {
      await env.sleep('40 days')
      expect((await handle.query(view)).waitingFor).toContain('the owner has been told')
      expect(await act({ type: 'status_by_hand', status: 'IN_REVIEW', lines: [] })).toBe('applied')
      await say({ type: 'received' })
      await say(paid)
      expect(await handle.result()).toBe('APPROVED')
    })
    expect(memory.levels.slice(0, 3)).toEqual(['ack:ask', 'ack:billing', 'ack:owner'])
    expect(memory.levels.filter((level) => level === 'ack:ask')).toHaveLength(1)
    expect(memory.calls.filter((call) => call === 'askProvider').length).toBeGreaterThan(0)
  })
})

describe('a claim that a payment has closed', () => {
  it('is started again and waits when the payment is undone, and ends with the next one', async () => {
    const payment = randomUUID()
    const memory = memoryClaim(clock)
    await withClaim(memory, async ({ handle, say, act }) => {
      await act({ type: 'status_by_hand', status: 'APPROVED', lines: [] })
      memory.pending.push({ id: payment, fact: paid })
      // A turn that is under way may record it, and end the workflow, before the signal comes.
      await handle.signal(wake, { noticeIds: [] }).catch(() => undefined)
      expect(await handle.result()).toBe('APPROVED')
      const undone = randomUUID()
      memory.pending.push({ id: undone, fact: { type: 'undone', act: `notice:${payment}`, what: 'payment' } })
      const start = new WithStartWorkflowOperation(CLAIM_WORKFLOW, {
        workflowId: handle.workflowId,
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId: 'o', claimId: handle.workflowId, providerId: 'p' }],
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      })
      const args: [{ noticeIds: string[] }] = [{ noticeIds: [undone] }]
      await env.client.workflow.executeUpdateWithStart(recordActions, { args, startWorkflowOperation: start })
      const again = env.client.workflow.getHandle(handle.workflowId)
      expect((await again.describe()).status.name).toBe('RUNNING')
      expect((await again.query(view)).waitingFor).toMatch(/^Waiting for the payment of Test HMO/)
      await say(paid)
      expect(await again.result()).toBe('APPROVED')
    })
  })
})

describe('delivery', () => {
  it('tries again after what certainly was not sent, without looking', async () => {
    const memory = await withClaim(memoryClaim(clock, ['not_sent', 'not_sent', 'settled']), async ({ handle, say }) => {
      await env.sleep('1 day')
      await say(paid)
      await handle.result()
    })
    expect(memory.calls.filter((call) => call === 'deliver')).toHaveLength(3)
    expect(memory.calls).not.toContain('resolveDelivery')
  })

  it('looks before it does anything else when nobody knows', async () => {
    const memory = await withClaim(
      memoryClaim(clock, ['unknown', 'unknown', 'not_sent', 'settled']),
      async ({ handle, say }) => {
        await env.sleep('1 day')
        await say(paid)
        await handle.result()
      },
    )
    expect(memory.calls.filter((call) => call !== 'recordNotices')).toEqual([
      'deliver',
      'resolveDelivery',
      'resolveDelivery',
      'deliver',
    ])
  })

  it('takes an acknowledgement as the end of an unknown sending', async () => {
    const memory = memoryClaim(clock, ['unknown', 'unknown', 'unknown', 'unknown'])
    await withClaim(memory, async ({ handle, say }) => {
      await say({ type: 'received' })
      await env.sleep('1 hour')
      const before = memory.calls.filter((call) => call === 'resolveDelivery').length
      await env.sleep('1 day')
      expect(memory.calls.filter((call) => call === 'resolveDelivery').length).toBe(before)
      await say(paid)
      await handle.result()
    })
    expect(memory.state().delivery).toBe('SENT')
  })
})

describe('a person who knows that it did not arrive', () => {
  it('is heard at once: nobody waits for the next look', async () => {
    const memory = memoryClaim(clock, ['unknown', 'not_sent', 'settled'], 30 * 86_400_000)
    await withClaim(memory, async ({ handle, say, act }) => {
      await expect.poll(async () => (await handle.query(view)).delivery, { timeout: 20_000 }).toBe('UNKNOWN')
      expect(await act({ type: 'not_arrived' })).toBe('applied')
      await env.sleep('1 day')
      expect(memory.calls.filter((call) => call !== 'recordNotices')).toEqual(['deliver', 'resolveDelivery', 'deliver'])
      await say(paid)
      await handle.result()
    })
  })
})

describe('messages', () => {
  it('B2 answers a second submit with the first one', async () => {
    await withClaim(memoryClaim(clock), async ({ handle, say }) => {
      expect(await handle.executeUpdate(submit)).toEqual({
        kind: 'submitted',
        submissionId: 's',
        submissionNumber: 'N',
      })
      await say(paid)
      await handle.result()
    })
  })

  it('ends a cancelled claim', async () => {
    await withClaim(memoryClaim(clock), async ({ handle }) => {
      const result = await handle.executeUpdate('cancel', { args: [{ noticeId: 'n' }] })
      expect(result).toMatchObject({ status: 'CANCELLED' })
      expect(await handle.result()).toBe('CANCELLED')
    })
  })

  it('looks for a void that may have arrived, although the claim itself is known to be there', async () => {
    const memory = memoryClaim(clock, ['settled', 'unknown'])
    const { activities } = memory
    const nothing = await activities.recordNotices({ organisationId: 'o', claimId: 'c', providerId: 'p' }, [])
    activities.cancelClaim = async () => ({
      claim: { ...nothing, status: 'SUBMITTED', delivery: 'SENT' },
      interchangeId: 'void',
    })
    activities.resolveDelivery = async ({ interchangeId }) => {
      memory.calls.push(`look ${interchangeId}`)
      return { kind: 'settled', claim: { ...nothing, status: 'CANCELLED', closed: 'cancelled' } }
    }
    await withClaim(memory, async ({ handle }) => {
      await expect.poll(async () => (await handle.query(view)).delivery, { timeout: 20_000 }).toBe('SENT')
      await handle.executeUpdate('cancel', { args: [{ noticeId: 'n' }] })
      expect(await handle.result()).toBe('CANCELLED')
    })
    expect(memory.calls).toEqual(['recordNotices', 'deliver', 'deliver', 'look void'])
  })
})
