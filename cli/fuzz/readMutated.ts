import { seeded } from '../chaos/random.ts'
import { corpus, type FuzzSubject } from './corpus.ts'
import type { BelievedEffect } from './effects.ts'
import { MUTATIONS, mutated } from './mutations.ts'
import { violationOf } from './oracle.ts'

/** What reading `documents` mutated documents came to. */
export interface FuzzResult {
  documents: number
  subjects: number
  /** Taken as the original says, taken as the changed bytes say, or not taken at all. */
  same: number
  restated: number
  refused: number
  slowestMs: number
  failures: { document: number; subject: string; mutation: string; what: string; base64: string }[]
}

/** No document may cost more of the processor than this. */
const SLOWEST_MS = 1000
const MOST_FAILURES = 50

/**
 * Reads mutated documents one after the other in this process; the same seed makes the same
 * documents. `starts` is called for each before it is read, so that a parent knows which one never
 * ended.
 */
export async function readMutated(
  documents: number,
  seed: number,
  starts: (document: number, name: string) => void,
): Promise<FuzzResult> {
  const subjects = await corpus()
  const originals = new Map<FuzzSubject, BelievedEffect[]>()
  for (const subject of subjects) originals.set(subject, await subject.read(subject.bytes))
  const result: FuzzResult = {
    documents: 0,
    subjects: subjects.length,
    same: 0,
    restated: 0,
    refused: 0,
    slowestMs: 0,
    failures: [],
  }
  for (let document = 0; result.documents < documents && result.failures.length < MOST_FAILURES; document += 1) {
    // Each document has a generator of its own: one can be made again without those before it.
    const random = seeded(seed * 1_000_003 + document)
    const subject = subjects[Math.floor(random() * subjects.length)]
    const mutation = MUTATIONS[Math.floor(random() * MUTATIONS.length)]
    if (subject === undefined || mutation === undefined) throw new Error('there is nothing to mutate')
    const bytes = mutated(subject.bytes, mutation, random)
    if (bytes === null) continue
    starts(document, `${subject.name}, ${mutation}`)
    result.documents += 1
    const fail = (what: string) =>
      result.failures.push({
        document,
        subject: subject.name,
        mutation,
        what,
        base64: Buffer.from(bytes).toString('base64'),
      })
    const before = process.cpuUsage()
    let taken: BelievedEffect[]
    try {
      taken = await subject.read(bytes)
    } catch (error) {
      fail(`it threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      continue
    }
    const used = process.cpuUsage(before)
    const ms = (used.user + used.system) / 1000
    result.slowestMs = Math.max(result.slowestMs, ms)
    if (ms > SLOWEST_MS) fail(`it took ${Math.round(ms)} ms`)
    const original = originals.get(subject) ?? []
    const text = Buffer.from(bytes).toString('latin1')
    const violation = violationOf(original, taken, { ...subject, mutation, text })
    if (violation !== null) fail(violation)
    if (taken.length === 0) result.refused += 1
    else if (String(taken.map(key)) === String(original.map(key))) result.same += 1
    else result.restated += 1
  }
  return result
}

function key({ about, amounts, status }: BelievedEffect): string {
  return `${about} ${status} ${amounts}`
}
