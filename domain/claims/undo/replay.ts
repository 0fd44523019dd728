import { advance, withMoney } from '../advance.ts'
import type { ClaimEvent } from '../claimEvents.ts'
import { type ClaimState, NEW_CLAIM } from '../claimState.ts'
import type { Effect } from '../step.ts'

/** An event of the claim's timeline with the names of the acts that it is part of. */
export interface PastEvent {
  event: ClaimEvent
  acts: readonly string[]
}

export interface Replayed {
  state: ClaimState
  /** By place in the events: null for what is undone. */
  effects: (Effect | null)[]
  /** By place: lines of which something newer is known. */
  late: (readonly number[])[]
  /** By place: the claim before the event. */
  before: ClaimState[]
}

/**
 * The claim as it would be had nobody done what is undone: its events once more, in order, without
 * those. `money` is what the ledger says now; amounts in events behind the first undone one count
 * what was undone, so the ledger's take their place. What the hub knows of the sending is not a
 * person's to undo and stays as it is in `now`.
 */
export function replay(
  now: ClaimState,
  past: readonly PastEvent[],
  money: Pick<ClaimState, 'payment' | 'openAmount' | 'deniedAmount'> & { paid: number },
): Replayed {
  const undone = new Set(past.flatMap(({ event }) => (event.fact.type === 'undone' ? [event.fact.act] : [])))
  let state: ClaimState = { ...NEW_CLAIM, lineCount: now.lineCount }
  let afterUndone = false
  const effects: (Effect | null)[] = []
  const late: (readonly number[])[] = []
  const before: ClaimState[] = []
  for (const { event, acts } of past) {
    before.push(state)
    if (event.fact.type === 'undone' || acts.some((act) => undone.has(act))) {
      afterUndone = true
      effects.push(null)
      late.push([])
      continue
    }
    const { fact } = event
    const counted = fact.type === 'money_posted' && afterUndone ? { ...event, fact: { ...fact, ...money } } : event
    const next = advance(state, counted)
    effects.push(next.effect)
    late.push(next.late ?? [])
    state = next.state
  }
  const { delivery, sentAt, forwarded, waits } = now
  const sending = { delivery, sentAt, forwarded, ...(waits === undefined ? {} : { waits }) }
  return { state: withMoney({ ...state, ...sending }, money), effects, late, before }
}
