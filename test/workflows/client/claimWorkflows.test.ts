import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { claimWorkflows } from '../../../workflows/client/claimWorkflows.ts'
import { claimWorkflowId } from '../../../workflows/ids.ts'
import { timeSkippingEnvironment } from '../../support/timeSkipping.ts'

const LIMITS = { patienceMs: 2_000, probeMs: 500, trustMs: 0 }
const claim = () => ({ organisationId: newId(), claimId: newId(), providerId: 'harbor-health' })

let env: TestWorkflowEnvironment
beforeAll(async () => {
  env = await timeSkippingEnvironment()
})
afterAll(() => env.teardown())

describe('a server without a worker', () => {
  it('has the submit, and the workflow has started: the caller may go', async () => {
    const client = new Client({ connection: env.connection })
    const workflows = claimWorkflows(client, LIMITS)
    const wanted = claim()
    expect(await workflows.reachable()).toBe(true)
    expect(await workflows.submit(wanted)).toEqual({ kind: 'pending' })
    const started = await client.workflow.getHandle(claimWorkflowId(wanted.claimId)).describe()
    expect(started).toMatchObject({ type: 'claimLifecycle', status: { name: 'RUNNING' }, taskQueue: 'claimhub' })
  })

  it('takes an act and a wake-up for the same workflow, started once', async () => {
    const client = new Client({ connection: env.connection })
    const workflows = claimWorkflows(client, LIMITS)
    const wanted = claim()
    expect(await workflows.wake(wanted)).toEqual({ kind: 'answered', result: null })
    const handle = client.workflow.getHandle(claimWorkflowId(wanted.claimId))
    const { runId } = await handle.describe()
    expect(await workflows.recordActions(wanted, [newId()])).toEqual({ kind: 'pending' })
    expect(await workflows.cancel(wanted, newId())).toEqual({ kind: 'pending' })
    expect((await handle.describe()).runId).toBe(runId)
  })
})

describe('no server', () => {
  it.each([['refuses'], ['is silent']])('%s: unavailable, long before the patience runs out', async (how) => {
    const server = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    if (how === 'refuses') await new Promise((resolve) => server.close(resolve))
    const connection = Connection.lazy({ address: `127.0.0.1:${port}`, tls: false })
    const workflows = claimWorkflows(new Client({ connection }), { ...LIMITS, patienceMs: 600_000 })
    expect(await workflows.reachable()).toBe(false)
    expect(await workflows.submit(claim())).toEqual({ kind: 'unavailable' })
    expect(await workflows.recordActions(claim(), [newId()])).toEqual({ kind: 'unavailable' })
    await connection.close()
    if (how !== 'refuses') server.close()
  })
})

describe('a turn of the workflow that breaks off as the message comes', () => {
  /** A server whose first answers are gRPC FAILED_PRECONDITION. */
  function breaking(times: number) {
    let left = times
    const executeUpdateWithStart = async () => {
      left -= 1
      if (left >= 0) throw Object.assign(new Error('not ready'), { code: 9, details: '', metadata: {} })
      return { status: 'APPROVED', effects: [] }
    }
    const client = {
      withDeadline: (_until: number, send: () => Promise<unknown>) => send(),
      connection: { workflowService: { getSystemInfo: async () => ({}) } },
      workflow: { executeUpdateWithStart },
    }
    return claimWorkflows(client as unknown as Client, LIMITS)
  }

  it('gets it again', async () => {
    expect(await breaking(2).recordActions(claim(), [newId()])).toMatchObject({ kind: 'answered' })
  })

  it('and again, until the caller may go: what it is about is stored', async () => {
    expect(await breaking(99).recordActions(claim(), [newId()])).toEqual({ kind: 'pending' })
  })
})
