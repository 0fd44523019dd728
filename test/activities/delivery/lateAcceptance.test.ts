import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ProviderAdapter } from '../../../adapters/contract.ts'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { harborHealth } from '../../../adapters/providers/harbor-health/index.ts'
import { summitDental } from '../../../adapters/providers/summit-dental/index.ts'
import { visayasHealth } from '../../../adapters/providers/visayas-health/index.ts'
import { transportOf } from '../../../adapters/transports/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { type EffectEntry, readEffects } from '../../../sandbox/effectLedger.ts'
import { startEmailHmo } from '../../../sandbox/emailHmo/main.ts'
import { type Faults, makeFaults } from '../../../sandbox/faults.ts'
import { startHttpHmo } from '../../../sandbox/httpHmo/main.ts'
import { startSftpHmo } from '../../../sandbox/sftpHmo/main.ts'
import { startXmlHmo } from '../../../sandbox/xmlHmo/main.ts'
import type { Transmission } from '../../../workflows/activityContract.ts'
import type { Delivered } from '../../../workflows/activityResults.ts'
import { type Engine, startEngine } from '../engine.ts'
import { writingSample } from './sampleClaim.ts'

interface Twin {
  connection: { endpoint: object; settings: object; secrets: Record<string, string> }
  stop(): Promise<void>
}

interface Started {
  folder: string
  clock: Clock
  faults: Faults
}

let engine: Engine
let folder: string
let twin: Twin | undefined
beforeEach(async () => {
  engine = await startEngine()
  folder = mkdtempSync(path.join(tmpdir(), 'claimhub-late-'))
})
afterEach(async () => {
  await twin?.stop()
  await engine.db.close()
  rmSync(folder, { recursive: true })
})

/** The engine's connection leads to the twin, by the provider's own adapter and transport. */
async function connectTo(adapter: ProviderAdapter, start: (started: Started) => Promise<Twin>): Promise<void> {
  const clock = { scale: 1, now: () => engine.now, realMsUntil: engine.deps.clock.realMsUntil }
  twin = await start({ folder, clock, faults: makeFaults(1, { acceptLater: 1 }) })
  const { endpoint, settings, secrets } = twin.connection
  const change = {
    endpoint: JSON.stringify(endpoint),
    settings: JSON.stringify(settings),
    secrets: Buffer.from('sealed'),
  }
  await engine.db.owner.updateTable('connections').set(change).where('id', '=', engine.seeded.connectionId).execute()
  engine.deps.adapterOf = () => writingSample(adapter)
  engine.deps.transportOf = transportOf
  engine.deps.unseal = () => secrets
}

/** As the workflow carries a sending, until it is settled or a person was asked. */
async function carry(sending: Transmission, hoursBetween: number): Promise<'settled' | 'held'> {
  let next: 'deliver' | 'settle' = 'deliver'
  for (let step = 0; step < 12; step += 1) {
    const outcome: Delivered = await engine[next](sending)
    if (outcome.kind === 'settled') return 'settled'
    if ((await engine.openItems()).includes('delivery-unknown')) return 'held'
    next = outcome.kind === 'not_sent' ? 'deliver' : 'settle'
    engine.later(hoursBetween)
  }
  throw new Error('neither settled nor held')
}

const count = (kind: EffectEntry['kind']) =>
  readEffects(path.join(folder, 'effects.jsonl')).filter((entry) => entry.kind === kind).length
const AT_LEAST_THE_LATE_ONE = { timeout: 10_000 }

it.each([
  ['within the window of its key', 1],
  ['after it, when only looks tell', 25],
])('B6 over FHIR, %s: what was denied twice and arrives late is there once', async (_name, hours) => {
  await connectTo(harborHealth, (started) => startHttpHmo({ port: 0, ...started }))
  const sending = await engine.submitted()
  expect(await carry(sending, hours)).toBe('settled')
  await expect.poll(() => count('duplicate'), AT_LEAST_THE_LATE_ONE).toBe(1)
  expect(count('effect')).toBe(1)
})

it('B6 through a post office without keys, where the file’s name stops a second one: it is there once', async () => {
  await connectTo(gulfDental, (started) => startXmlHmo({ port: 0, ...started }))
  const sending = await engine.submitted()
  expect(await carry(sending, 1)).toBe('settled')
  await expect.poll(() => count('duplicate'), AT_LEAST_THE_LATE_ONE).toBe(1)
  expect(count('effect')).toBe(1)
})

it('B6 the same where nothing stops a second one: the claim is held, and the late one is the only one', async () => {
  const { delivery } = gulfDental.declaration
  const careless = {
    ...gulfDental,
    declaration: { ...gulfDental.declaration, delivery: { ...delivery, dedupes: false } },
  }
  await connectTo(careless, (started) => startXmlHmo({ port: 0, ...started }))
  const sending = await engine.submitted()
  expect(await carry(sending, 1)).toBe('held')
  await expect.poll(() => count('effect'), AT_LEAST_THE_LATE_ONE).toBe(1)
  expect(count('duplicate')).toBe(0)
  // The next look finds it, and nobody need be asked any more.
  engine.later(1)
  expect(await engine.settle(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
  expect(await engine.openItems()).toEqual([])
})

it('B6 in a folder, where the rename is done late: it is there once', async () => {
  await connectTo(summitDental, (started) => startSftpHmo({ port: 0, ...started }))
  const sending = await engine.submitted()
  expect(await carry(sending, 1)).toBe('settled')
  await expect.poll(() => count('effect'), AT_LEAST_THE_LATE_ONE).toBe(1)
})

it('B6 by mail, which nobody can look for: the claim is held, and it is there once', async () => {
  await connectTo(visayasHealth, (started) => startEmailHmo({ ports: [0, 0], ...started }))
  const sending = await engine.submitted()
  expect(await carry(sending, 1)).toBe('held')
  await expect.poll(() => count('effect'), AT_LEAST_THE_LATE_ONE).toBe(1)
})
