import { randomUUID } from 'node:crypto'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { providerWorkers } from '../../activities/worker/providerWorkers.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import type { ClaimActivities, ProviderActivities } from '../../workflows/activityContract.ts'
import { CLAIM_WORKFLOW } from '../../workflows/client/claimStart.ts'
import { claimWorkflowId, MAIN_QUEUE } from '../../workflows/ids.ts'
import { wake } from '../../workflows/messages.ts'
import { timeSkippingEnvironment } from '../support/timeSkipping.ts'
import { memoryClaim } from './memoryClaim.ts'

/** What one provider's worker does at once, and how many claims of the silent one wait. */
const SLOTS = 5
const WAITING = 3 * SLOTS

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await timeSkippingEnvironment()
}, 120_000)
afterAll(() => env.teardown())

it('G7 a provider that keeps all its senders busy holds up no claim of another', async () => {
  const claims = new Map<string, ReturnType<typeof memoryClaim>>()
  let silent = 0
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const memoryOf = (claimId = '') => {
    const memory = claims.get(claimId)
    if (memory === undefined) throw new Error(`no claim ${claimId}`)
    return memory.activities
  }
  const ours: Pick<ClaimActivities, 'openClaim' | 'recordNotices' | 'escalate'> = {
    openClaim: (claim) => memoryOf(claim.claimId).openClaim(claim),
    recordNotices: (claim, asked) => memoryOf(claim.claimId).recordNotices(claim, asked),
    escalate: (claim) => memoryOf(claim.claimId).escalate(claim),
  }
  const theirs: Pick<ProviderActivities, 'deliver' | 'resolveDelivery'> = {
    deliver: async (sending) => {
      if (sending.providerId === 'silent') {
        silent += 1
        await released
      }
      return memoryOf(sending.claimId).deliver(sending)
    },
    resolveDelivery: (sending) => memoryOf(sending.claimId).resolveDelivery(sending),
  }
  const main = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: MAIN_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: { ...ours, ...theirs },
    maxConcurrentActivityTaskExecutions: SLOTS,
  })
  const providers = providerWorkers({
    connection: env.nativeConnection,
    namespace: 'default',
    options: { activities: theirs, maxConcurrentActivityTaskExecutions: SLOTS },
    onFailure: (error) => {
      throw error
    },
  })
  await providers.keep(['silent', 'prompt'])
  const start = async (providerId: string) => {
    const claimId = randomUUID()
    const memory = memoryClaim(() => env.currentTimeMs())
    claims.set(claimId, memory)
    const handle = await env.client.workflow.start(CLAIM_WORKFLOW, {
      workflowId: claimWorkflowId(claimId),
      taskQueue: MAIN_QUEUE,
      args: [{ organisationId: 'o', claimId, providerId }],
    })
    return { handle, memory }
  }
  await main.runUntil(async () => {
    try {
      for (let n = 0; n < WAITING; n += 1) await start('silent')
      await expect.poll(() => silent, { timeout: 20_000 }).toBe(SLOTS)
      const { handle, memory } = await start('prompt')
      await expect.poll(() => memory.state().delivery, { timeout: 20_000 }).toBe('SENT')
      memory.pending.push({
        id: randomUUID(),
        fact: { type: 'money_posted', payment: 'PAID', paid: 100, openAmount: 0, deniedAmount: 0, reversal: false },
      })
      await handle.signal(wake, { noticeIds: [] })
      expect(await handle.result()).toBe('APPROVED')
      expect(silent).toBe(SLOTS)
    } finally {
      release()
      await providers.stop()
    }
  })
})
