import { scenarioOf } from '../scenarios.ts'
import type { SummitBook, SummitClaim, SummitFate } from './bookTypes.ts'
import type { X12Claim } from './x12/readClaim.ts'

/**
 * By the member's scenario; the bytes themselves come first: a wrong total or a wrong reference is
 * rejected whatever was meant to happen.
 */
export function fateOf(book: SummitBook, claim: X12Claim, original: SummitClaim | undefined): SummitFate {
  const scenario = scenarioOf(claim.memberId)
  if (claim.lines.reduce((sum, line) => sum + line.charge, 0) !== claim.total) return 'reject-total'
  if (scenario === 'SI') return 'silent'
  if (claim.frequency !== '1' && !original) return 'reject-reference'
  if (claim.frequency === '8') return 'void'
  if (claim.frequency === '7') return 'pay'
  switch (scenario) {
    case 'PF':
      return 'pay-less-contract'
    case 'PP':
      return 'pay-part'
    case 'FR':
      return [...book.claims.values()].some((each) => each.memberId === claim.memberId) ? 'pay' : 'reject-member'
    case 'DR':
      return 'deny'
    case 'SL':
    case 'HP':
    case 'DQ':
      return 'pay'
    case 'TP':
      return 'halves'
    case 'OP':
      return 'twice'
  }
}

/**
 * The claim of the same member that REF*F8 names; one that was never taken into adjudication can't
 * be corrected.
 */
export function originalOf(book: SummitBook, claim: X12Claim): SummitClaim | undefined {
  if (claim.frequency === '1' || claim.originalReference === null) return undefined
  const named = book.byNumber(claim.originalReference)
  return named && named.memberId === claim.memberId && !named.fate.startsWith('reject') ? named : undefined
}
