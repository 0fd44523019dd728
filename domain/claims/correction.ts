import { type Minor, sum } from '../amounts.ts'
import type { ClaimStatus, ClosedBecause, Purpose, RejectedAt } from '../claim.ts'
import type { Adjustment, LineDecision, LineSettlement } from '../money/lineDecision.ts'

/** What decides how a claim may be corrected. */
export interface CorrectedClaim {
  status: ClaimStatus
  rejectedAt: RejectedAt | null
  closed: ClosedBecause | null
  purpose: Purpose
  /** The provider's own claim number, if it ever gave one to this claim or its ancestors. */
  originalReference: string | null
}

export type Correction = { kind: 'purpose'; purpose: Purpose } | { kind: 'refused'; type: string; detail: string }

/**
 * Which purpose the corrected claim has. Never adjudicated (front end): the same purpose again, so
 * a new claim stays a new original. Adjudicated: a replacement, or an appeal if asked, and only one
 * that the provider can carry and that names its claim number.
 */
export function correctionOf(
  claim: CorrectedClaim,
  asked: 'replacement' | 'appeal' | null,
  provider: { name: string; purposes: readonly Purpose[] },
): Correction {
  const no = (type: string, detail: string): Correction => ({ kind: 'refused', type, detail })
  if (claim.closed === 'replaced')
    return no('already-resubmitted', 'the claim was replaced by a corrected claim already')
  switch (claim.status) {
    case 'DRAFT':
      return no('cannot-resubmit', 'the claim is a draft: change the draft itself')
    case 'CANCELLED':
      return no('cannot-resubmit', 'the claim is cancelled: make a new claim')
    case 'SUBMITTED':
    case 'RECEIVED':
    case 'IN_REVIEW':
      return no('cannot-resubmit', `the claim is ${claim.status}: wait for the decision, or cancel it first`)
    case 'REJECTED':
    case 'APPROVED':
    case 'PARTIAL':
      break
  }
  const frontEnd = claim.status === 'REJECTED' && claim.rejectedAt === 'front_end'
  if (frontEnd && asked !== null && claim.purpose === 'new') {
    return no('cannot-resubmit', `the claim was never adjudicated: it is corrected as a new original, not by ${asked}`)
  }
  const purpose = frontEnd ? (asked ?? claim.purpose) : (asked ?? 'replacement')
  if (!provider.purposes.includes(purpose)) {
    return no(
      'purpose-not-supported',
      `${provider.name} takes no ${purpose}: it can carry ${provider.purposes.join(', ')}`,
    )
  }
  if (purpose !== 'new' && claim.originalReference === null) {
    return no(
      'provider-reference-missing',
      `a ${purpose} must name the claim number of ${provider.name}, and none is known`,
    )
  }
  return { kind: 'purpose', purpose }
}

/** A line with what the provider decided of it; null where it said nothing of the line. */
export interface DecidedLine {
  lineNumber: number
  amount: Minor
  decision: LineDecision['outcome'] | null
  payable: Minor | null
  adjustments: Adjustment[] | null
  settlement: LineSettlement | null
}

/**
 * What an appeal of a claim that was paid in part is about: of each denied or reduced line the
 * amount that was refused, unless a person has billed it to the patient or written it off.
 */
export function disputedLines(lines: DecidedLine[]): { lineNumber: number; amount: Minor }[] {
  return lines
    .filter(({ decision }) => decision === 'denied' || decision === 'reduced')
    .filter(({ settlement }) => settlement === null || settlement === 'appeal')
    .map(({ lineNumber, amount, payable, adjustments }) => {
      const explained = (adjustments ?? []).filter(({ bucket }) => bucket !== 'denied')
      return { lineNumber, amount: amount - (payable ?? 0) - sum(explained.map((each) => each.amount)) }
    })
    .filter(({ amount }) => amount > 0)
}
