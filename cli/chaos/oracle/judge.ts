import { centsOff, inSuspense } from './cents.ts'
import type { RunEvidence } from './evidence.ts'
import { brokenPromises, centsWords, forgotten, unevenWorkflows, unfinished } from './promises.ts'
import { transmissions } from './transmissions.ts'

export interface RunVerdict {
  submitted: number
  effects: number
  lost: number
  doubled: number
  unknown: { resolved: number; worklist: number }
  /**
   * How far the claims are from what the twins say that they paid, minor units: the differences of
   * all claims, each currency for itself, none against another. Only 0 is right.
   */
  centsDifference: number
  /** Money on no claim, minor units by currency. */
  suspense: Record<string, number>
  /** How many things are still under way: only 0 is right. */
  unfinished: number
  invariants: Record<string, boolean>
  /** What broke, in words, at most a few of each kind. */
  findings: string[]
}

/** Findings of one kind that are told. */
const TOLD_OF_A_KIND = 5

/**
 * Checks the invariants of docs/operations.md after a run. Believes the twins more than ourselves.
 * Pure: what it looks at was read before.
 */
export function judge(evidence: RunEvidence): RunVerdict {
  const { submissions, effects } = evidence
  const { doubled, lost, strange } = transmissions(evidence)
  const off = centsOff(evidence)
  const left = unfinished(evidence)
  const broken: Record<string, readonly string[]> = {
    I1: [...doubled, ...lost],
    I2: strange,
    I3: [...brokenPromises(evidence), ...forgotten(evidence)],
    ...evidence.brokenRows,
    I5: [...off.map(centsWords), ...suspended(evidence), ...(evidence.brokenRows['I5'] ?? [])],
    I8: evidence.namedPatients,
    I10: unevenWorkflows(evidence),
  }
  const names = Object.keys(broken).toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)))
  return {
    submitted: submissions.length,
    effects: effects.length,
    lost: lost.length,
    doubled: doubled.length,
    unknown: {
      resolved: submissions.filter((each) => each.lookups > 0 && each.state !== 'UNKNOWN').length,
      worklist: submissions.filter((each) => each.state === 'UNKNOWN').length,
    },
    centsDifference: off.reduce((sum, { saidByTwins, posted }) => sum + Math.abs(saidByTwins - posted), 0),
    suspense: inSuspense(evidence),
    unfinished: left.length,
    invariants: Object.fromEntries(names.map((name) => [name, broken[name]?.length === 0])),
    findings: [...names.flatMap((name) => told(name, broken[name] ?? [])), ...told('unfinished', left)],
  }
}

/** Nothing lost, doubled, off by a cent or unfinished, and every invariant in place. */
export function isGood(verdict: RunVerdict): boolean {
  return (
    verdict.unfinished === 0 &&
    verdict.lost === 0 &&
    verdict.doubled === 0 &&
    verdict.centsDifference === 0 &&
    Object.values(verdict.invariants).every(Boolean)
  )
}

/** Each payment of a twin names a claim of ours: none may end on no claim. */
function suspended(evidence: RunEvidence): string[] {
  return Object.entries(inSuspense(evidence)).map(([currency, amount]) => `${amount} ${currency} are in suspense`)
}

function told(name: string, words: readonly string[]): string[] {
  return words.slice(0, TOLD_OF_A_KIND).map((each) => `${name}: ${each}`)
}
