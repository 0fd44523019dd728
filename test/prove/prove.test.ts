import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PROOFS, type Proof } from './proofs.ts'
import { runProofs, tableOf } from './runProofs.ts'

const ROOT = path.join(import.meta.dirname, '../..')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prove-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function proof(name: string, script: string, minutes = 1): Proof {
  return { name, proves: 'Something.', command: [process.execPath, '-e', script], env: { SAID: name }, minutes }
}

async function run(proofs: Proof[]) {
  const written: string[] = []
  const proved = await runProofs(proofs, { root: ROOT, logs: folder, write: (text) => written.push(text) })
  return { proved, written: written.join('') }
}

it('runs one after another, and one that fails stops none of the others', async () => {
  const { proved, written } = await run([
    proof('first', 'console.log("I am", process.env.SAID); process.exit(3)'),
    proof('second', 'console.error("and I", process.env.SAID)'),
  ])
  expect(proved).toMatchObject([
    { name: 'first', ok: false },
    { name: 'second', ok: true },
  ])
  expect(written).toContain('[2/2] second holds')
  expect(readFileSync(path.join(folder, 'first.log'), 'utf8')).toBe('I am first\n')
  expect(readFileSync(path.join(folder, 'second.log'), 'utf8')).toBe('and I second\n')
  expect(tableOf(proved)).toMatch(/^✗ first .* s\n✓ second .* s\n$/)
})

it('ends one that never ends, with what it started, and one that cannot be started has failed', async () => {
  const child = 'require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => 0, 9)"])'
  const { proved } = await run([
    proof('hung', `console.log(${child}.pid); setInterval(() => 0, 1000)`, 1 / 120),
    { ...proof('absent', ''), command: ['claimhub-no-such-program'] },
  ])
  expect(proved.map(({ ok }) => ok)).toEqual([false, false])
  const [pid] = readFileSync(path.join(folder, 'hung.log'), 'utf8').split('\n')
  expect(Number(pid)).toBeGreaterThan(0)
  await expect.poll(() => isRunning(Number(pid))).toBe(false)
})

it('the list names each proof once, and only tests that are there', () => {
  const names = PROOFS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(names.filter((name) => !/^[a-z][a-z-]*$/.test(name))).toEqual([])
  const files = PROOFS.flatMap(({ command }) => command.filter((word) => word.startsWith('test/')))
  expect(files.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([])
})

/** Ended ones stay as zombies in a container whose first process takes care of nobody. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  return existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
}
