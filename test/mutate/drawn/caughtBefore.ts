import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { KEPT, ROOT } from '../checkout.ts'
import { type Defect, planted } from './defect.ts'

/**
 * Remembers which defects were caught, so that a run that was broken off goes on where it was.
 * What lived is always tried again.
 */
export interface CaughtBefore {
  has(defect: Defect, tests: string[]): boolean
  add(defect: Defect, tests: string[]): void
}

export function caughtBefore(fresh: boolean): CaughtBefore {
  const file = path.join(KEPT, 'caught.json')
  const known = new Set<string>(fresh ? [] : read(file))
  return {
    has: (defect, tests) => known.has(keyOf(defect, tests)),
    add: (defect, tests) => {
      known.add(keyOf(defect, tests))
      mkdirSync(KEPT, { recursive: true })
      writeFileSync(file, JSON.stringify([...known]))
    },
  }
}

/** The defective file and its nearest tests, as they are now. */
function keyOf(defect: Defect, tests: string[]): string {
  const text = (file: string) => readFileSync(path.join(ROOT, file), 'utf8')
  const hash = createHash('sha256')
    .update(defect.file)
    .update(planted(text(defect.file), defect))
  for (const test of tests) hash.update(test).update(text(test))
  return hash.digest('hex')
}

function read(file: string): string[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as string[]
  } catch {
    return []
  }
}
