import path from 'node:path'
import { distances, type ImportGraph } from './importGraph.ts'

/** Tests that start servers or whole stacks are no nearest test of anything. */
const FAR = /^test\/(e2e|chaos|replay|cli|sandbox|mutate)\//
/** A word that file and test have in common brings the test as much nearer as this many imports. */
const SHARED_WORD = 1.5

/** A test that loads as many files more than another is one import further away. */
const LOADED = 40

/** Whoever imports the file over at most this many imports is tested in its stead. */
const IN_ITS_STEAD = 2

/**
 * The test files that are to notice a defect in a file: those that run it, by the number of
 * imports between them and by the words that the two names, or the names of the test and of
 * somebody who imports the file, have in common; the nearest first. Only tests that `mayLook` are
 * ranked.
 */
export function nearestTests(
  graph: ImportGraph,
  file: string,
  most: number,
  mayLook: (test: string) => boolean = () => true,
): string[] {
  const rank = new Map<string, number>()
  for (const [user, away] of distances(graph, file)) {
    if (away > IN_ITS_STEAD) break
    for (const [test, distance] of distances(graph, user)) {
      if (!test.endsWith('.test.ts') || FAR.test(test) || !mayLook(test)) continue
      const nearer = (user === file ? SHARED_WORD : SHARED_WORD / 2) * sharedWords(user, test)
      const through = away + distance - nearer + graph.filesOf(test).size / LOADED
      rank.set(test, Math.min(through, rank.get(test) ?? through))
    }
  }
  return [...rank]
    .sort(([a, first], [b, second]) => first - second || a.localeCompare(b))
    .slice(0, most)
    .map(([test]) => test)
}

/** The room counts half: every test of a room shares it. */
function sharedWords(file: string, test: string): number {
  const known = wordsOf(test)
  const shared = [...wordsOf(file)].filter((word) => known.has(word)).length
  return shared + (test.startsWith(`test/${path.dirname(file)}/`) ? 0.5 : 0)
}

/** The words of a file's name, without their endings: `db/claimsRead.ts` is claim and read. */
function wordsOf(file: string): Set<string> {
  const words = path
    .basename(file)
    .replace(/(\.test)?\.ts$/, '')
    .split(/(?=[A-Z])/)
    .map((word) => word.toLowerCase().replace(/e?s$/, ''))
  return new Set(words.filter((word) => word.length > 1))
}
