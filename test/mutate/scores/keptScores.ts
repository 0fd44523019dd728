import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { KEPT, ROOT } from '../checkout.ts'
import type { ImportGraph } from '../importGraph.ts'
import type { Measured } from './measured.ts'

/**
 * What earlier runs found out, file by file: known as long as the file, its nearest tests and the
 * tests that noticed something are as they were. A change in another file of the product that the
 * file imports is not seen: `--fresh` measures all again.
 */
export interface KeptScores {
  of(file: string, tests: string[]): Measured | null
  add(file: string, tests: string[], measured: Measured): void
}

const KeptFile = z.object({
  /** Hashes of the tests that looked, by their path. */
  tests: z.record(z.string(), z.string()),
  measured: z.object({
    caught: z.number(),
    impossible: z.number(),
    lived: z.array(z.object({ line: z.number(), kind: z.string(), becomes: z.string(), reached: z.boolean() })),
    by: z.array(z.string()),
  }),
})

export function keptScores(graph: ImportGraph, fresh: boolean): KeptScores {
  const folder = path.join(KEPT, 'scores')
  const place = (file: string) => path.join(folder, `${file.replaceAll('/', '-')}-${hash([file]).slice(0, 12)}.json`)
  const hashOf = testHashes(graph)
  const hashes = (tests: string[]) => Object.fromEntries(tests.map((test) => [test, hashOf(test)]))
  return {
    of: (file, tests) => {
      const kept = fresh ? null : read(place(file))
      if (kept === null) return null
      const needed = [...tests, ...kept.measured.by]
      return needed.every((test) => kept.tests[test] === hashOf(test)) ? kept.measured : null
    },
    add: (file, tests, measured) => {
      mkdirSync(folder, { recursive: true })
      const kept: z.infer<typeof KeptFile> = { tests: hashes([...tests, ...measured.by]), measured }
      writeFileSync(place(file), JSON.stringify(kept))
    },
  }
}

/**
 * A test is its own text, that of the test code it imports, and the files without code beside it.
 */
function testHashes(graph: ImportGraph): (test: string) => string {
  const known = new Map<string, string>()
  return (test) => {
    const before = known.get(test)
    if (before !== undefined) return before
    const code = [...graph.filesOf(test)].filter((file) => file.startsWith('test/'))
    const now = hash([...code, ...filesBeside(test)].sort())
    known.set(test, now)
    return now
  }
}

function filesBeside(test: string): string[] {
  const folder = path.dirname(test)
  try {
    const all = readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    const others = all.filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    return others.map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name)))
  } catch {
    return []
  }
}

function hash(files: string[]): string {
  const sum = createHash('sha256')
  for (const file of files) sum.update(file).update('\0').update(bytesOf(file)).update('\0')
  return sum.digest('hex')
}

/** Nothing for a test that is there no longer. */
function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(path.join(ROOT, file))
  } catch {
    return new Uint8Array()
  }
}

function read(file: string): z.infer<typeof KeptFile> | null {
  try {
    return KeptFile.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
