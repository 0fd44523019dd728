import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { clockSetting } from '../../platform/clock.ts'
import { readEffects } from '../../sandbox/effectLedger.ts'
import { makeFaults } from '../../sandbox/faults.ts'
import { sample, until } from './sftpTwin.ts'

const BIN = fileURLToPath(new URL('../../bin/claimhub.js', import.meta.url))
const CLAIMS = 12
const KILLS = 6

let folder = ''
let child: ChildProcess | undefined
afterEach(async () => {
  await kill(child)
  rmSync(folder, { recursive: true, force: true })
})

/** `claimhub twin sftp`, a process of its own; answers what it announces. */
async function start(clock: string): Promise<{ twin: string; connection: { endpoint: { hostKeySha256: string } } }> {
  const args = [BIN, 'twin', 'sftp', '--folder', folder, '--port', '0']
  child = spawn(process.execPath, args, {
    env: { ...process.env, CLAIMHUB_CLOCK: clock },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) return JSON.parse(line)
  throw new Error('the twin ended without a word')
}

async function kill(process: ChildProcess | undefined): Promise<void> {
  if (!process || process.exitCode !== null || process.signalCode !== null) return
  const ended = new Promise((resolve) => process.once('exit', resolve))
  process.kill('SIGKILL')
  await ended
}

it('killed again and again, it takes each claim once, says each thing once, and writes the same file again', async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'summit-kill-'))
  const inFolder = path.join(folder, 'sftp/in')
  const outFolder = path.join(folder, 'sftp/out')
  const ledger = path.join(folder, 'effects.jsonl')
  const clock = clockSetting(172_800)
  mkdirSync(inFolder, { recursive: true })
  const clm = (control: number) => `HP${String(control).padStart(14, '0')}`
  for (let control = 1; control <= CLAIMS; control += 1) {
    const part = path.join(inFolder, `.${control}.part`)
    writeFileSync(part, sample('claim', { control, clm: clm(control), member: `HP-${control}` }))
    renameSync(part, path.join(inFolder, `${control}.x12`))
  }
  const keys = new Set<string>()
  const texts = new Map<string, Set<string>>()
  const look = () => {
    for (const name of readdirSync(outFolder).filter((each) => each.endsWith('.x12'))) {
      const seen = texts.get(name) ?? new Set()
      texts.set(name, seen.add(readFileSync(path.join(outFolder, name), 'latin1')))
      // The clinic collects at once, so that a file that is written again shows.
      rmSync(path.join(outFolder, name))
    }
  }
  const chance = makeFaults('kill', { soon: 0.5 })
  for (let round = 0; round < KILLS; round += 1) {
    const before = round === 0 ? 0 : readEffects(ledger).length
    keys.add((await start(clock)).connection.endpoint.hostKeySha256)
    const more = chance.next('soon') ? 3 : 17
    await until('some progress', () => readEffects(ledger).length >= before + more || finished())
    await kill(child)
    look()
  }
  keys.add((await start(clock)).connection.endpoint.hostKeySha256)
  function finished(): boolean {
    const entries = readEffects(ledger)
    const published = new Set(
      entries.flatMap((entry) => (entry.kind === 'note' && entry.key === 'published' ? [entry.value] : [])),
    )
    const payments = entries.flatMap((entry) =>
      entry.kind === 'said' && entry.what === 'payment-1' ? [entry.key] : [],
    )
    return payments.length >= CLAIMS && payments.every((key) => published.has(key))
  }
  await until('all paid', finished)
  await kill(child)
  look()
  const entries = readEffects(ledger)
  const effects = entries.flatMap((entry) => (entry.kind === 'effect' ? [entry.submissionNumber] : []))
  expect(effects.sort()).toEqual(Array.from({ length: CLAIMS }, (_, index) => clm(index + 1)))
  expect(entries.filter((entry) => entry.kind === 'duplicate' || entry.kind === 'refused')).toEqual([])
  const said = entries.flatMap((entry) => (entry.kind === 'said' ? [`${entry.about} ${entry.what}`] : []))
  expect(new Set(said).size).toBe(said.length)
  // TA1 and 999 for each file, acknowledgement and payment for each claim.
  expect(said).toHaveLength(4 * CLAIMS)
  const named = new Set(entries.flatMap((entry) => (entry.kind === 'said' ? [entry.key] : [])))
  expect(new Set(texts.keys())).toEqual(named)
  expect([...texts].filter(([, seen]) => seen.size > 1)).toEqual([])
  expect(keys.size).toBe(1)
})
