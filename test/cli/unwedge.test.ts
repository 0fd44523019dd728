import { Worker } from '@temporalio/worker'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createClaimActivities, createProviderActivities } from '../../activities/createActivities.ts'
import { isolated } from '../../activities/upkeep/isolated.ts'
import { watchWorkflows } from '../../activities/upkeep/watchWorkflows.ts'
import { unwedgeAll } from '../../cli/unwedge.ts'
import { promiseSubmit, wishToSubmit } from '../../db/claims/submitPromise.ts'
import { insertManualNotice } from '../../db/inbox/notices.ts'
import { newId } from '../../platform/ids.ts'
import { workflowBundle } from '../../platform/workflowBundle.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import { MAIN_QUEUE, providerQueue } from '../../workflows/ids.ts'
import { type Engine, startEngine } from '../activities/engine.ts'
import { said } from '../support/commands.ts'
import { actAsOperator } from '../support/deployment.ts'
import { type DevServer, devServer } from '../support/temporal/devServer.ts'

/** Claims in each of the three states; `CLAIMHUB_LONG=1` makes it 1,002 claims. */
const LONG = process.env['CLAIMHUB_LONG'] === '1'
const EACH = LONG ? 334 : 3
const ALL = 3 * EACH
const PATIENCE_MS = LONG ? 900_000 : 120_000
const PROVIDER = 'harbor-health'
const NO_WORK = { claimLifecycle: 0, batchDispatch: 0, inbox: 0 }

let server: DevServer
let env: DevServer['env']
let engine: Engine
beforeAll(async () => {
  server = await devServer()
  env = server.env
  engine = await startEngine()
  engine.deps.client = env.client
  // A machine that is busy with much else may take its time over a sending.
  Object.assign(engine.deps, { timings: { deliverMs: 300_000, heartbeatMs: 300_000 }, leaseMs: 600_000 })
  actAsOperator(engine.db)
  vi.stubEnv('TEMPORAL_ADDRESS', env.address)
  vi.stubEnv('CLAIMHUB_CLOCK', `${engine.now.getTime()},${Date.now()},1`)
}, 120_000)
afterAll(async () => {
  vi.unstubAllEnvs()
  await engine?.db.close()
  await server?.close()
})

/** The product's workflows as a build has them; a bad one throws in every claim's workflow. */
async function build(kind: 'good' | 'bad'): Promise<{ code: string }> {
  const { code } = await workflowBundle()
  if (kind === 'good') return { code }
  const begin = 'async function claimLifecycle(input) {'
  const bad = code.replace(begin, `${begin} throw new Error('a defect of this build')`)
  expect(bad).not.toBe(code)
  return { code: bad }
}

/** The build's workers while `play` runs. */
async function under<T>(kind: 'good' | 'bad', play: () => Promise<T>): Promise<T> {
  const connection = env.nativeConnection
  const main = await Worker.create({
    connection,
    taskQueue: MAIN_QUEUE,
    workflowBundle: await build(kind),
    activities: createClaimActivities(engine.deps),
  })
  const provider = await Worker.create({
    connection,
    taskQueue: providerQueue(PROVIDER),
    activities: createProviderActivities(engine.deps),
  })
  const running = provider.run()
  try {
    return await main.runUntil(play)
  } finally {
    provider.shutdown()
    await running
  }
}

/** One after the other: the test's pool of connections is small. */
async function many<T>(make: () => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < EACH) made.push(await make())
  return made
}
const wake = (claimIds: string[]) =>
  wakeClaims(env.client, { organisationId: engine.db.organisationId, providerId: PROVIDER }, claimIds)
/** A draft that was answered 202. */
async function promised(): Promise<string> {
  const claimId = await engine.draft('cleaning')
  const claim = { organisationId: engine.db.organisationId, claimId }
  await engine.within((tx) => wishToSubmit(tx, claim, { submitRequest: newId(), now: engine.now }))
  await engine.within((tx) => promiseSubmit(tx, claim, engine.now))
  return claimId
}
/** Somebody was told on the phone that the provider has the claim. */
const hears = (claimId: string) =>
  engine.within((tx) =>
    insertManualNotice(tx, {
      organisationId: engine.db.organisationId,
      claimId,
      actor: 'Ana',
      event: { fact: { type: 'received' }, at: engine.now.toISOString(), said: [], references: [] },
      act: { kind: 'status' },
    }),
  )
/** The long form says its figures; no test depends on them. */
function note(what: string, since: number): void {
  if (LONG) console.log(`${ALL} claims: ${what} ${((performance.now() - since) / 1_000).toFixed(1)} s`)
}
/** What the rows say of when they were written was over a minute ago. */
async function minuteLater(): Promise<void> {
  for (const [table, column] of [
    ['notices', 'created_at'],
    ['claims', 'submit_asked_at'],
  ] as const)
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)} - interval '61 seconds'`.execute(
      engine.db.owner,
    )
}
const states = async (claimIds: string[]) => {
  const rows = await engine.db.owner
    .selectFrom('claims')
    .select(sql<string>`status || ' ' || coalesce(delivery, '')`.as('state'))
    .where('id', 'in', claimIds)
    .execute()
  return [...new Set(rows.map(({ state }) => state))].sort()
}
const look = async () => {
  const { databases, client, clock } = engine.deps
  return watchWorkflows({ databases, client, clock }, isolated())
}
/** Looks, and answers how many items are open then. */
const lookAgain = async () => {
  await look()
  return (await engine.openItems()).length
}
/** How many claims the provider was sent, and how many of them twice. */
function effects() {
  const keys = engine.sent.map(({ key }) => key)
  return { sent: new Set(keys).size, doubled: keys.length - new Set(keys).size }
}

describe('G4 a build that throws in every claim’s workflow', () => {
  it(
    'is found by the rows, told, and mended by one command: nothing is lost, nothing is doubled',
    async () => {
      const sent = await many(() => engine.draft('cleaning'))
      await under('good', async () => {
        await wake(sent)
        await expect.poll(() => states(sent), { timeout: PATIENCE_MS }).toEqual(['SUBMITTED SENT'])
      })
      const frozen = (await many(() => engine.submitted())).map(({ claimId }) => claimId)
      const asked = await many(promised)
      const claims = [...sent, ...frozen, ...asked]

      await under('bad', async () => {
        for (const claimId of sent) await hears(claimId)
        const began = performance.now()
        await wake(claims)
        await minuteLater()
        // Each look puts what it finds on the worklist.
        await expect.poll(lookAgain, { timeout: PATIENCE_MS, interval: LONG ? 5_000 : 1_000 }).toBe(ALL)
        note('found after', began)
        expect(await look()).toMatchObject({ unattended: { ...NO_WORK, claimLifecycle: 2 * EACH }, silent: 0 })
        expect(await engine.openItems()).toEqual(Array(ALL).fill('workflow-silent'))
      })
      expect(await states(claims)).toEqual(['DRAFT ', 'SUBMITTED READY', 'SUBMITTED SENT'])

      const seen = await said(() => unwedgeAll({ dryRun: true, json: true }))
      expect(seen).toMatchObject({ ok: true, dryRun: true, restarted: 0, strangers: [] })
      expect(seen.wedged).toEqual({ ...NO_WORK, claimLifecycle: ALL })
      expect(seen.workflows).toHaveLength(ALL)
      const mending = performance.now()
      expect(await said(() => unwedgeAll({ json: true }))).toMatchObject({ ok: true, restarted: ALL, failures: [] })
      note('started again in', mending)

      await under('good', async () => {
        await expect.poll(() => states(sent), { timeout: PATIENCE_MS }).toEqual(['RECEIVED SENT'])
        await expect.poll(() => states([...frozen, ...asked]), { timeout: PATIENCE_MS }).toEqual(['SUBMITTED SENT'])
        note('all gone on after', mending)
        expect(await look()).toEqual({ unattended: NO_WORK, wedged: NO_WORK, silent: 0 })
        expect(await engine.openItems()).toEqual([])
        expect(await said(() => unwedgeAll({ json: true }))).toMatchObject({ ok: true, restarted: 0 })
      })
      expect(effects()).toEqual({ sent: ALL, doubled: 0 })
    },
    6 * PATIENCE_MS,
  )
})
