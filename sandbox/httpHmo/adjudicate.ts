import type { HarborClaim } from './bookTypes.ts'

export interface AdjudicatedLine {
  sequence: number
  charge: number
  contractual: number
  copay: number
  noncovered: number
  reason: string
  /** What the insurer that pays first paid or gave up. */
  otherPayer: number
  /** charge − contractual − copay − noncovered − otherPayer */
  benefit: number
}

/** What the HMO grants of each line, by the claim's fate. Minor units. */
export function adjudicate(claim: HarborClaim): AdjudicatedLine[] {
  return claim.lines.map(({ sequence, charge, taken = 0 }, index) => {
    const isFirst = index === 0
    const isLast = index === claim.lines.length - 1
    const cuts = afterOther(cutsOf(claim, charge, isFirst, isLast), charge, taken)
    const { contractual, copay, noncovered } = cuts
    return { sequence, charge, ...cuts, otherPayer: taken, benefit: charge - contractual - copay - noncovered - taken }
  })
}

/** Behind another insurer the HMO decides only about what that one left, and cuts nothing twice. */
function afterOther(cuts: typeof NOTHING, charge: number, taken: number): typeof NOTHING {
  if (taken === 0) return cuts
  const left = charge - taken
  const copay = Math.min(cuts.copay, left)
  return { ...cuts, contractual: 0, copay, noncovered: Math.min(cuts.noncovered, left - copay) }
}

const NOTHING = { contractual: 0, copay: 0, noncovered: 0, reason: '' }

function cutsOf(claim: HarborClaim, charge: number, isFirst: boolean, isLast: boolean): typeof NOTHING {
  switch (claim.fate) {
    case 'pay-less-contract':
      return isFirst ? { ...NOTHING, contractual: share(charge, 10) } : NOTHING
    case 'deny':
      return { ...NOTHING, noncovered: charge, reason: 'not-necessary' }
    case 'pay-part':
      // A claim of one line is paid by half, so that it is partial too.
      if (isFirst && isLast)
        return { ...NOTHING, copay: share(charge, 10), noncovered: share(charge, 40), reason: 'benefit-limit' }
      if (isLast) return { ...NOTHING, noncovered: charge, reason: 'not-covered' }
      return isFirst ? { ...NOTHING, copay: share(charge, 10) } : NOTHING
    case 'pay':
    case 'halves':
    case 'overpay':
    case 'silent':
    case 'reject-coding':
    case 'reject-reference':
    case 'void':
      return NOTHING
  }
}

function share(amount: number, percent: number): number {
  return Math.floor((amount * percent) / 100)
}

/** What the HMO pays for the whole claim once decided. */
export function benefitOf(claim: HarborClaim): number {
  return adjudicate(claim).reduce((sum, line) => sum + line.benefit, 0)
}
