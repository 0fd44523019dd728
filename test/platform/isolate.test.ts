import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Isolate, type Isolated, isolate, siblingModule } from '../../platform/isolate/isolate.ts'
import type { Hostile } from './hostileEntry.ts'

const ENTRY = siblingModule('./hostileEntry', import.meta.url)
const LIMITS = { processes: 1, seconds: 60, heapMb: 64, answerBytes: 1_000_000 }

let one: Isolate<Hostile, unknown>
beforeAll(() => {
  one = isolate(ENTRY, LIMITS)
})
afterAll(() => one.stop())

const act = (job: Hostile, by = one): Promise<Isolated<unknown>> => by.lease((ask) => ask(job))

describe('work apart', () => {
  it('answers what was worked out, and keeps its process for the next', async () => {
    expect(await act({ act: 'answer' })).toEqual({
      kind: 'done',
      answer: { bytes: new Uint8Array([1, 2]), at: new Date(0), nested: [{ text: "O'Brien" }] },
    })
    const first = await act({ act: 'pid' })
    expect(await act({ act: 'pid' })).toEqual(first)
    expect(first).not.toEqual({ kind: 'done', answer: process.pid })
  })

  it('that throws says the class of its error and no word of it', async () => {
    expect(await act({ act: 'throw' })).toEqual({ kind: 'threw', error: 'OddError' })
  })

  it.each(['abort', 'exit', 'heap', 'buffers'] as const)('that ends its process by %s is one job lost', async (by) => {
    expect(await act({ act: by })).toEqual({ kind: 'died' })
    expect(await act({ act: 'answer' })).toMatchObject({ kind: 'done' })
  })

  it('that never ends is ended', async () => {
    const hasty = isolate<Hostile, unknown>(ENTRY, { ...LIMITS, seconds: 0.2 })
    try {
      expect(await act({ act: 'loop' }, hasty)).toEqual({ kind: 'overtime' })
      expect(await act({ act: 'answer' }, hasty)).toMatchObject({ kind: 'done' })
    } finally {
      hasty.stop()
    }
  })

  it('that says too much is told so', async () => {
    expect(await act({ act: 'say', bytes: 1_100_000 })).toEqual({ kind: 'too_large' })
    expect(await act({ act: 'say', bytes: 900_000 })).toMatchObject({ kind: 'done' })
  })

  it('finds none of the environment, and its prints go nowhere', async () => {
    process.env['CLAIMHUB_CANARY'] = 'x'
    const fresh = isolate<Hostile, unknown>(ENTRY, LIMITS)
    try {
      const { answer } = (await act({ act: 'environment' }, fresh)) as { answer: string[] }
      expect(answer.filter((name) => !['TMPDIR', 'TZ', 'NODE_CHANNEL_SERIALIZATION_MODE'].includes(name))).toEqual([])
      expect(await act({ act: 'print' }, fresh)).toEqual({ kind: 'done', answer: null })
    } finally {
      fresh.stop()
      delete process.env['CLAIMHUB_CANARY']
    }
  })

  it('waits for its turn: what a job loads is held once per process', async () => {
    let held = 0
    const most: number[] = []
    const load = async (ask: (job: Hostile) => Promise<Isolated<unknown>>) => {
      held += 1
      most.push(held)
      await ask({ act: 'answer' })
      held -= 1
    }
    await Promise.all(Array.from({ length: 5 }, () => one.lease(load)))
    expect(most).toEqual([1, 1, 1, 1, 1])
  })

  it('whose asker fails, or whose process does not start, leaves the place to the next', async () => {
    await expect(one.lease(() => Promise.reject(new Error('the database is away')))).rejects.toThrow('away')
    const missing = isolate<Hostile, unknown>(new URL('./noSuchEntry.ts', import.meta.url), LIMITS)
    for (let time = 0; time < 2; time += 1)
      await expect(act({ act: 'answer' }, missing)).rejects.toThrow('noSuchEntry.ts does not start')
    expect(await act({ act: 'answer' })).toMatchObject({ kind: 'done' })
  })

  it('in a loop ends when the one that asked is killed', async () => {
    const asker = spawn(process.execPath, ['--import', 'tsx', new URL('./loopingAsker.ts', import.meta.url).pathname], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(asker.stdout, 'data')) as [Buffer]
    const pid = Number(line.toString())
    expect(isAlive(pid)).toBe(true)
    asker.kill('SIGKILL')
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
  })
})

describe('the module of a process', () => {
  it('is TypeScript as it is written, JavaScript once it is compiled', () => {
    expect(siblingModule('./x', 'file:///a/b/c.ts').href).toBe('file:///a/b/x.ts')
    expect(siblingModule('../x', 'file:///a/b/c.js').href).toBe('file:///a/x.js')
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
