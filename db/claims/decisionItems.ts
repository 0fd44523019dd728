import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { type Reason, reasonsOf } from '../../domain/words/reasons.ts'
import { WORDS } from '../../domain/words/words.ts'
import type { Item } from '../../domain/worklist/itemContents.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'

/**
 * What a decision leaves to a person, whether it came by itself or was keyed: lines that nobody
 * pays, another payer, a second copy.
 */
export function decidedItems(claim: LockedClaim, event: ClaimEvent, state: ClaimState): Item[] {
  const { claimId, claimNumber } = claim
  const { fact } = event
  const ids = { claimId }
  const items: Item[] = []
  const copies =
    fact.type === 'decided' &&
    fact.lines.some(({ duplicate, lineNumber }) => duplicate === true && state.lines[lineNumber]?.outcome === 'pending')
  if (copies) items.push({ kind: 'duplicate-denial', ids, words: { claimNumber } })
  const refused = Object.values(state.lines).filter(({ outcome }) => outcome === 'denied' || outcome === 'reduced')
  const byOther = refused.filter(({ otherPayerFirst, settlement }) => otherPayerFirst && settlement === undefined)
  if (byOther.length > 0) items.push({ kind: 'other-payer-first', ids, words: { claimNumber } })
  if (byOther.length === refused.length && byOther.length > 0) return items
  const words = whyOf(claim, event)
  if (state.status === 'REJECTED' && state.rejectedAt === 'front_end')
    items.push({ kind: 'claim-rejected', ids, words: { ...words, by: 'front_end' } })
  else if (state.status === 'REJECTED') items.push({ kind: 'claim-denied', ids, words })
  if (state.status === 'PARTIAL') items.push({ kind: 'lines-denied', ids, words })
  return items
}

export function whyOf({ claimNumber, currency }: LockedClaim, { fact, said }: ClaimEvent) {
  const lines = fact.type === 'decided' || fact.type === 'status_by_hand' ? fact.lines : []
  return { claimNumber, currency, reasons: reasonsOf(lines, said) }
}

/** A decision that arrived later than a newer one, and differs from it. */
export function lateItem(
  { claimId, claimNumber, clinicZone }: LockedClaim,
  { event }: Pick<IncomingEvent, 'event'>,
  state: ClaimState,
): Item {
  const onDay = (instant: string) => WORDS.en.day(instant, clinicZone)
  const since = state.decidedAt ?? newestWord(state)
  const inForceSince = since === '' ? 'before' : onDay(since)
  const words = { claimNumber, saidAt: onDay(event.at), inForceSince, status: state.status }
  return { kind: 'decision-conflict', ids: { claimId }, words }
}

function newestWord({ lines }: ClaimState): string {
  return Object.values(lines).reduce((newest, { saidAt = '' }) => (saidAt > newest ? saidAt : newest), '')
}

/**
 * What the claim is brought back to may ask for a person again: its items were closed when it went
 * on.
 */
export function raisedAgain(
  { claimId, claimNumber, currency }: LockedClaim,
  { state, incoming }: { state: ClaimState; incoming: IncomingEvent[] },
): Item[] {
  if (!incoming.some(({ event }) => event.fact.type === 'undone')) return []
  const ids = { claimId }
  const words = { claimNumber, currency, reasons: standingReasons(state) }
  const overpaid: Item[] =
    state.payment === 'OVERPAID' ? [{ kind: 'overpaid', ids, words: { claimNumber, closed: endOf(state) } }] : []
  if (state.closed !== null) return overpaid
  if (state.status === 'PARTIAL' && state.deniedAmount > 0) return [...overpaid, { kind: 'lines-denied', ids, words }]
  if (state.status !== 'REJECTED') return overpaid
  return state.rejectedAt === 'front_end'
    ? [...overpaid, { kind: 'claim-rejected', ids, words: { ...words, by: 'front_end' } }]
    : [...overpaid, { kind: 'claim-denied', ids, words }]
}

/** Which lines stand denied or reduced; why, the timeline says. */
function standingReasons({ lines }: ClaimState): Reason[] {
  return Object.entries(lines).flatMap(([lineNumber, { outcome }]) =>
    outcome === 'denied' || outcome === 'reduced' ? [{ lineNumber: Number(lineNumber), amount: null, said: [] }] : [],
  )
}

function endOf({ status, closed }: ClaimState): 'cancelled' | 'replaced' | null {
  if (closed === 'replaced') return closed
  return status === 'CANCELLED' ? 'cancelled' : null
}
