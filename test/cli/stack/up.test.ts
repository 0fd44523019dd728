import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { PART_NAMES } from '../../../cli/stack/stackParts.ts'
import { endProcess, isAlive, type ProcessMark } from '../../../platform/processes.ts'

const MINUTES_MS = 300_000
const STOPPED_TOO = 'claimhub ended without being asked'

let folder: string
const begun: Up[] = []

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-up-'))
})
afterEach(async () => {
  for (const { child, marks } of begun.splice(0)) {
    child.kill('SIGKILL')
    for (const mark of Object.values(marks())) await endProcess(mark, 20_000)
  }
  rmSync(folder, { recursive: true, force: true })
}, 120_000)

interface Up {
  child: ChildProcess
  /** Resolves with all that was said once the words are among it. */
  says(words: string): Promise<string>
  ended: Promise<{ code: number | null; words: string }>
  marks(): Record<string, ProcessMark>
}

function up(...more: string[]): Up {
  const env = { ...process.env, DATABASE_URL: '', TEMPORAL_ADDRESS: '' }
  const child = spawn(process.execPath, ['bin/claimhub.js', 'up', '--data', folder, ...more], { env })
  let words = ''
  let look: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      words += bytes
      look()
    })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, words }))
  const made: Up = {
    child,
    ended,
    says: (wanted) => {
      const heard = new Promise<string>((resolve) => {
        look = () => (words.includes(wanted) ? resolve(words) : undefined)
        look()
      })
      return Promise.race([heard, ended.then(() => Promise.reject(new Error(`${STOPPED_TOO}: ${words}`)))])
    },
    marks: () => {
      try {
        return JSON.parse(readFileSync(path.join(folder, 'running.json'), 'utf8')).parts
      } catch {
        return {}
      }
    },
  }
  begun.push(made)
  return made
}

const keyIn = (words: string) => /API key +(chk_\S+)/.exec(words)?.[1] ?? ''
/** Ports of the stack, as it keeps them. */
const portsOf = (): { api: number; ui: number } =>
  JSON.parse(readFileSync(path.join(folder, 'stack.json'), 'utf8')).ports
const patients = async (key: string) => {
  const answer = await fetch(`http://127.0.0.1:${portsOf().api}/v1/patients`, {
    headers: { authorization: `Bearer ${key}` },
  })
  return { status: answer.status, text: await answer.text() }
}

it(
  'starts everything, starts again what falls, stops everything, and is the same stack at the next start',
  async () => {
    const first = up('--port', '0', '--ui-port', '0')
    const key = keyIn(await first.says('Ctrl-C stops everything'))
    const before = await patients(key)
    expect(before.status).toBe(200)
    expect(before.text).toContain('pat-h-SL-2')
    expect((await fetch(`http://127.0.0.1:${portsOf().ui}/`)).status).toBe(200)

    const second = await up().ended
    expect(second).toMatchObject({ code: 1 })
    expect(second.words).toMatch(/^claimhub: another claimhub \(process \d+\) is running on .*--data\n$/)

    const worker = first.marks()['worker'] as ProcessMark
    process.kill(worker.pid, 'SIGKILL')
    await first.says('worker ended (SIGKILL); starting it again')

    const marks = Object.values(first.marks())
    expect(marks.length).toBe(PART_NAMES.length)
    first.child.kill('SIGINT')
    expect((await first.ended).code).toBe(0)
    expect(marks.filter(isAlive)).toEqual([])

    // Killed this time: what it leaves behind is ended by the next one.
    const third = up()
    expect(keyIn(await third.says('Ctrl-C stops everything'))).toBe(key)
    expect(await patients(key)).toEqual(before)
    const temporal = third.marks()['temporal'] as ProcessMark
    third.child.kill('SIGKILL')
    await third.ended
    expect(isAlive(temporal)).toBe(true)

    const fourth = up()
    const words = await fourth.says('Ctrl-C stops everything')
    expect(words).toContain(`ending temporal (process ${temporal.pid})`)
    expect(keyIn(words)).toBe(key)
    expect(await patients(key)).toEqual(before)
    fourth.child.kill('SIGTERM')
    expect((await fourth.ended).code).toBe(0)
  },
  MINUTES_MS,
)

it(
  'says of a taken port what to do, and starts nothing',
  async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const number = typeof address === 'object' && address !== null ? address.port : 0
    try {
      const { code, words } = await up('--port', String(number)).ended
      expect(code).toBe(1)
      expect(words).toMatch(new RegExp(`^claimhub: port ${number} \\(api\\) is taken: .*--port.*\n$`))
    } finally {
      await new Promise((resolve) => taken.close(resolve))
    }
  },
  MINUTES_MS,
)

it(
  'says of a wrong option what it takes',
  async () => {
    const { code, words } = await up('--port', 'http').ended
    expect(code).toBe(1)
    expect(words).toContain('whole number from 0')
    expect(words).not.toContain('    at ')
  },
  MINUTES_MS,
)
