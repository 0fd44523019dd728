import type { DeliveryState } from '../claim.ts'

/**
 * How we know of a delivery: each proof with the states in which it may stand. Code decides by the
 * proof; the sentence beside them (`because`) is for people. Null: nothing is known yet, for
 * nothing was tried.
 */
export const PROOF_STATES = {
  /**
   * Our own attempt ended well: the provider's answer took it, or its server has the file or mail.
   */
  taken: ['SENT'],
  /** A look at the provider's side found it. */
  found: ['SENT'],
  /** The provider spoke of the claim (or the inquiry) later. */
  acknowledged: ['SENT'],
  /** Filed elsewhere and imported: we sent nothing. */
  filed_elsewhere: ['SENT'],
  /** A person asked the provider, and says that it is there or that it is not. */
  said_by_person: ['SENT', 'RESEND'],
  /** The attempt ended without an answer after bytes may have left. */
  no_answer: ['UNKNOWN', 'REFUSED'],
  /** The sender died or lost its time while sending. */
  sender_died: ['UNKNOWN', 'REFUSED'],
  /** It may have left after the backup that this database was restored from. */
  restored: ['UNKNOWN'],
  /**
   * Of several messages some were taken and one was refused: the provider has a part, and a person
   * must ask. No key settles that.
   */
  partly_refused: ['UNKNOWN'],
  /**
   * The provider said once that it does not have it; its own lag may explain that (failure E12).
   */
  not_there_once: ['UNKNOWN'],
  /** The last look showed nothing either way. */
  nothing_seen: ['UNKNOWN'],
  /** It is certainly not there: seen by ourselves, or said by the provider twice in a row. */
  not_there: ['RESEND'],
  /** The attempt ended before anything left. */
  not_sent: ['READY'],
  /** The adapter cannot write it: nothing left. */
  unwritable: ['READY'],
  /** The provider's answer, or its server, refused it. */
  refused: ['REFUSED'],
  /** It was sent, and came back undelivered. */
  came_back: ['REFUSED'],
  /** We stopped it before anything left. */
  recalled: ['REFUSED'],
} as const satisfies Record<string, readonly DeliveryState[]>

export type DeliveryProof = keyof typeof PROOF_STATES
export const DELIVERY_PROOFS = Object.keys(PROOF_STATES) as DeliveryProof[]

/**
 * What a look at the provider's side shows. `absent`: certainly not there (its folder, seen by
 * ourselves). `not_found`: the provider says that it does not have it, which its own lag may
 * explain. `nobody_knows`: anything else, also a look that failed.
 */
export type LookResult = 'there' | 'absent' | 'not_found' | 'nobody_knows'

/** What a look that settled nothing showed of a message. */
export type LookProof = 'not_there_once' | 'nothing_seen'

/** What an adapter declares about sending the same thing again. */
interface RepeatRules {
  /** How long the provider remembers an idempotency key; 0: it knows none. */
  keyWindowHours: number
  /** The provider itself knows a second one with our number, and drops it. */
  dedupes: boolean
  unknownPolicy: 'resend' | 'hold'
}

/** The provider forgets a key after its window; an hour before that we stop relying on it. */
const KEY_MARGIN_HOURS = 1

/**
 * True when the same key and bytes again make no second effect, because the provider still
 * remembers the key. `ageMs`: since the first byte may have left. Past the window it must be looked
 * up (failure B15).
 */
export function isSafeToRepeat(
  proof: DeliveryProof | null,
  ageMs: number,
  rules: Omit<RepeatRules, 'dedupes'>,
): boolean {
  if (rules.keyWindowHours === 0 || rules.unknownPolicy !== 'resend' || proof === 'partly_refused') return false
  return ageMs < (rules.keyWindowHours - KEY_MARGIN_HOURS) * 3_600_000
}

/**
 * What a look that found a message nowhere proves of it, after what the last look showed;
 * `not_there` means that it may be sent again. A provider may still take what it has denied twice
 * (failure B6): where nothing there stops a second one, a person decides.
 */
export function proofOfLook(
  before: LookProof | null,
  found: Exclude<LookResult, 'there'>,
  rules: Omit<RepeatRules, 'keyWindowHours'>,
): 'not_there' | LookProof {
  switch (found) {
    case 'absent':
      return 'not_there'
    case 'not_found':
      // A denial is believed when the next look says the same, and only where sending again is
      // allowed.
      return before === 'not_there_once' && rules.unknownPolicy === 'resend' && rules.dedupes
        ? 'not_there'
        : 'not_there_once'
    case 'nobody_knows':
      return 'nothing_seen'
  }
}
