import path from 'node:path'
import { distances, type ImportGraph } from './importGraph.ts'

/** Tests that start servers or whole stacks are no nearest test of anything. */
const FAR = /^test\/(e2e|chaos|replay|cli|sandbox|mutate)\//
/** A word that file and test have in common brings the test as much nearer as this many imports. */
const SHARED_WORD = 1.5

/**
 * The test files that are to notice a defect in a file: those that run it, by the number of
 * imports between them and by the words that the two names have in common, the nearest first.
 */
export function nearestTests(graph: ImportGraph, file: string, most: number): string[] {
  return [...distances(graph, file)]
    .filter(([test]) => test.endsWith('.test.ts') && !FAR.test(test))
    .map(([test, distance]) => ({ test, rank: distance - SHARED_WORD * sharedWords(file, test) }))
    .sort((a, b) => a.rank - b.rank || a.test.localeCompare(b.test))
    .slice(0, most)
    .map(({ test }) => test)
}

function sharedWords(file: string, test: string): number {
  const known = wordsOf(test)
  return [...wordsOf(file)].filter((word) => known.has(word)).length
}

/** The words of a path: `db/claimsRead.ts` is db, claim, read. */
function wordsOf(file: string): Set<string> {
  const bare = file.replace(/^test\//, '').replace(/(\.test)?\.ts$/, '')
  const words = bare
    .split(path.sep)
    .flatMap((part) => part.split(/(?=[A-Z])/))
    .map((word) => word.toLowerCase().replace(/s$/, ''))
  return new Set(words.filter((word) => word.length > 1))
}
