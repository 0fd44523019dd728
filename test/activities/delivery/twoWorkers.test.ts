import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { INVARIANT_QUERIES } from '../../../cli/chaos/invariantQueries.ts'
import { readEffects } from '../../../sandbox/effectLedger.ts'
import { type SftpHmo, startSftpHmo } from '../../../sandbox/sftpHmo/main.ts'
import type { Delivered } from '../../../workflows/activityResults.ts'
import { type Engine, startEngine } from '../engine.ts'
import type { Job, WorkerSetup } from './workerProcess.ts'

const PROGRAM = path.join(import.meta.dirname, 'workerProcess.ts')
const LEASE_MS = 6_000
const PATIENCE = { timeout: 60_000 }

interface WorkerProcess {
  does(job: Job): Promise<Delivered & { message?: string }>
  goOn(): void
}

let engine: Engine
let folder: string
let twin: SftpHmo
const children: ChildProcess[] = []
beforeEach(async () => {
  engine = await startEngine()
  folder = mkdtempSync(path.join(tmpdir(), 'claimhub-two-'))
  twin = await startSftpHmo({ port: 0, folder, clock: engine.deps.clock })
  const { endpoint, settings } = twin.connection
  const change = {
    endpoint: JSON.stringify(endpoint),
    settings: JSON.stringify(settings),
    secrets: Buffer.from('sealed'),
  }
  await engine.db.owner.updateTable('connections').set(change).where('id', '=', engine.seeded.connectionId).execute()
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  await twin.stop()
  await engine.db.close()
  rmSync(folder, { recursive: true })
})

async function worker(stopsAt: string | null = null): Promise<WorkerProcess> {
  const child = fork(PROGRAM, { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  children.push(child)
  const { address, organisationId } = engine.db
  const { connectionId } = engine.seeded
  const { secrets } = twin.connection
  const clock = `${engine.now.getTime()},${Date.now()},1`
  const setup: WorkerSetup = { address, organisationId, connectionId, secrets, clock, leaseMs: LEASE_MS, stopsAt }
  child.send(setup)
  await once(child, 'message')
  return {
    does: async (job) => {
      child.send(job)
      const [{ outcome }] = await once(child, 'message')
      return outcome
    },
    goOn: () => void child.kill('SIGCONT'),
  }
}

const effects = (kind: string) =>
  readEffects(path.join(folder, 'effects.jsonl')).filter((entry) => entry.kind === kind).length
const message = () => engine.db.owner.selectFrom('interchange_messages').select(['fate', 'mark']).executeTakeFirst()

it('B7 a worker that stands still between mark and rename past its lease: the other sends, and the late one changes nothing', async () => {
  const sending = await engine.submitted()
  const [first, second] = await Promise.all([worker('after_mark:sftp'), worker()])
  const late = first.does({ kind: 'deliver', sending })
  await expect.poll(message, PATIENCE).toEqual({ fate: 'marked', mark: 'RENAMING' })
  expect(await second.does({ kind: 'resolveDelivery', sending })).toMatchObject({ kind: 'busy' })
  // The lease runs out; then the second finds the file under its working name only.
  const look = () => second.does({ kind: 'resolveDelivery', sending })
  await expect.poll(look, PATIENCE).toEqual({ kind: 'not_sent', retryInMs: 0 })
  expect(await second.does({ kind: 'deliver', sending })).toMatchObject({
    kind: 'settled',
    claim: { delivery: 'SENT' },
  })
  await expect.poll(() => effects('effect'), PATIENCE).toBe(1)
  const before = await engine.interchange(sending.interchangeId)
  first.goOn()
  expect(await late).toEqual({ kind: 'busy', lookInMs: 1_000 })
  expect(await engine.interchange(sending.interchangeId)).toEqual(before)
  expect(before).toMatchObject({ state: 'SENT', attempt: 3, delivery_proof: 'taken' })
  expect(await message()).toMatchObject({ fate: 'left' })
  expect([effects('effect'), effects('duplicate')]).toEqual([1, 0])
})

it('B19 two workers take control numbers, and the places of the agreed rate, as one would', async () => {
  const workers = await Promise.all([worker(), worker()])
  await Promise.all(workers.map((each) => each.does({ kind: 'allocate', times: 40 })))
  const numbers = await engine.db.owner.selectFrom('interchanges').select('control_number').execute()
  expect(new Set(numbers.map((row) => row.control_number)).size).toBe(80)
  expect((await INVARIANT_QUERIES['I9']?.execute(engine.db.owner))?.rows).toEqual([])
  const begun = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(engine.db.owner)
  await Promise.all(workers.map((each) => each.does({ kind: 'reserve', times: 40, perSecond: 20 })))
  const { next_free } = await engine.db.owner.selectFrom('request_slots').select('next_free').executeTakeFirstOrThrow()
  // 80 requests lie 50 ms apart, whichever process asked.
  expect(next_free.getTime() - (begun.rows[0]?.now.getTime() ?? 0)).toBeGreaterThanOrEqual(80 * 50)
})
