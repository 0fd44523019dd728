import type { Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isolated } from '../../../activities/upkeep/isolated.ts'
import { watchWorkflows } from '../../../activities/upkeep/watchWorkflows.ts'
import { wishToSubmit } from '../../../db/claims/submitPromise.ts'
import { newId } from '../../../platform/ids.ts'
import { about, type Engine, startEngine } from '../engine.ts'

let engine: Engine
/** How often the task of a workflow has been tried; Temporal knows no other workflow. */
let tries: Map<string, number>
let away: boolean
beforeEach(async () => {
  engine = await startEngine()
  tries = new Map()
  away = false
})
afterEach(() => engine.db.close())

const NONE = { claimLifecycle: 0, batchDispatch: 0, inbox: 0 }
const describeRun = async (workflowId: string) => {
  if (away) throw new Error('away')
  const attempt = tries.get(workflowId)
  if (attempt === undefined) throw new WorkflowNotFoundError('none', workflowId, undefined)
  return { runId: 'r', status: { name: 'RUNNING' }, raw: { pendingWorkflowTask: { attempt } } }
}
const look = async () => {
  const client = {
    withDeadline: <T>(_until: number, ask: () => Promise<T>) => ask(),
    workflow: { getHandle: (workflowId: string) => ({ describe: () => describeRun(workflowId) }) },
  } as unknown as Client
  const steps = isolated()
  const { clock } = engine.deps
  const report = await watchWorkflows({ databases: engine.db.databases, client, clock }, steps)
  return { ...report, failures: steps.failures.length }
}
const found = (unattended: Partial<typeof NONE>, more: Partial<Awaited<ReturnType<typeof look>>> = {}) => ({
  unattended: { ...NONE, ...unattended },
  wedged: NONE,
  silent: 0,
  failures: 0,
  ...more,
})
/** Everything that this table keeps was stored so long ago (real time). */
const ago = (table: 'notices' | 'documents' | 'claims', column: string, seconds: number) =>
  sql`update ${sql.table(table)} set ${sql.ref(column)} = now() - ${seconds} * interval '1 second'`.execute(
    engine.db.owner,
  )
const sentences = async () =>
  (await engine.db.owner.selectFrom('attention_items').select('because').where('closed_at', 'is', null).execute()).map(
    ({ because }) => because,
  )
const sent = async () => {
  const sending = await engine.submitted()
  await engine.deliver(sending)
  return sending
}

describe('work that lies, found by its row alone', () => {
  it('E1 a deadline that passed: counted after a minute, the operator’s after five, closed once the workflow acts', async () => {
    const { claimId } = await sent()
    engine.later(3 * 24)
    expect(await look()).toEqual(found({}))
    engine.later(2 / 60)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }))
    expect(await engine.openItems(claimId)).toEqual([])
    engine.later(4 / 60)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }, { silent: 1 }))
    expect(await engine.openItems(claimId)).toEqual(['workflow-silent'])
    expect(await engine.claim(claimId)).toMatchObject({ attention: true })
    expect(await look()).toEqual(found({ claimLifecycle: 1 }))
    await engine.climb(claimId)
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('news that nobody recorded, until it is', async () => {
    const { claimId } = await sent()
    await engine.wishToCancel(claimId)
    await ago('notices', 'created_at', 50)
    expect(await look()).toEqual(found({}))
    await ago('notices', 'created_at', 70)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }))
    await ago('notices', 'created_at', 310)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }, { silent: 1 }))
    expect(await sentences()).toEqual([expect.stringContaining('a notice of it lies unrecorded')])
    await sql`update notices set recorded_at = now()`.execute(engine.db.owner)
    expect(await look()).toEqual(found({}))
    expect(await engine.openItems()).toEqual([])
    expect(await engine.claim(claimId)).toMatchObject({ attention: false })
  })

  it('a submission that nobody took up; one that breaks down is told already', async () => {
    const claimId = await engine.draft('cleaning')
    const asking = { submitRequest: newId(), now: engine.now }
    await engine.within((tx) => wishToSubmit(tx, { organisationId: engine.db.organisationId, claimId }, asking))
    await ago('claims', 'submit_asked_at', 310)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }, { silent: 1 }))
    expect(await engine.openItems(claimId)).toEqual(['workflow-silent'])
    await engine.open(claimId)
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('a batch that has not left, and documents that lie while none is worked off', async () => {
    const calendar = JSON.stringify({ every: 'day', at: '17:00' })
    await engine.db.owner.updateTable('connections').set({ batch_calendar: calendar }).execute()
    const opened = await engine.open(await engine.draft('cleaning'))
    const interchangeId = (opened.kind === 'open' && opened.dispatches?.[0]) || ''
    await engine.arrives([])
    expect(await look()).toEqual(found({}))
    engine.later(9)
    await ago('documents', 'stored_at', 310)
    expect(await look()).toEqual(found({ batchDispatch: 1, inbox: 1 }, { silent: 2 }))
    expect(await engine.openItems()).toEqual(['batch-silent', 'inbox-silent'])
    await engine.inbox()
    await engine.deliver({ organisationId: engine.db.organisationId, providerId: 'harbor-health', interchangeId })
    expect(await look()).toEqual(found({}))
    expect(await engine.openItems()).toEqual([])
  })

  it('a long queue of documents that moves is no item', async () => {
    await engine.arrives([])
    await engine.inbox()
    await engine.arrives([])
    await ago('documents', 'stored_at', 310)
    expect(await look()).toEqual(found({}))
  })
})

describe('a workflow whose task fails again and again', () => {
  it('is the operator’s as soon as work of it lies', async () => {
    const { claimId, submissionNumber } = await sent()
    await engine.arrives([about(submissionNumber, { type: 'received' })])
    await engine.wishToCancel(claimId)
    await ago('notices', 'created_at', 70)
    tries.set(`claim-${claimId}`, 2)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }))
    tries.set(`claim-${claimId}`, 3)
    expect(await look()).toEqual(found({ claimLifecycle: 1 }, { wedged: { ...NONE, claimLifecycle: 1 }, silent: 1 }))
    expect(await engine.openItems(claimId)).toEqual(['workflow-silent'])
  })

  it('is found with a sending under way, of which no row says that it lies', async () => {
    const { claimId } = await engine.submitted()
    tries.set(`claim-${claimId}`, 1)
    expect(await look()).toEqual(found({}))
    tries.set(`claim-${claimId}`, 7)
    expect(await look()).toEqual(found({}, { wedged: { ...NONE, claimLifecycle: 1 }, silent: 1 }))
    expect(await sentences()).toEqual([expect.stringContaining('it is on its way')])
    tries.clear()
    expect(await look()).toEqual(found({}))
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('stays the operator’s while Temporal does not answer', async () => {
    const { claimId } = await engine.submitted()
    tries.set(`claim-${claimId}`, 7)
    await look()
    away = true
    expect(await look()).toEqual(found({}, { failures: 1 }))
    expect(await engine.openItems(claimId)).toEqual(['workflow-silent'])
  })

  it('cannot be told while Temporal is away: what lies is told all the same', async () => {
    const { claimId } = await sent()
    await engine.wishToCancel(claimId)
    await ago('notices', 'created_at', 310)
    away = true
    expect(await look()).toEqual(found({ claimLifecycle: 1 }, { silent: 1, failures: 1 }))
    expect(await engine.openItems(claimId)).toEqual(['workflow-silent'])
  })
})
