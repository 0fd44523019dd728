import type { Client } from '@temporalio/client'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { reconcile } from '../../../activities/upkeep/reconcile.ts'
import { about, type Engine, startEngine } from '../engine.ts'

let engine: Engine
let running: string[]
let departing: string[]
let told: string[]
beforeEach(async () => {
  engine = await startEngine()
  running = []
  departing = []
  told = []
})
afterEach(() => engine.db.close())

const NOTHING = { started: 0, ended: 0, told: 0, woken: 0, raised: 0, departed: 0, dropped: 0, warned: 0 }
const compare = () => {
  const client = {
    workflow: {
      async *list({ query }: { query: string }) {
        if (query.includes('departure')) yield* departing.map((id) => ({ workflowId: `departure-${id}` }))
        else yield* running.map((id) => ({ workflowId: `claim-${id}` }))
      },
      start: async (_type: string, { workflowId }: { workflowId: string }) => told.push(workflowId),
      getHandle: (workflowId: string) => ({ signal: async () => told.push(workflowId) }),
      signalWithStart: async (_type: string, { workflowId }: { workflowId: string }) => told.push(workflowId),
    },
  } as unknown as Client
  return reconcile({
    databases: engine.db.databases,
    client,
    clock: engine.deps.clock,
    adapterOf: engine.deps.adapterOf,
  })
}
const ago = (table: 'notices' | 'documents', column: string) =>
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
    await engine.arrives([about(sending.submissionNumber, { type: 'in_review' })])
    expect(await compare()).toEqual(NOTHING)
    await ago('notices', 'created_at')
    await ago('documents', 'stored_at')
    expect(await compare()).toEqual({ ...NOTHING, told: 1, woken: 1 })
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
    expect(told).toEqual([`departure-${interchangeId}`])
    departing = [interchangeId]
    expect(await compare()).toEqual(NOTHING)
    engine.later(9)
    expect(await compare()).toEqual({ ...NOTHING, departed: 1 })
    await engine.deliver({ organisationId: engine.db.organisationId, providerId: 'harbor-health', interchangeId })
    departing = []
    expect(await compare()).toEqual(NOTHING)
  })
})
