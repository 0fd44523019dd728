import type { Minor } from '../amounts.ts'
import type { ClaimStatus, RejectedAt } from '../claim.ts'

/** The HMO that pays before another for one service, and how far its claim is. */
export interface PayerBefore {
  name: string
  /** Null: nothing of the service was claimed from it. */
  claim: {
    claimNumber: string
    status: ClaimStatus
    rejectedAt: RejectedAt | null
    /** It said of this very line what it pays. */
    lineDecided: boolean
    /** What it leaves of the line for another payer. */
    left: Minor
  } | null
}

/**
 * `first`: nobody pays before this HMO. `second`: the one before has decided and left something.
 * `waits`: it has not. `nothing-left`: it paid, or its contract gave up, all of the service.
 */
export type PayerTurn = { kind: 'first' } | { kind: 'second' } | { kind: 'waits' | 'nothing-left'; because: string }

/** Whether a service may be claimed from an HMO, when another one may pay before it. */
export function payerTurn(before: PayerBefore | null): PayerTurn {
  if (before === null) return { kind: 'first' }
  const { name, claim } = before
  if (claim === null) return { kind: 'waits', because: `${name} pays first, and nothing was claimed from it yet` }
  if (!isAdjudicated(claim) || !claim.lineDecided)
    return { kind: 'waits', because: `${name} pays first and has not decided claim ${claim.claimNumber} yet` }
  if (claim.left <= 0)
    return { kind: 'nothing-left', because: `${name} left nothing of it by claim ${claim.claimNumber}` }
  return { kind: 'second' }
}

/** A rejection at the front end decides nothing: the claim is corrected and sent again. */
export function isAdjudicated({ status, rejectedAt }: { status: ClaimStatus; rejectedAt: RejectedAt | null }): boolean {
  return status === 'APPROVED' || status === 'PARTIAL' || (status === 'REJECTED' && rejectedAt !== 'front_end')
}

/** A line of the claim to the second HMO, as the check sees it. */
export interface OrderedLine {
  lineNumber: number
  code: string
  charge: Minor
  before: PayerBefore | null
  /** What was charged to the first HMO for the same service; null while it has not decided. */
  firstCharge: Minor | null
}

/** One thing that is wrong before a claim to the second HMO may leave: a submit problem. */
interface OrderProblem {
  type: 'other-hmo-first' | 'nothing-left' | 'differs-from-first'
  detail: string
  lineNumber: number
}

/**
 * What keeps a claim to the second HMO from leaving. A person may say that it does not wait, with a
 * reason; then only what the first HMO has decided must fit.
 */
export function orderProblems(lines: OrderedLine[], waived: boolean): OrderProblem[] {
  return lines.flatMap((line) => lineProblems(line, waived))
}

function lineProblems({ lineNumber, code, charge, before, firstCharge }: OrderedLine, waived: boolean): OrderProblem[] {
  const turn = payerTurn(before)
  const problem = (type: OrderProblem['type'], detail: string) => [
    { type, detail: `${detail} (line ${lineNumber})`, lineNumber },
  ]
  switch (turn.kind) {
    case 'first':
      return []
    case 'waits':
      return waived ? [] : problem('other-hmo-first', turn.because)
    case 'nothing-left':
      return waived ? [] : problem('nothing-left', turn.because)
    case 'second':
      return firstCharge === null || firstCharge === charge
        ? []
        : problem(
            'differs-from-first',
            `${code} was claimed from ${before?.name ?? 'the first HMO'} with another amount: claim the same from both`,
          )
  }
}
