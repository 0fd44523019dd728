import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { KEPT } from '../checkout.ts'
import { distances, type ImportGraph } from '../importGraph.ts'
import type { Target } from './targets.ts'

/** Needing one of these, a file is no pure function. */
const IMPURE = /^(@temporalio\/|pg$|kysely$|node:(child_process|net|http|fs))/
/** Needing one of these, a test is too slow to be run after each change in pure functions. */
const SLOW = /^(@temporalio\/|pg$|kysely$)/

/**
 * Files per run of StrykerJS: what one run has found is kept, so a run that is broken off goes on
 * from there.
 */
const AT_ONCE = 5

export interface Score {
  folder: string
  /** In percent; null: there was nothing to change. */
  score: number | null
  floor: number
  survivors: string[]
}

interface Report {
  files: Record<string, { mutants: Mutant[] }>
}

interface Mutant {
  mutatorName: string
  replacement?: string
  status: 'Killed' | 'Survived' | 'NoCoverage' | 'Timeout' | 'CompileError' | 'RuntimeError' | 'Ignored' | 'Pending'
  location: { start: { line: number } }
}

/**
 * Lets StrykerJS try every change in a target's files, in a scratch copy of the checkout. Changes
 * that don't type-check are not counted.
 */
export async function scoreOf(
  target: Target,
  inCopy: { folder: string; files: string[]; graph: ImportGraph },
  options: { jobs: number; fresh: boolean; say(words: string): void },
): Promise<Score> {
  const { folder, graph } = inCopy
  const without = (packages: RegExp, file: string) =>
    !target.pure || ![...graph.packagesOf(file)].some((name) => packages.test(name))
  const mutate = inCopy.files.filter((file) => target.files.test(file) && file.endsWith('.ts') && without(IMPURE, file))
  const nearOf = (some: string[]) =>
    [...new Set(some.flatMap((file) => within(graph, file, target.within)))].filter(
      (file) => file.endsWith('.test.ts') && target.tests.test(file) && without(SLOW, file),
    )
  const tests = nearOf(mutate)
  options.say(`${target.name}: ${mutate.length} files, ${tests.length} test files`)
  const none = { folder: target.name, score: null, floor: target.floor, survivors: [] }
  if (mutate.length === 0) return none
  if (tests.length === 0)
    return { ...none, score: 0, survivors: mutate.map((file) => `${file}: no test runs this file`) }
  const files: Report['files'] = {}
  for (let from = 0; from < mutate.length; from += AT_ONCE) {
    const part = mutate.slice(from, from + AT_ONCE)
    options.say(`${target.name}, ${from + 1} to ${from + part.length} of ${mutate.length} files`)
    const report = path.join(folder, 'mutation.json')
    writeConfigs(folder, { mutate: part, tests: nearOf(part), report, pure: target.pure, jobs: options.jobs })
    await stryker(folder, options)
    Object.assign(files, (JSON.parse(readFileSync(report, 'utf8')) as Report).files)
    const { score, survivors } = summary({ files })
    options.say(`${target.name}: ${score} % so far, ${survivors.length} lived`)
  }
  return { ...none, ...summary({ files }) }
}

function within(graph: ImportGraph, file: string, most: number): string[] {
  return [...distances(graph, file)].flatMap(([test, distance]) => (distance <= most ? [test] : []))
}

function writeConfigs(
  folder: string,
  of: { mutate: string[]; tests: string[]; report: string; pure: boolean; jobs: number },
): void {
  const { mutate, tests, report, pure, jobs } = of
  const write = (name: string, content: string) => writeFileSync(path.join(folder, name), content)
  mkdirSync(KEPT, { recursive: true })
  const setup = pure ? '' : "globalSetup: ['test/support/postgresServer.ts'],"
  write(
    'mutate.vitest.config.ts',
    `export default { test: { include: ${JSON.stringify(tests)}, ${setup} testTimeout: 20_000, hookTimeout: 60_000 } }\n`,
  )
  // Only these files are type-checked after each change, not all that imports them: otherwise a
  // run takes hours.
  const compilerOptions = { incremental: false, tsBuildInfoFile: null }
  write(
    'mutate.tsconfig.json',
    JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: [], files: mutate }),
  )
  write(
    'mutate.stryker.json',
    JSON.stringify({
      testRunner: 'vitest',
      plugins: ['@stryker-mutator/vitest-runner', '@stryker-mutator/typescript-checker'],
      vitest: { configFile: 'mutate.vitest.config.ts', related: false },
      checkers: ['typescript'],
      tsconfigFile: 'mutate.tsconfig.json',
      mutate,
      coverageAnalysis: 'perTest',
      concurrency: jobs,
      // The folder is a copy already.
      inPlace: true,
      incremental: true,
      incrementalFile: path.join(KEPT, `${mutate.join('+').replaceAll('/', '-').slice(0, 200)}.json`),
      reporters: ['json', 'progress-append-only'],
      jsonReporter: { fileName: report },
      allowConsoleColors: false,
      warnings: { slow: false },
      // A busy machine is slow, which is no sign of a loop without end.
      timeoutMS: 60_000,
    }),
  )
}

function stryker(folder: string, { fresh, say }: { fresh: boolean; say(words: string): void }): Promise<void> {
  const bin = path.join('node_modules', '.bin', 'stryker')
  const child = spawn(bin, ['run', 'mutate.stryker.json', ...(fresh ? ['--force'] : [])], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/tested|ERROR|WARN|Initial test run/.test(line)) say(`  ${line}`)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`StrykerJS ended with ${code}`))
    })
  })
}

function summary({ files }: Report): { score: number | null; survivors: string[] } {
  const all = Object.entries(files).flatMap(([file, { mutants }]) => mutants.map((mutant) => ({ file, mutant })))
  const count = (...statuses: Mutant['status'][]) => all.filter(({ mutant }) => statuses.includes(mutant.status)).length
  const noticed = count('Killed', 'Timeout')
  const counted = noticed + count('Survived', 'NoCoverage')
  const survivors = all
    .filter(({ mutant: { status } }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ file, mutant: { location, mutatorName, replacement = '', status } }) => {
      const becomes = replacement.replace(/\s+/g, ' ').slice(0, 80)
      return `${file}:${location.start.line} ${mutatorName} → ${becomes}${status === 'NoCoverage' ? ' (no test comes here)' : ''}`
    })
  return { score: counted === 0 ? null : Math.floor((noticed / counted) * 1000) / 10, survivors }
}
