import type { Defect, Kind } from './defect.ts'

/**
 * Puts candidates into the order in which they are planted: the kinds take turns, so that the
 * many comparisons don't crowd out the few fingerprints, and the same seed gives the same order.
 */
export function drawOrder(candidates: Defect[], random: () => number): Defect[] {
  const kinds = new Map<Kind, Defect[]>()
  for (const each of candidates) kinds.set(each.kind, [...(kinds.get(each.kind) ?? []), each])
  const shuffled = [...kinds.values()].map((each) => shuffle(each, random))
  const longest = Math.max(0, ...shuffled.map((each) => each.length))
  return Array.from({ length: longest }, (_, turn) => shuffled.flatMap((each) => each[turn] ?? [])).flat()
}

function shuffle<T>(values: T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value)
}
