import type { Minor } from '../amounts.ts'
import type { ClaimStatus, PaymentStatus, Reference, RejectedAt, Said } from '../claim.ts'
import type { LineDecision, LineSettlement } from '../money/lineDecision.ts'
import type { Awaited } from './claimState.ts'
import type { DeadlineKind, Level } from './escalation.ts'

/** Facts that a provider states about one claim. An adapter may report these and nothing else. */
export type ProviderFact =
  | { type: 'forwarded' }
  | { type: 'received' }
  | { type: 'in_review' }
  | { type: 'documents_requested'; documents: string[] }
  | { type: 'rejected_front_end' }
  /**
   * `lines` may be empty when the provider decides the claim as a whole: then `outcome` holds for
   * every line; `partial` says that some were denied or reduced, and not which. `posted`: the
   * ledger has the amounts already, by the remittance that states the decision. `otherPayerFirst`:
   * with `outcome` denied, another payer must be billed before.
   */
  | {
      type: 'decided'
      outcome?: 'approved' | 'partial' | 'denied'
      lines: LineDecision[]
      posted?: true
      otherPayerFirst?: true
    }
  /** Refused as a second copy of what the provider has: it says nothing of the first. */
  | { type: 'duplicate_denial' }
  /** An inquiry found no such claim. A result, never a state. */
  | { type: 'not_found' }
  /** An inquiry itself failed. Never a claim state. */
  | { type: 'inquiry_failed' }
  /** Anything that we cannot classify: the state stays, a person looks. */
  | { type: 'other' }
  /** The provider knows the member otherwise than we do; what it says is in `said`. */
  | { type: 'member_corrected'; changed: MemberPart[] }

/** Facts about delivery, money and people, which the hub states itself. */
export type OwnFact =
  | { type: 'submitted' }
  | { type: 'sent' }
  /** Its interchange waits. `until`: ISO 8601 UTC, when it leaves. */
  | { type: 'waits'; for: Awaited; until?: string }
  | { type: 'delivery_unknown'; because: string }
  | { type: 'delivery_refused' }
  /** The provider has the papers that it asked for. */
  | { type: 'documents_sent' }
  /** A person asked the provider about an unknown sending: they do not have it. */
  | { type: 'not_arrived' }
  | {
      type: 'money_posted'
      payment: PaymentStatus
      paid: Minor
      openAmount: Minor
      deniedAmount: Minor
      reversal: boolean
    }
  /**
   * `rejectedAt`: which of the two a rejection was. `followUpAt`: ISO 8601 UTC, the start of the
   * day on which the staff wants to see the claim again.
   */
  | {
      type: 'status_by_hand'
      status: ClaimStatus
      lines: LineDecision[]
      rejectedAt?: RejectedAt
      followUpAt?: string
    }
  | { type: 'line_settled'; lineNumber: number; action: LineSettlement; amount: Minor }
  /** The void is on its way to the provider, whose answer is still awaited. */
  | { type: 'void_sent' }
  | { type: 'cancelled'; voided: boolean }
  | { type: 'replaced'; byClaimId: string }
  /** What came under this claim's number is recorded on the claim that replaced it. */
  | { type: 'answered_on_successor'; byClaimId: string }
  | { type: 'deadline_passed'; deadline: DeadlineKind; level: Level }
  | { type: 'asked' }
  /** A person took an act back: what `act` names counts no more, and what was before it is back. */
  | { type: 'undone'; act: string; what: UndoneWhat }

/** The acts of people that can be undone. */
export type UndoneWhat =
  | 'status'
  | 'settlement'
  | 'payment'
  | 'remittance'
  | 'allocation'
  | 'refund'
  | 'offset'
  | 'credit'
  | 'transfer'

/** What of a member a provider corrects. */
export type MemberPart = 'name' | 'birth-date' | 'member-id'

export type Fact = ProviderFact | OwnFact

/** A fact with its time, source and the provider's own words: one row of the claim's timeline. */
export interface ClaimEvent {
  fact: Fact
  /**
   * ISO 8601 UTC: when it happened, by the source of the fact; falls back to when we learned of it.
   */
  at: string
  said: Said[]
  references: Reference[]
}
