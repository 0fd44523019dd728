import type { Minor } from '../amounts.ts'
import type { ClaimStatus, ClosedBecause, DeliveryState, PaymentStatus, RejectedAt } from '../claim.ts'
import type { LineDecision, LineSettlement } from '../money/lineDecision.ts'

/**
 * What a sending in WAITING waits for: its batch's cut-off, a person who carries it, a connection
 * that somebody switched off or must mend, a provider that has been out of reach for long, or the
 * end of a freeze.
 */
export type Awaited = 'cut_off' | 'person' | 'connection' | 'provider' | 'freeze'

/** What is known of one line. */
export interface LineState {
  outcome: LineDecision['outcome']
  payable: Minor
  settlement?: LineSettlement
  /** When the provider decided it: an instant, or a day where no more was said. */
  saidAt?: string
  /** A person keyed it. */
  byHand?: true
  /** Another payer must be billed before this one pays. */
  otherPayerFirst?: true
}

/** All that the lifecycle knows of one claim. Instants are ISO 8601 UTC. */
export interface ClaimState {
  status: ClaimStatus
  rejectedAt: RejectedAt | null
  delivery: DeliveryState | null
  payment: PaymentStatus
  /**
   * Charge not yet explained by a payment or adjustment; from the ledger. Negative when overpaid.
   */
  openAmount: Minor
  /** Denied or reduced and not yet settled; from the ledger. */
  deniedAmount: Minor
  lineCount: number
  /** By line number as text (JSON keys are text). */
  lines: Record<string, LineState>
  closed: ClosedBecause | null
  forwarded: boolean
  documentsRequested: string[]
  submittedAt: string | null
  sentAt: string | null
  receivedAt: string | null
  documentsRequestedAt: string | null
  /** When the last papers that it asked for reached the provider. */
  documentsSentAt?: string
  decidedAt: string | null
  /** A decision that follows only from money in full; a provider's own decision replaces it. */
  decisionImplied: boolean
  followUpAt: string | null
  /** What an interchange in WAITING waits for; only meant while `delivery` is WAITING. */
  waits?: { for: Awaited; until?: string }
}

export const NEW_CLAIM: ClaimState = {
  status: 'DRAFT',
  rejectedAt: null,
  delivery: null,
  payment: 'UNPAID',
  openAmount: 0,
  deniedAmount: 0,
  lineCount: 0,
  lines: {},
  closed: null,
  forwarded: false,
  documentsRequested: [],
  submittedAt: null,
  sentAt: null,
  receivedAt: null,
  documentsRequestedAt: null,
  decidedAt: null,
  decisionImplied: false,
  followUpAt: null,
}

export function isDecided(state: Pick<ClaimState, 'status'>): boolean {
  return state.status === 'APPROVED' || state.status === 'PARTIAL' || state.status === 'REJECTED'
}

/**
 * Another payer must be billed before this one pays, and nobody has said yet what becomes of it:
 * the claim is open, whatever its ledger says (source: CARC 22).
 */
export function awaitsOtherPayer({ lines }: Pick<ClaimState, 'lines'>): boolean {
  return Object.values(lines).some((line) => line.otherPayerFirst === true && line.settlement === undefined)
}

/**
 * True when `to` lies before `from` on the claim's way: automatic events never go there, a person
 * needs a reason.
 */
export function isBackwards(from: ClaimStatus, to: ClaimStatus): boolean {
  return RANKS[to] < RANKS[from]
}

/** How far along its way a claim is; the three decisions are equally far. */
export function rank(state: Pick<ClaimState, 'status'>): number {
  return RANKS[state.status]
}

const RANKS: Record<ClaimStatus, number> = {
  DRAFT: 0,
  SUBMITTED: 1,
  RECEIVED: 2,
  IN_REVIEW: 3,
  APPROVED: 4,
  PARTIAL: 4,
  REJECTED: 4,
  CANCELLED: 5,
}
