import type { Remittance } from '../remittance.ts'
import { payerKey, traceKey } from './keys.ts'
import { namesOf } from './pairing.ts'

/**
 * Whether a remittance can be the corrected one of another: they have a number, a claim, or payer
 * and amount in common.
 */
export function areRelated(one: Remittance, other: Remittance): boolean {
  const [trace, otherTrace] = [traceKey(one.traceNumber), traceKey(other.traceNumber)]
  if (trace !== '' && trace === otherTrace) return true
  if (payerKey(one.payer) === payerKey(other.payer) && one.amount === other.amount && one.currency === other.currency)
    return true
  const names = new Set(one.claims.flatMap(numbersOf))
  return other.claims.flatMap(numbersOf).some((name) => names.has(name))
}

/** A claim without any number has nothing in common with another such. */
function numbersOf(claim: Remittance['claims'][number]): string[] {
  return claim.submissionNumber === undefined && claim.references.length === 0 ? [] : namesOf(claim)
}
