import { createVitest } from 'vitest/node'

/** What a child process of `npm run mutate` is told: these files have changed, run these tests. */
export interface Request {
  changed: string[]
  tests: string[]
  /** Only tests whose full name matches; absent: all. A file in which none does has failed. */
  named?: string
}
/** One test that failed. */
export interface Failed {
  file: string
  test: string
  /** No test of it failed by itself: it could not be loaded, or what it needs did not start. */
  asAWhole: boolean
}

export type Reply = { kind: 'ready' } | { kind: 'ran'; failed: Failed | null; seconds: number }

/**
 * Keeps one Vitest with its Postgres alive in a scratch copy of the checkout (the working
 * directory) and runs test files on demand. A child process, so that whoever started it can end
 * it when a defect makes a test go round for ever.
 */
const vitest = await createVitest('test', {
  watch: false,
  teardownTimeout: 2_000,
  reporters: [{}],
  silent: true,
})
await vitest.standalone()
const tell = (reply: Reply): void => {
  process.send?.(reply)
}

/** Changed for the run before, and put back since. */
let changedBefore: string[] = []

async function run({ changed, tests, named }: Request): Promise<void> {
  const began = Date.now()
  for (const file of [...changedBefore, ...changed]) vitest.invalidateFile(file)
  changedBefore = changed
  if (named === undefined) vitest.resetGlobalTestNamePattern()
  else vitest.setGlobalTestNamePattern(named)
  for (const test of tests) {
    const failed = await failedOf(test)
    if (failed !== null) return tell({ kind: 'ran', failed, seconds: secondsSince(began) })
  }
  tell({ kind: 'ran', failed: null, seconds: secondsSince(began) })
}

/** The first test of a file that fails; null: all pass. */
async function failedOf(file: string): Promise<Failed | null> {
  const [specification] = await vitest.globTestSpecifications([file])
  if (specification === undefined) throw new Error(`${file} is not there`)
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification])
  // Vitest also names what earlier runs ended with.
  const module = testModules.find(({ moduleId }) => moduleId === specification.moduleId)
  for (const test of module?.children.allTests('failed') ?? []) return { file, test: test.fullName, asAWhole: false }
  const ran = [...(module?.children.allTests('passed') ?? [])].length > 0
  if (module?.state() === 'passed' && ran && unhandledErrors.length === 0) return null
  const [error] = [...(module?.errors() ?? []), ...unhandledErrors]
  return { file, test: `as a whole: ${hasMessage(error) ? error.message.slice(0, 200) : ''}`, asAWhole: true }
}

function hasMessage(error: unknown): error is { message: string } {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
}

function secondsSince(began: number): number {
  return (Date.now() - began) / 1000
}

async function leave(): Promise<void> {
  await vitest.cancelCurrentRun('keyboard-input').catch(() => undefined)
  await vitest.close()
  process.exit(0)
}

process.on('message', (request: Request) => {
  run(request).catch((error) => {
    process.stderr.write(String(error))
    process.exit(1)
  })
})
process.once('disconnect', leave)
process.once('SIGTERM', leave)
tell({ kind: 'ready' })
