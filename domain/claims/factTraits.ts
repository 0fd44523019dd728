import type { Fact } from './claimEvents.ts'

interface FactTraits {
  /** The ledger may have to be posted to when the fact is recorded. */
  movesMoney: boolean
  /**
   * The kind of sending that has arrived when a notice states the fact; null: none is proved by it.
   */
  arrived: 'void' | 'supplement' | null
}

const NOTHING: FactTraits = { movesMoney: false, arrived: null }
const MONEY: FactTraits = { movesMoney: true, arrived: null }

/**
 * What each fact means outside the claim's own state machine. One row per fact: a new fact does not
 * compile until it has a row here.
 */
const FACT_TRAITS = {
  forwarded: NOTHING,
  received: NOTHING,
  in_review: NOTHING,
  documents_requested: NOTHING,
  rejected_front_end: NOTHING,
  decided: MONEY,
  duplicate_denial: NOTHING,
  not_found: NOTHING,
  inquiry_failed: NOTHING,
  other: NOTHING,
  member_corrected: NOTHING,
  submitted: NOTHING,
  sent: NOTHING,
  waits: NOTHING,
  delivery_unknown: NOTHING,
  delivery_refused: NOTHING,
  documents_sent: { movesMoney: false, arrived: 'supplement' },
  not_arrived: NOTHING,
  // The ledger has these amounts already: the fact is read from it.
  money_posted: NOTHING,
  status_by_hand: MONEY,
  line_settled: MONEY,
  void_sent: { movesMoney: false, arrived: 'void' },
  cancelled: { movesMoney: true, arrived: 'void' },
  replaced: MONEY,
  answered_on_successor: NOTHING,
  deadline_passed: NOTHING,
  asked: NOTHING,
  // It is reversed in the ledger before the fact is recorded.
  undone: NOTHING,
} satisfies Record<Fact['type'], FactTraits>

export function traitsOf(fact: Fact): FactTraits {
  return FACT_TRAITS[fact.type]
}
