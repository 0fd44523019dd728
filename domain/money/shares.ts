import { type Minor, sum } from '../amounts.ts'

/**
 * Splits an amount by weights without losing a unit: whole parts first, the rest one by one from
 * the first. The same lines, the same split.
 */
export function shares(amount: Minor, weights: Minor[]): Minor[] {
  const total = BigInt(sum(weights))
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amount : 0))
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / total))
  const step = Math.sign(amount)
  let rest = Math.abs(amount - sum(parts))
  return parts.map((part, index) => {
    if (rest === 0 || weights[index] === 0) return part
    rest -= 1
    return part + step
  })
}
