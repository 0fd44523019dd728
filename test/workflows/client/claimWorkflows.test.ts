import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { Client, Connection, WorkflowUpdateFailedError } from '@temporalio/client'
import { NamespaceNotFoundError } from '@temporalio/common'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isUnavailable } from '../../../api/http/isUnavailable.ts'
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
      options: { namespace: 'default' },
      connection: { workflowService: { describeNamespace: async () => ({}) } },
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

describe('a claim that ends or breaks off under an act that is committed', () => {
  it('is not answered as failed: the claim is woken, and records it at its next turn', async () => {
    const woken: string[] = []
    const client = {
      withDeadline: (_until: number, send: () => Promise<unknown>) => send(),
      options: { namespace: 'default' },
      connection: { workflowService: { describeNamespace: async () => ({}) } },
      workflow: {
        executeUpdateWithStart: async () => {
          throw new WorkflowUpdateFailedError('the workflow has completed', undefined)
        },
        signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => woken.push(workflowId),
      },
    }
    const workflows = claimWorkflows(client as unknown as Client, LIMITS)
    const wanted = claim()
    expect(await workflows.recordActions(wanted, [newId()])).toEqual({ kind: 'pending' })
    expect(await workflows.cancel(wanted, newId())).toEqual({ kind: 'pending' })
    expect(woken).toEqual([claimWorkflowId(wanted.claimId), claimWorkflowId(wanted.claimId)])
    // A submit is not committed before its workflow takes it: that it failed is said.
    await expect(workflows.submit(wanted)).rejects.toThrow('the workflow has completed')
  })
})

describe('a server that is up and has lost what it works on (G3)', () => {
  const grpc = (code: number) => Object.assign(new Error('shard status unknown'), { code, details: '', metadata: {} })
  const ERRORS: [string, Error][] = [
    ['the namespace', new NamespaceNotFoundError('default')],
    ['a shard (UNKNOWN)', grpc(2)],
    ['a shard (ABORTED)', grpc(10)],
    ['its database (INTERNAL)', grpc(13)],
    ['a shard, wrapped by the client', new Error('Failed to start', { cause: grpc(13) })],
  ]

  /** It answers what needs no store, and fails at all else. */
  function lost(error: Error) {
    const fail = async () => {
      throw error
    }
    const client = {
      options: { namespace: 'default' },
      withDeadline: (_until: number, send: () => Promise<unknown>) => send(),
      connection: { workflowService: { getSystemInfo: async () => ({}), describeNamespace: fail } },
      workflow: { executeUpdateWithStart: fail, signalWithStart: fail },
    }
    return client as unknown as Client
  }

  it.each(ERRORS)('%s: it is away for whoever asks', async (_what, error) => {
    const workflows = claimWorkflows(lost(error), LIMITS)
    expect(await workflows.reachable()).toBe(false)
    expect(await workflows.submit(claim())).toEqual({ kind: 'unavailable' })
    expect(isUnavailable(error)).toBe(true)
  })

  it.each(ERRORS)(
    '%s, just after it was heard: the message is said to be lost, not to be under way',
    async (_what, error) => {
      const client = lost(error)
      Object.assign(client.connection.workflowService, { describeNamespace: async () => ({}) })
      const workflows = claimWorkflows(client, { ...LIMITS, trustMs: 600_000 })
      expect(await workflows.reachable()).toBe(true)
      for (const reached of [
        workflows.submit(claim()),
        workflows.recordActions(claim(), [newId()]),
        workflows.wake(claim()),
      ])
        expect(await reached).toEqual({ kind: 'unavailable' })
    },
  )
})
