import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT, scratchCopy } from '../checkout.ts'
import type { ImportGraph } from '../importGraph.ts'
import { nearestTests } from '../nearestTests.ts'
import { caughtBefore } from './caughtBefore.ts'
import { type Defect, described, planted } from './defect.ts'
import { type Ran, type TestProcess, testProcess } from './testProcess.ts'

/** No more test files than these look for one defect. */
const MOST_TESTS = 10
/**
 * Nearest tests take a minute together at most; a defect that makes them take this long has hung
 * them.
 */
const HUNG_MS = 300_000

export interface Outcome {
  defect: Defect
  words: string
  caught: boolean
  by: string
}

/**
 * Plants each defect in a scratch copy, runs its nearest tests and takes it back. Tests that fail
 * without any defect catch nothing. `jobs` copies work side by side.
 */
export async function plantAll(
  files: string[],
  graph: ImportGraph,
  defects: Defect[],
  options: { jobs: number; fresh: boolean; say(words: string): void },
): Promise<Outcome[]> {
  const { say } = options
  const kept = caughtBefore(options.fresh)
  const work = defects.map((defect) => ({ defect, tests: nearestTests(graph, defect.file, MOST_TESTS) }))
  const queue = work.filter(({ defect, tests }) => !kept.has(defect, tests))
  const outcomes: Outcome[] = work
    .filter(({ defect, tests }) => kept.has(defect, tests))
    .map(({ defect }) => ({
      defect,
      words: described(textOf(defect.file), defect),
      caught: true,
      by: 'an earlier run',
    }))
  if (outcomes.length > 0) say(`${outcomes.length} of ${work.length} were caught by an earlier run`)
  const one = async () => {
    const copy = scratchCopy(files)
    const process = testProcess(copy.folder)
    const green = greenWithout(process)
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const outcome = await plant({ process, folder: copy.folder, green }, next.defect, next.tests)
        outcomes.push(outcome)
        if (outcome.caught) kept.add(next.defect, next.tests)
        say(
          `[${outcomes.length}/${work.length}] ${outcome.caught ? 'caught' : 'LIVED '} ${outcome.words} (${outcome.by})`,
        )
      }
    } finally {
      await process.close()
      copy.remove()
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.jobs, Math.max(1, queue.length)) }, one))
  return outcomes
}

interface Bench {
  process: TestProcess
  folder: string
  green(test: string): Promise<boolean>
}

async function plant({ process, folder, green }: Bench, defect: Defect, tests: string[]): Promise<Outcome> {
  const words = described(textOf(defect.file), defect)
  if (tests.length === 0) return { defect, words, caught: false, by: 'no test runs this file' }
  const first = await runWith({ process, folder }, defect, tests)
  // A file that fails as a whole may only have met a busy machine.
  const again = first.kind === 'failed' && first.first.asAWhole
  const ran = again ? await runWith({ process, folder }, defect, tests) : first
  switch (ran.kind) {
    case 'passed':
      return {
        defect,
        words,
        caught: false,
        by: `${tests.length} test files stayed green in ${Math.round(ran.seconds)} s`,
      }
    case 'failed':
      if (await green(ran.first.file))
        return { defect, words, caught: true, by: `${ran.first.file}: ${ran.first.test}` }
      return { defect, words, caught: false, by: `${ran.first.file} fails without any defect too: ${ran.first.test}` }
    case 'timed out':
      return { defect, words, caught: true, by: 'the tests never ended' }
  }
}

async function runWith({ process, folder }: Omit<Bench, 'green'>, defect: Defect, tests: string[]): Promise<Ran> {
  const file = path.join(folder, defect.file)
  const before = readFileSync(file, 'utf8')
  writeFileSync(file, planted(before, defect))
  try {
    return await process.run({ changed: [file], tests }, HUNG_MS)
  } finally {
    writeFileSync(file, before)
  }
}

/**
 * Whether a test file passes without any defect: else it catches nothing. A busy machine gets a
 * second chance; each file is run once.
 */
function greenWithout(process: TestProcess): (test: string) => Promise<boolean> {
  const known = new Map<string, boolean>()
  const passes = async (test: string) => (await process.run({ changed: [], tests: [test] }, HUNG_MS)).kind === 'passed'
  return async (test) => {
    const green = known.get(test) ?? ((await passes(test)) || (await passes(test)))
    known.set(test, green)
    return green
  }
}

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8')
}
