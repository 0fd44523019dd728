import type { Client } from '@temporalio/client'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reconcile } from '../../../activities/upkeep/reconcile.ts'
import { breakAt } from '../../chaos/breakAt.ts'
import { about, type Engine, startEngine } from '../engine.ts'

let engine: Engine
let running: string[]
let departing: string[]
let told: string[]
let breaking: string | null
beforeEach(async () => {
  engine = await startEngine()
  running = []
  departing = []
  told = []
  breaking = null
})
afterEach(() => engine.db.close())

const NO_WORK = { claimLifecycle: 0, batchDispatch: 0, inbox: 0 }
const NOTHING = {
  started: 0,
  ended: 0,
  told: 0,
  submits: 0,
  woken: 0,
  raised: 0,
  overdue: 0,
  unattended: NO_WORK,
  wedged: NO_WORK,
  silent: 0,
  departed: 0,
  dropped: 0,
  warned: 0,
  failures: [],
}
const compare = () => {
  const client = {
    withDeadline: <T>(_until: number, ask: () => Promise<T>) => ask(),
    workflow: {
      async *list({ query }: { query: string }) {
        if (breaking === 'list') throw new Error('visibility is away')
        if (query.includes('batchDispatch')) yield* departing.map((id) => ({ workflowId: `dispatch-${id}` }))
        else yield* running.map((id) => ({ workflowId: `claim-${id}` }))
      },
      start: async (_type: string, { workflowId }: { workflowId: string }) => told.push(workflowId),
      getHandle: (workflowId: string) => ({
        signal: async () => told.push(workflowId),
        describe: async () => ({ runId: 'r', status: { name: 'RUNNING' }, raw: {} }),
      }),
      signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => {
        if (breaking !== null && workflowId.endsWith(breaking)) throw new Error('cannot be signalled')
        told.push(workflowId)
      },
    },
  } as unknown as Client
  return reconcile({
    databases: engine.db.databases,
    client,
    clock: engine.deps.clock,
    adapterOf: engine.deps.adapterOf,
  })
}
const ago = (table: 'notices' | 'documents' | 'claim_wakes', column: string) =>
  sql`update ${sql.table(table)} set ${sql.ref(column)} = now() - interval '2 hours'`.execute(engine.db.owner)

describe('reconcile', () => {
  it('starts what nobody waits for, and ends what is over', async () => {
    const open = await engine.submitted()
    const over = await engine.submitted('filling')
    await engine.cancel(over.claimId, await engine.wishToCancel(over.claimId))
    running = [over.claimId]
    expect(await compare()).toEqual({ ...NOTHING, started: 1, ended: 1 })
    expect(told.sort()).toEqual([`claim-${open.claimId}`, `claim-${over.claimId}`].sort())
    running = [open.claimId]
    expect(await compare()).toEqual(NOTHING)
  })

  it('tells news and wakes mailboxes only after a minute', async () => {
    const sending = await engine.submitted()
    running = [sending.claimId]
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    await engine.wishToCancel(sending.claimId)
    await engine.arrives([about(sending.submissionNumber, { type: 'in_review' })])
    expect(await compare()).toEqual(NOTHING)
    await ago('notices', 'created_at')
    await ago('documents', 'stored_at')
    expect(await compare()).toEqual({
      ...NOTHING,
      told: 1,
      woken: 1,
      unattended: { ...NO_WORK, claimLifecycle: 1 },
      silent: 1,
    })
  })

  it('wakes a claim that was recorded with its document and not woken, once', async () => {
    const { claimId, submissionNumber } = await engine.submitted()
    running = [claimId]
    await engine.arrives([about(submissionNumber, { type: 'received' })])
    breakAt('before_claims_signal')
    await expect(engine.inbox()).rejects.toThrow('killed')
    expect(await compare()).toEqual(NOTHING)
    await ago('claim_wakes', 'since')
    expect(await compare()).toEqual({ ...NOTHING, told: 1 })
    expect(told).toEqual([`claim-${claimId}`])
    expect(await compare()).toEqual(NOTHING)
  })

  it('puts a sending that nobody knows of on the worklist, once', async () => {
    const sending = await engine.submitted()
    running = [sending.claimId]
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    expect(await compare()).toEqual(NOTHING)
    await ago('documents', 'stored_at')
    expect(await compare()).toEqual({ ...NOTHING, raised: 1 })
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
    expect(await engine.claim(sending.claimId)).toMatchObject({ attention: true })
    expect(await compare()).toEqual(NOTHING)
  })

  it('B1 starts a submit again of which nothing has come, and tells what freeze then refuses', async () => {
    const claimId = await engine.draft('cleaning')
    expect(await compare()).toEqual(NOTHING)
    await sql`update claims set submit_asked_at = now() - interval '2 minutes'`.execute(engine.db.owner)
    expect(await compare()).toEqual({ ...NOTHING, submits: 1, unattended: { ...NO_WORK, claimLifecycle: 1 } })
    expect(told).toEqual([`claim-${claimId}`])
    await engine.db.owner.updateTable('visits').set({ status: 'planned' }).execute()
    await engine.open(claimId)
    expect(await engine.openItems(claimId)).toEqual(['submit-refused'])
    expect(await compare()).toEqual(NOTHING)
  })

  it('finds an overdue claim that nobody is told of, by its row alone, once', async () => {
    const sending = await engine.submitted()
    running = [sending.claimId]
    await engine.deliver(sending)
    for (let level = 0; level < 3; level += 1) {
      engine.later(3 * 24)
      await engine.climb(sending.claimId)
    }
    await engine.db.owner.updateTable('attention_items').set({ closed_at: engine.now, closed_by: 'Ana' }).execute()
    await engine.db.owner.updateTable('claims').set({ attention: false }).execute()
    expect(await compare()).toEqual({ ...NOTHING, overdue: 1 })
    expect(await engine.openItems(sending.claimId)).toEqual(['stalled-owner'])
    expect(await engine.claim(sending.claimId)).toMatchObject({ attention: true })
    expect(await compare()).toEqual(NOTHING)
  })

  it('serves every other organisation when one breaks, and says which', async () => {
    const first = await engine.submitted()
    const second = await engine.submitted('filling')
    running = []
    breaking = first.claimId
    const report = await compare()
    const { organisationId } = engine.db
    expect(report).toEqual({
      ...NOTHING,
      started: 1,
      failures: [{ step: 'claims without a workflow', organisationId, connectionId: null, error: 'Error' }],
    })
    expect(told).toEqual([`claim-${second.claimId}`])
    // A step that breaks as a whole: the steps behind it run.
    breaking = 'list'
    await engine.arrives([about(second.submissionNumber, { type: 'received' })])
    await ago('documents', 'stored_at')
    expect(await compare()).toEqual({
      ...NOTHING,
      woken: 1,
      unattended: { ...NO_WORK, inbox: 1 },
      silent: 1,
      failures: [{ step: 'claims', organisationId: null, connectionId: null, error: 'Error' }],
    })
  })

  it('gives up an inquiry whose sender died', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0 }
    const sending = await engine.submitted()
    running = [sending.claimId]
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    engine.replies = [[]]
    await engine.settle(sending)
    await sql`update interchanges set state = 'SENDING', lease_until = now() - interval '1 second' where kind = 'inquiry'`.execute(
      engine.db.owner,
    )
    expect(await compare()).toEqual({ ...NOTHING, dropped: 1 })
    expect(await compare()).toEqual(NOTHING)
  })

  it('starts the departure of a batch that has none, and wakes one that sleeps past the cut-off', async () => {
    await engine.db.owner
      .updateTable('connections')
      .set({ batch_calendar: JSON.stringify({ every: 'day', at: '17:00' }) })
      .execute()
    const claimId = await engine.draft('cleaning')
    const opened = await engine.open(claimId)
    const interchangeId = (opened.kind === 'open' && opened.dispatches?.[0]) || ''
    running = [claimId]
    expect(await compare()).toEqual({ ...NOTHING, departed: 1 })
    expect(told).toEqual([`dispatch-${interchangeId}`])
    departing = [interchangeId]
    expect(await compare()).toEqual(NOTHING)
    engine.later(9)
    expect(await compare()).toEqual({
      ...NOTHING,
      departed: 1,
      unattended: { ...NO_WORK, batchDispatch: 1 },
      silent: 1,
    })
    await engine.deliver({ organisationId: engine.db.organisationId, providerId: 'harbor-health', interchangeId })
    departing = []
    expect(await compare()).toEqual(NOTHING)
  })
})
