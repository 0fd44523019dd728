import type { ClaimStatus, RejectedAt } from '../claim.ts'
import type { Fact } from '../claims/claimEvents.ts'
import type { ClaimState } from '../claims/claimState.ts'
import type { Deadline } from '../claims/deadlines.ts'
import type { Kind, WordsOf } from '../worklist/itemContents.ts'
import type { Reason } from './reasons.ts'

/** Where and for whom a sentence is said: days are the clinic's, amounts the claim's. */
export interface Setting {
  provider: string
  currency: string
  /** IANA zone of the clinic. */
  zone: string
}

/** How a person learned what the provider said. */
export interface Contact {
  channel: string
  /** The provider's person or page. */
  saidBy: string | null
}

/** Who said what stands now. */
export type Source =
  | { by: 'provider' /** The kind of document, such as 277CA; null: unknown. */; document: string | null }
  | { by: 'person'; actor: string; contact: Contact | null }
  | { by: 'hub' }

/** What a claim is, who said so, and when (ISO 8601 UTC). */
export interface SpokenStatus {
  status: ClaimStatus
  rejectedAt: RejectedAt | null
  source: Source
  at: string
}

/** An entry of a claim's timeline, as its sentence needs it. */
export interface Told<F extends Fact = Fact> {
  fact: F
  source: Source
  at: string
  /** What a person stated beside the fact. */
  act: Record<string, unknown> | null
}

/**
 * Every sentence that the product says of a claim, in one language. No patient data in any of them.
 * A language that misses one does not compile.
 */
export interface Sentences {
  /** 24 Nov 2026 */
  day(instant: string, zone: string): string
  /** What the claim is, who said it and when. */
  statement(statement: SpokenStatus, setting: Setting): string
  /** Since when the provider has not been heard of; `at` is null when it never was. */
  noContactSince(at: string | null, setting: Setting): string
  /**
   * One reason: line, amount, what is wrong or what to do, the codes beside. Without the provider's
   * own words, which may name a patient.
   */
  reason(reason: Reason, setting: Pick<Setting, 'currency'>): string
  /** Several of them after a colon. */
  reasons(reasons: readonly Reason[], setting: Pick<Setting, 'currency'>): string
  /** A document that left or came in, by its name. */
  document(document: { direction: 'out' | 'in'; name: string; at: string }, setting: Setting): string
  /** Something that waited for a person, and how it ended. */
  attention(item: { because: string; closedBecause: string | null }): string
  /** What a notice of each kind is called within a sentence. */
  facts: Record<Fact['type'], string>
  /**
   * What a claim waits for, for a person: Temporal UI, console, phone. Days are those of the
   * clinic's zone.
   */
  waitingFor(state: ClaimState, deadline: Deadline | null, setting: Pick<Setting, 'provider' | 'zone'>): string
  /** What a draft waits for whose submission was accepted. */
  toBeTakenUp: string
  /** One per kind of worklist item: what happened, for a stranger, and who does what now. */
  items: { [K in Kind]: { sentence(words: WordsOf<K>): string; nextMove: string } }
  /** One per fact: what happened. */
  told: { [T in Fact['type']]: (told: Told<Extract<Fact, { type: T }>>, setting: Setting) => string }
}
