import type { Fact, UndoneWhat } from '../claimEvents.ts'
import type { Effect } from '../step.ts'

/**
 * Whether a later event stands on what a person said: a decision on the one before, what becomes of
 * a line on its denial, a correction on all of it. `about` is what is to be undone.
 */
export function eventStandsOn(later: { fact: Fact; effect: Effect }, about: Fact): boolean {
  const { fact, effect } = later
  if (effect !== 'applied' && effect !== 'conflict') return false
  switch (fact.type) {
    case 'replaced':
    case 'cancelled':
      return true
    case 'decided':
    case 'status_by_hand':
      return about.type === 'status_by_hand' || speaksOf(fact, about)
    case 'line_settled':
      return about.type === 'status_by_hand' || (about.type === 'line_settled' && about.lineNumber === fact.lineNumber)
    default:
      return false
  }
}

/** A decision of other lines leaves what a person made of this one. */
function speaksOf({ lines }: { lines: { lineNumber: number }[] }, about: Fact): boolean {
  if (about.type !== 'line_settled') return false
  return lines.length === 0 || lines.some(({ lineNumber }) => lineNumber === about.lineNumber)
}

/** What kind of act an event is part of; null for what no person did, or what can't be undone. */
export function undoableAct(fact: Fact, act: Record<string, unknown> | null): UndoneWhat | null {
  if (fact.type === 'status_by_hand') return act?.['imported'] === true ? null : 'status'
  if (fact.type === 'line_settled') return act?.['kind'] === 'settlement' ? 'settlement' : null
  if (act?.['kind'] === 'settlement') return 'settlement'
  switch (act?.['act']) {
    case 'payment':
      return 'payment'
    case 'allocate-suspense':
      return 'allocation'
    case 'refund':
    case 'offset':
    case 'credit':
    case 'transfer':
      return act['act']
    default:
      return null
  }
}
