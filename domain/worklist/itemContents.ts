import type { ClaimStatus } from '../claim.ts'
import type { Fact, MemberPart } from '../claims/claimEvents.ts'
import type { DeadlineKind } from '../claims/escalation.ts'
import type { CollectFailure } from '../inbox/collectFailure.ts'
import type { MarkName } from '../inbox/evidence.ts'
import type { Reason } from '../words/reasons.ts'
import type { ClaimDuty } from './unattendedWork.ts'

/**
 * Who is asked: the billing staff, the organisation's owner, or the operator, who runs the
 * deployment.
 */
export const ITEM_ROLES = ['billing', 'owner', 'operator'] as const

export type ItemRole = (typeof ITEM_ROLES)[number]

interface OfClaim {
  claimId: string
}

interface OfConnection {
  connectionId: string
}

interface OfRemittanceLine {
  remittanceId: string
  sequence: number
}

interface Named {
  claimNumber: string
}

/** `provider`: the HMO's name. */
interface WithProvider {
  provider: string
}

/** Why the provider turned it down: said in our words with its codes, never in its free text. */
interface WithReasons extends Named {
  reasons: Reason[]
  currency: string
}

/** `codes`: the provider's codes, never its free text, which may name a patient. */
interface WithCodes extends Named {
  codes: string
}

/** A payment as people know it: number, amount with its currency, day (YYYY-MM-DD). */
interface PaymentWords {
  traceNumber: string
  money: string
  paidOn: string
}

/**
 * A payment that may be the same money as those `beside`; the first differences in words, and how
 * many more there are.
 */
interface HeldWords extends PaymentWords {
  beside: PaymentWords[]
  differences: string[]
  more: number
}

/**
 * What each kind of worklist item is about. `ids` make its cause: one open item per cause. `words`
 * make its sentence; no patient data, no words of a provider or a decoder.
 */
export interface ItemContents {
  stalled: { ids: OfClaim; words: Named & { deadline: DeadlineKind } }
  'stalled-owner': { ids: OfClaim; words: Named & { deadline: DeadlineKind } }
  'workflow-silent': { ids: OfClaim; words: Named & { duty: ClaimDuty } }
  'batch-silent': { ids: { interchangeId: string }; words: WithProvider }
  'inbox-silent': { ids: OfConnection; words: WithProvider }
  'delivery-unknown': { ids: OfClaim; words: Named & WithProvider }
  'address-changed': { ids: OfClaim; words: Named & WithProvider & { before: string; after: string } }
  'delivery-held': { ids: OfClaim; words: Named & WithProvider }
  'to-file': { ids: OfClaim & { interchangeId: string }; words: Named & WithProvider }
  'provider-does-not-know': { ids: OfClaim; words: Named }
  'documents-requested': { ids: OfClaim; words: Named & { documents: string[] } }
  'claim-rejected': { ids: OfClaim; words: WithReasons & { by: 'front_end' | 'delivery' } }
  'claim-denied': { ids: OfClaim; words: WithReasons }
  'lines-denied': { ids: OfClaim; words: WithReasons }
  /** `left`: an amount with its currency; `second`: the HMO that pays after. */
  'second-hmo': { ids: OfClaim; words: Named & { second: string; left: string } }
  'first-decision-changed': { ids: OfClaim; words: Named & { second: string; secondNumber: string } }
  overpaid: { ids: OfClaim; words: Named & { closed: 'cancelled' | 'replaced' | null } }
  'void-refused': { ids: OfClaim; words: WithCodes }
  'unknown-notice': { ids: OfClaim; words: WithCodes }
  'notice-conflict': {
    ids: OfClaim & { fact: Fact['type'] }
    words: Named & { fact: Fact['type']; status: ClaimStatus }
  }
  'decision-conflict': { ids: OfClaim; words: Named & { saidAt: string; inForceSince: string; status: ClaimStatus } }
  'money-on-ended-claim': {
    ids: OfClaim
    words: Named & { traceNumber: string | null; status: ClaimStatus | 'replaced' }
  }
  /** `money` is an amount with its currency. */
  'visit-cancelled': { ids: { visitId: string }; words: { visitOn: string; money: string } }
  'patient-refund': { ids: { visitId: string }; words: { visitOn: string; money: string } }
  'filing-limit': {
    ids: { subjectId: string; days: number }
    words: WithProvider & { lastDay: string; of: { draft: string } | { visitOn: string } }
  }
  'submit-refused': { ids: OfClaim; words: Named & { reasons: string[] } }
  'submit-fails': { ids: OfClaim; words: Named & { failures: number } }
  'open-fails': { ids: OfClaim; words: Named & { failures: number } }
  'notice-held': { ids: { noticeId: string }; words: Named & { failures: number; of: 'notice' | 'cancel' } }
  'unmatched-notice': {
    ids: { documentId: string; sequence: number }
    /** `about`: a number by which people look for a claim, or that there is none. */
    words: WithProvider & { about: string }
  }
  'match-in-doubt': {
    ids: { heldId: string }
    /**
     * `about`: a number by which people look for a claim. `claimNumber` null: it may be several.
     */
    words: WithProvider & {
      what: 'notice' | 'remittance'
      traceNumber: string | null
      about: string
      claimNumber: string | null
      against: MarkName[]
    }
  }
  'charge-differs': {
    ids: OfClaim & { remittanceId: string }
    /** Amounts with their currency; `added`: codes that we did not claim. */
    words: Named & { traceNumber: string; theirs: string; ours: string; added: string[] }
  }
  'lines-unclear': { ids: OfClaim; words: Named & { traceNumber: string } }
  'member-corrected': { ids: OfClaim; words: Named & WithProvider & { changed: MemberPart[] } }
  'unreadable-document': { ids: { documentId: string }; words: WithProvider & { because: string } }
  'authorisation-answered': {
    ids: OfConnection & { number: string; requestId: string }
    words: WithProvider & { requestId: string } & (
        | { granted: true; number: string; validFrom: string; validUntil: string; limit: string | null }
        | { granted: false; codes: string }
      )
  }
  'collecting-fails': {
    ids: OfConnection
    words: WithProvider & { mode: 'test' | 'production'; cause: CollectFailure; failures: number }
  }
  'provider-unreachable': { ids: OfConnection; words: WithProvider }
  'connection-stopped': { ids: OfConnection; words: WithProvider & { because: string } }
  'sending-frozen': { ids: { freezeId: string }; words: { providers: string[]; reason: string } }
  /** `since`: until when the backup reaches, ISO 8601 UTC. */
  'restored-drafts': { ids: { freezeId: string }; words: { drafts: number; since: string } }
  'connection-unusable': { ids: OfConnection; words: WithProvider }
  'remittance-quarantined': {
    ids: { remittanceId: string }
    /** `difference` is an amount with its currency. */
    words: { traceNumber: string; rule: string; where: string; difference: string | null }
  }
  'remittance-other-body': { ids: { remittanceId: string }; words: HeldWords }
  'remittance-keyed-before': { ids: { remittanceId: string }; words: HeldWords }
  'remittance-reads-otherwise': { ids: { remittanceId: string }; words: { traceNumber: string } }
  'remittance-same-trace': { ids: OfConnection & { traceNumber: string }; words: { traceNumber: string } }
  suspense: {
    ids: OfRemittanceLine
    /** `claimNumber`, `paidBefore`: of a line that is held with its claim known. */
    words: {
      traceNumber: string
      money: string
      reference: string | null
      why: 'no-claim' | 'never-posted' | 'decided-before'
      claimNumber: string | null
      paidBefore: string | null
    }
  }
  'reversal-differs': { ids: OfClaim & { remittanceId: string }; words: Named & { traceNumber: string } }
  'patient-balance': {
    ids: OfClaim & { remittanceId: string }
    /** `says`: the claim's own figure; `adds`: what the reasons add up to. */
    words: Named & { traceNumber: string; says: string; adds: string }
  }
  'other-payer-first': { ids: OfClaim; words: Named }
  'duplicate-denial': { ids: OfClaim; words: Named }
  'bank-difference': {
    ids: { remittanceId: string }
    words: { traceNumber: string; received: string; expected: string; missing: string | null; surplus: string | null }
  }
}

export type Kind = keyof ItemContents
export type IdsOf<K extends Kind> = ItemContents[K]['ids']
export type WordsOf<K extends Kind> = ItemContents[K]['words']

/** One cause: a kind with the ids that it is about. */
export type Cause<K extends Kind = Kind> = { [P in K]: { kind: P; ids: IdsOf<P> } }[K]

/** One item: a cause with what its sentence needs. */
export type Item<K extends Kind = Kind> = { [P in K]: { kind: P; ids: IdsOf<P>; words: WordsOf<P> } }[K]
