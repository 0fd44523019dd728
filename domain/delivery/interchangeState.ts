import { DELIVERY_STATES, type DeliveryState } from '../claim.ts'
import type { DeliveryProof } from './deliveryProof.ts'

/** One legal move of an interchange. */
interface MoveRule {
  from: readonly DeliveryState[]
  to: DeliveryState
  /**
   * What the mover must find of the lease: `free` nobody holds it, and the mover takes it; `held`
   * it is the mover's own (its fencing number is still the interchange's); `expired` its time is
   * up. Absent: the move does not ask.
   */
  lease?: 'free' | 'held' | 'expired'
  /**
   * `in-batch` it waits for its cut-off; `left` it is no batch of which nothing has left; `inquiry`
   * it asks, it carries no claim.
   */
  only?: 'in-batch' | 'left' | 'inquiry'
  /**
   * What may be known of the delivery after the move; empty: the move proves nothing, and what was
   * known stays.
   */
  proofs: readonly DeliveryProof[]
}

/**
 * The closed list of what may happen to an interchange (docs/architecture.md, "Bytes leave once").
 * The one place that says from where to where; the SQL that moves an interchange is made from it.
 */
export const MOVES = {
  // A sender takes it, and says how the attempt ended while its lease is still its own.
  lease: { from: ['READY', 'RESEND'], to: 'SENDING', lease: 'free', proofs: [] },
  // Only where sending the same again is safe: see isSafeToRepeat.
  'lease-from-unknown': { from: ['UNKNOWN'], to: 'SENDING', lease: 'free', proofs: [] },
  'finish-sent': { from: ['SENDING'], to: 'SENT', lease: 'held', proofs: ['taken'] },
  // An inquiry that gets no answer has ended as well: the next one asks again.
  'finish-refused': { from: ['SENDING'], to: 'REFUSED', lease: 'held', proofs: ['refused', 'no_answer'] },
  'finish-unknown': { from: ['SENDING'], to: 'UNKNOWN', lease: 'held', proofs: ['no_answer', 'partly_refused'] },
  'finish-not-sent': { from: ['SENDING'], to: 'READY', lease: 'held', proofs: ['not_sent', 'unwritable'] },
  // This attempt did not leave, an earlier one may have: what is known of that one stays.
  'finish-not-repeated': { from: ['SENDING'], to: 'UNKNOWN', lease: 'held', proofs: [] },
  'finish-by-hand': { from: ['SENDING'], to: 'WAITING', lease: 'held', proofs: [] },
  expire: { from: ['SENDING'], to: 'UNKNOWN', lease: 'expired', proofs: ['sender_died'] },
  'abandon-inquiry': { from: ['SENDING'], to: 'REFUSED', lease: 'expired', only: 'inquiry', proofs: ['sender_died'] },
  // Proof that it is there outweighs a person who says that it is not.
  'resolve-sent': { from: ['UNKNOWN', 'RESEND'], to: 'SENT', proofs: ['found', 'said_by_person'] },
  // It may have left in the time between the backup and the restore.
  'doubt-after-restore': {
    from: ['WAITING', 'READY', 'SENDING', 'RESEND'],
    to: 'UNKNOWN',
    proofs: ['restored'],
  },
  'resolve-resend': { from: ['UNKNOWN'], to: 'RESEND', proofs: ['not_there', 'said_by_person'] },
  'resolve-unknown': {
    from: ['UNKNOWN'],
    to: 'UNKNOWN',
    proofs: ['partly_refused', 'not_there_once', 'nothing_seen'],
  },
  // What the provider says elsewhere outweighs what our own sender found out.
  arrive: {
    from: ['WAITING', 'READY', 'SENDING', 'UNKNOWN', 'RESEND'],
    to: 'SENT',
    only: 'left',
    proofs: ['acknowledged'],
  },
  'come-back': { from: ['SENT', 'UNKNOWN'], to: 'REFUSED', proofs: ['came_back'] },
  'accept-inquiry': { from: ['SENDING', 'SENT'], to: 'SENT', only: 'inquiry', proofs: ['acknowledged'] },
  'reject-inquiry': { from: ['SENDING', 'SENT'], to: 'REFUSED', only: 'inquiry', proofs: ['refused'] },
  // Nothing of it is sent by us: the claim came to the provider another way, or was filed before it
  // was known here.
  'arrive-otherwise': { from: ['READY'], to: 'SENT', proofs: ['acknowledged', 'filed_elsewhere'] },
  recall: { from: ['WAITING', 'READY', 'SENDING', 'UNKNOWN', 'RESEND'], to: 'REFUSED', proofs: ['recalled'] },
  'close-batch': { from: ['WAITING'], to: 'READY', only: 'in-batch', proofs: [] },
  // Its cut-off is brought forward to now.
  hurry: { from: ['WAITING'], to: 'WAITING', only: 'in-batch', proofs: [] },
} as const satisfies Record<string, MoveRule>

export type Move = keyof typeof MOVES
export type ProofOf<M extends Move> = (typeof MOVES)[M]['proofs'][number]

/** The rule of a move, without the exact types of its proofs. */
export const ruleOf = (name: Move): MoveRule => MOVES[name]

/**
 * Where the move leads from this state. What it asks of lease and batch besides is decided where
 * the row is locked.
 */
export function move(state: DeliveryState, name: Move): DeliveryState | 'illegal' {
  const { from, to } = ruleOf(name)
  return from.includes(state) ? to : 'illegal'
}

/** States in which nothing more happens to an interchange by itself. */
export const SETTLED: readonly DeliveryState[] = ['SENT', 'REFUSED']
export const UNSETTLED: readonly DeliveryState[] = DELIVERY_STATES.filter((state) => !SETTLED.includes(state))

/** The provider has it, or may have it: its answer may come. */
export const MAY_BE_THERE: readonly DeliveryState[] = ['SENDING', 'SENT', 'UNKNOWN']

export function isSettled(state: DeliveryState | null): boolean {
  return state !== null && SETTLED.includes(state)
}

/** A sender may take it now. */
export function isSendable(state: DeliveryState): boolean {
  return move(state, 'lease') !== 'illegal'
}

/**
 * What tells a batch that waits for its cut-off from a packet that waits for a person: nobody has
 * ever taken it.
 */
export interface InterchangeStanding {
  state: DeliveryState
  attempt: number
  leavesAt: Date | null
}

export function waitsForCutOff({ state, attempt, leavesAt }: InterchangeStanding): boolean {
  return state === 'WAITING' && attempt === 0 && leavesAt !== null
}

/** A person is to carry it to the provider, or has said that they did. */
export function isForPerson(state: DeliveryState): boolean {
  return state === 'WAITING' || state === 'SENT'
}

/** What is asked of a sending before a claim is cancelled. */
export interface CancelledTransmission {
  state: DeliveryState
  /** At least one of its messages is known to be at the provider. */
  begun: boolean
  /** A batch's dispatch carries it, not the claim's own workflow. */
  departs: boolean
  /** It waits for the cut-off of its batch. */
  inBatch: boolean
}

/**
 * True when no byte of it is at the provider and none can get there any more once it is recalled. A
 * batch that has been closed for its dispatch leaves as it is: from there on only a void takes a
 * claim back.
 */
export function nothingLeft({ state, begun, departs, inBatch }: CancelledTransmission): boolean {
  if (departs) return inBatch || (state === 'REFUSED' && !begun)
  switch (state) {
    case 'READY':
    case 'WAITING':
    case 'RESEND':
    case 'REFUSED':
      return !begun
    case 'SENDING':
    case 'SENT':
    case 'UNKNOWN':
      return false
  }
}

/**
 * True when the provider got it from us: not what was filed elsewhere and imported, nor what
 * reached it another way before it left.
 */
export function isRealTransmission({ state, attempt }: Pick<InterchangeStanding, 'state' | 'attempt'>): boolean {
  return state === 'SENT' && attempt > 0
}
