import type { HarborClaim } from './bookTypes.ts'

export interface AdjudicatedLine {
  sequence: number
  charge: number
  contractual: number
  copay: number
  noncovered: number
  reason: string
  /** charge − contractual − copay − noncovered */
  benefit: number
}

/** What the HMO grants of each line, by the claim's fate. Minor units. */
export function adjudicate(claim: HarborClaim): AdjudicatedLine[] {
  return claim.lines.map(({ sequence, charge }, index) => {
    const isFirst = index === 0
    const isLast = index === claim.lines.length - 1
    const cuts = cutsOf(claim, charge, isFirst, isLast)
    return { sequence, charge, ...cuts, benefit: charge - cuts.contractual - cuts.copay - cuts.noncovered }
  })
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
