import type { Difference } from './bodyDifferences.ts'

/**
 * Why a remittance that balances is not posted, beside which ones, and what it says otherwise than
 * they do. `other-body`: the same payment in another split. `keyed-before`: it looks like payments
 * that somebody keyed.
 */
export interface Held {
  kind: 'other-body' | 'keyed-before'
  /** Remittances that may be the same money. */
  beside: string[]
  /** The first ones; `more` counts the others. */
  differences: Difference[]
  more: number
}

/** Nobody reads more of them, and a document of thousands of claims may differ in each. */
const DIFFERENCES_KEPT = 200

export function heldBeside(kind: Held['kind'], beside: string[], differences: Difference[]): Held {
  const kept = differences.slice(0, DIFFERENCES_KEPT)
  return { kind, beside, differences: kept, more: differences.length - kept.length }
}
