import type { VisayasClaim } from './book.ts'

/** What Visayas grants of a line. Minor units. */
export interface ListedDecision {
  line: string
  code: string
  charge: number
  contractual: number
  patient: number
  denied: number
  reason: string
  /** charge − contractual − patient − denied */
  payable: number
}

export function adjudicate(claim: VisayasClaim): ListedDecision[] {
  return claim.lines.map(({ line, code, charge }, index) => {
    const cuts = cutsOf(claim, charge, index === 0, index === claim.lines.length - 1)
    return { line, code, charge, ...cuts, payable: charge - cuts.contractual - cuts.patient - cuts.denied }
  })
}

export function payableOf(claim: VisayasClaim): number {
  return adjudicate(claim).reduce((sum, line) => sum + line.payable, 0)
}

const NOTHING = { contractual: 0, patient: 0, denied: 0, reason: '' }

function cutsOf({ fate }: VisayasClaim, charge: number, isFirst: boolean, isLast: boolean): typeof NOTHING {
  switch (fate) {
    case 'pay-less-contract':
      return isFirst ? { ...NOTHING, contractual: share(charge, 10), reason: 'SCHEDULE' } : NOTHING
    case 'deny':
      return { ...NOTHING, denied: charge, reason: 'NOT-NECESSARY' }
    case 'pay-part':
      // A claim of one line is paid by half, so that it is partial too.
      if (isFirst && isLast)
        return { ...NOTHING, patient: share(charge, 10), denied: share(charge, 40), reason: 'LIMIT' }
      if (isLast) return { ...NOTHING, denied: charge, reason: 'NOT-COVERED' }
      return isFirst ? { ...NOTHING, patient: share(charge, 10), reason: 'COPAY' } : NOTHING
    case 'pay':
    case 'halves':
    case 'overpay':
    case 'silent':
    case 'return':
    case 'void':
      return NOTHING
  }
}

function share(amount: number, percent: number): number {
  return Math.floor((amount * percent) / 100)
}
