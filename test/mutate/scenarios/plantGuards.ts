import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT, scratchCopy } from '../checkout.ts'
import { caughtBefore } from '../drawn/caughtBefore.ts'
import { type Defect, described, planted } from '../drawn/defect.ts'
import { type TestProcess, testProcess } from '../drawn/testProcess.ts'
import type { Guard } from './guard.ts'
import { GUARDS } from './guards.ts'

/** What became of one scenario whose guard was taken away. */
export interface GuardOutcome {
  id: string
  /** The file whose tests with the scenario's id had to go red. */
  test: string
  /** Place and change. */
  defect: string
  caught: boolean
  by: string
}

export interface PlantOptions {
  /** Null: all. */
  ids: readonly string[] | null
  jobs: number
  fresh: boolean
  say(words: string): void
}

/** A test that takes this long has hung, which is red too. */
const HUNG_MS = 240_000

/**
 * Takes the guard of each scenario away in a scratch copy and runs the tests that name the
 * scenario. A test that is red without any defect proves nothing, and neither does a file without
 * such a test.
 */
export async function plantGuards(files: string[], options: PlantOptions): Promise<GuardOutcome[]> {
  const { ids, fresh, say } = options
  const kept = caughtBefore(fresh)
  const queue = placedGuards(files).filter(({ id }) => ids === null || ids.includes(id))
  const outcomes: GuardOutcome[] = []
  const count = queue.length
  const one = async () => {
    const copy = scratchCopy(files)
    const tests = testProcess(copy.folder)
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const known = kept.has(next.defect, [next.test])
        const { caught, by } = known ? { caught: true, by: 'an earlier run' } : await plant(tests, copy.folder, next)
        if (caught) kept.add(next.defect, [next.test])
        outcomes.push({ id: next.id, test: next.test, defect: next.words, caught, by })
        say(`[${outcomes.length}/${count}] ${caught ? 'caught' : 'LIVED '} ${next.id} ${next.guard} (${by})`)
      }
    } finally {
      await tests.close()
      copy.remove()
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.jobs, Math.max(1, count)) }, one))
  const order: string[] = GUARDS.map(({ id }) => id)
  return outcomes.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

export interface PlacedGuard extends Guard {
  defect: Defect
  words: string
}

/** Throws, naming the scenario, where a guard stands nowhere or twice. */
export function placedGuards(files: string[]): PlacedGuard[] {
  return GUARDS.map((guard) => {
    const { id, file, stands, becomes } = guard
    const text = files.includes(file) ? textOf(file) : ''
    const start = text.indexOf(stands)
    if (start < 0 || text.indexOf(stands, start + 1) >= 0)
      throw new Error(`the guard of ${id} (${guard.guard}) does not stand once in ${file}; see test/mutate/scenarios`)
    const defect: Defect = { file, kind: 'by hand', start, end: start + stands.length, replacement: becomes }
    return { ...guard, defect, words: described(text, defect) }
  })
}

async function plant(
  tests: TestProcess,
  folder: string,
  { id, defect, test }: PlacedGuard,
): Promise<{ caught: boolean; by: string }> {
  const file = path.join(folder, defect.file)
  const named = nameOf(id)
  const whole = readFileSync(file, 'utf8')
  // The tables are made once, when the test process starts.
  const anew = async () => (defect.file.startsWith('db/migrations/') ? tests.close() : undefined)
  writeFileSync(file, planted(whole, defect))
  await anew()
  const ran = await tests.run({ changed: [file], tests: [test], named }, HUNG_MS)
  writeFileSync(file, whole)
  await anew()
  if (ran.kind === 'passed') return { caught: false, by: 'its test stayed green' }
  const without = await tests.run({ changed: [file], tests: [test], named }, HUNG_MS)
  if (without.kind !== 'passed') return { caught: false, by: 'its test is red without the defect too' }
  return { caught: true, by: ran.kind === 'failed' ? ran.first.test : 'its test never ended' }
}

/** As Vitest matches full names: the id at the beginning of a title, or in brackets. */
function nameOf(id: string): string {
  return `(?:^|[ (,])${id}(?:[ ,)]|$)`
}

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}
