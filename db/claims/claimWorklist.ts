import { awaitsOtherPayer, type ClaimState, isDecided } from '../../domain/claims/claimState.ts'
import { type Deadline, overdueLevel } from '../../domain/claims/deadlines.ts'
import type { Effect } from '../../domain/claims/step.ts'
import type { Closer } from '../../domain/worklist/closers.ts'
import type { Item, Kind } from '../../domain/worklist/itemContents.ts'
import { kindsClosedBy, overdueItem } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import { otherHmoItems } from '../coordination/otherHmoItems.ts'
import { insertItems } from '../worklist/worklistItems.ts'
import { decidedItems, lateItem, raisedAgain, whyOf } from './decisionItems.ts'
import { codesOf, type IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'

/** What was just recorded of a claim: each event with what it did, and the state that follows. */
export interface Recorded {
  state: ClaimState
  /** The claim's deadline as it stands now. */
  deadline: Deadline | null
  incoming: IncomingEvent[]
  effects: Effect[]
  /** Of each event, whether something newer was known of some of its lines. */
  late: boolean[]
  now: Date
}

/**
 * Opens and closes the claim's worklist items for what was just recorded. Answers whether anything
 * is open now. Every item has one cause; the same cause twice is one item.
 */
export async function updateWorklist(tx: Tx, claim: LockedClaim, recorded: Recorded): Promise<boolean> {
  const { state, incoming, effects, late, now } = recorded
  const all = [
    ...incoming.flatMap((item, index) => raisedBy(claim, item, effects[index] ?? 'noted', state)),
    ...incoming.flatMap((item, index) =>
      late[index] && effects[index] !== 'stale' ? [lateItem(claim, item, state)] : [],
    ),
    ...raisedByMoney(claim, state, incoming),
    ...raisedAgain(claim, recorded),
    ...(incoming.length > 0 ? stillOverdue(claim, recorded) : []),
    ...(claim.hasOtherHmo && saysMoney(recorded) ? await otherHmoItems(tx, claim, state) : []),
  ]
  const raised = evenedOut(recorded) ? all.filter(({ kind }) => !OF_MONEY.includes(kind)) : all
  const closers = claim.attention
    ? [...closersOf(claim, recorded), ...moneyClosersOf(claim, recorded), ...takenBack(recorded)]
    : []
  if (raised.length === 0 && closers.length === 0) return claim.attention
  for (const closer of closers) await close(tx, claim, closer, now)
  const { organisationId, claimId, connectionId } = claim
  await insertItems(tx, { organisationId, claimId, connectionId, now }, raised)
  const open = await tx
    .selectFrom('attention_items')
    .select('id')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('closed_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return open !== undefined
}

/** A decision or money changed what the claim leaves for another payer. */
function saysMoney({ incoming, effects }: Recorded): boolean {
  return incoming.some(
    ({ event }, index) =>
      effects[index] === 'applied' && ['decided', 'status_by_hand', 'money_posted'].includes(event.fact.type),
  )
}

/**
 * What of the recorded events takes items off. Contradictions, unknown words and what a remittance
 * raised stay until a person has looked.
 */
function closersOf(claim: LockedClaim, recorded: Recorded): ClaimCloser[] {
  const { state, incoming, effects } = recorded
  // Only the turn that closes the claim takes its items off: what comes later, money above all, is
  // raised to stay.
  if (state.closed !== null && claim.state.closed === null) return ['claim-closed']
  const applied = incoming.filter((_item, index) => effects[index] === 'applied')
  if (applied.some(({ event }) => event.fact.type === 'submitted')) return ['claim-submitted']
  const byStage: ClaimCloser[] = leftOverdueStage(claim, recorded) ? ['next-stage'] : []
  const escalated: ClaimCloser[] = incoming.some(({ event }) => event.fact.type === 'deadline_passed')
    ? ['escalated']
    : []
  if (applied.some(({ event }) => event.fact.type === 'documents_sent'))
    return ['arrival-proved', 'documents-sent', ...byStage]
  return applied.some(isNews) ? ['arrival-proved', ...byStage, ...escalated] : [...byStage, ...escalated]
}

/** What of the claim's money and decision takes items off whose cause is gone. */
function moneyClosersOf(claim: LockedClaim, recorded: Recorded): ClaimCloser[] {
  const { state } = recorded
  const before = claim.state
  const closers: ClaimCloser[] = []
  if (before.payment === 'OVERPAID' && state.payment !== 'OVERPAID') closers.push('overpayment-gone')
  if (evenedOut(recorded)) closers.push('balance-even')
  if (isDecided(state) && !isDecided(before)) closers.push('claim-decided')
  if (awaitsOtherPayer(before) && !awaitsOtherPayer(state)) closers.push('lines-settled')
  if (before.status === 'REJECTED' && before.rejectedAt === 'adjudicated' && goesOn(state))
    closers.push('claim-goes-on')
  return closers
}

function goesOn({ status, closed }: ClaimState): boolean {
  return (status === 'APPROVED' || status === 'PARTIAL') && closed !== 'replaced'
}

/** Kinds that nothing is left of when the money of a claim that is over is even. */
const OF_MONEY: Kind[] = kindsClosedBy('balance-even').concat('overpaid')

/**
 * Money moved on a claim that is over, and nothing is left of it: what came was taken back. Then
 * nothing of it is for a person.
 */
function evenedOut({ state, incoming }: Recorded): boolean {
  const { status, closed, payment, openAmount, deniedAmount } = state
  const over = status === 'CANCELLED' || closed === 'replaced'
  const moved = incoming.some(({ event }) => event.fact.type === 'money_posted')
  return moved && over && payment === 'UNPAID' && openAmount === 0 && deniedAmount === 0
}

/** What a person undid takes off what it raised. */
function takenBack({ state, incoming }: Recorded): ClaimCloser[] {
  const stillDecided = state.status === 'REJECTED' || state.status === 'PARTIAL'
  return !stillDecided && incoming.some(({ event }) => event.fact.type === 'undone') ? ['decision-undone'] : []
}

/** The claim was overdue, and is in a stage of its own now, or rests until a follow-up date. */
function leftOverdueStage(claim: LockedClaim, { state, deadline }: Recorded): boolean {
  return overdueLevel(claim.state, claim.deadline) !== null && overdueLevel(state, deadline) === null
}

/**
 * News that leaves a claim in its overdue stage takes nothing off: an overdue claim is always on
 * somebody's worklist.
 */
function stillOverdue({ claimId, claimNumber }: LockedClaim, { state, deadline }: Recorded): Item[] {
  const level = overdueLevel(state, deadline)
  return level === null || deadline === null
    ? []
    : [overdueItem({ claimId, claimNumber, level, deadline: deadline.kind })]
}

const BECAUSE = {
  'arrival-proved': 'the provider has it',
  'documents-sent': 'the documents were sent',
  'claim-submitted': 'the claim was submitted',
  'next-stage': 'the claim is overdue no more',
  escalated: 'its workflow acts again',
  'claim-closed': 'the claim is closed',
  'claim-decided': 'the claim is decided',
  'lines-settled': 'somebody said what becomes of each line',
  'balance-even': 'all that came was taken back',
  'claim-goes-on': 'the claim goes on',
  'overpayment-gone': 'nothing is overpaid any more',
  'decision-undone': 'the decision was undone',
} as const satisfies Partial<Record<Closer, string>>

type ClaimCloser = keyof typeof BECAUSE

function raisedBy(claim: LockedClaim, { event, ofVoid }: IncomingEvent, effect: Effect, state: ClaimState): Item[] {
  const { fact, said } = event
  const { claimNumber } = claim
  const ids = { claimId: claim.claimId }
  const codes = codesOf(said)
  if (effect === 'conflict') {
    if (fact.type === 'money_posted')
      return [{ kind: 'money-on-ended-claim', ids, words: { claimNumber, traceNumber: null, status: state.status } }]
    const words = { claimNumber, fact: fact.type, status: state.status }
    return [{ kind: 'notice-conflict', ids: { ...ids, fact: fact.type }, words }]
  }
  if (effect === 'stale' && (fact.type === 'decided' || fact.type === 'status_by_hand'))
    return [lateItem(claim, { event }, state)]
  if (fact.type === 'duplicate_denial')
    return isDecided(state) ? [] : [{ kind: 'duplicate-denial', ids, words: { claimNumber } }]
  if (effect === 'repeat' || effect === 'stale') return []
  switch (fact.type) {
    case 'other':
      return [{ kind: ofVoid ? 'void-refused' : 'unknown-notice', ids, words: { claimNumber, codes } }]
    case 'not_found':
      return [{ kind: 'provider-does-not-know', ids, words: { claimNumber } }]
    case 'documents_requested':
      return [{ kind: 'documents-requested', ids, words: { claimNumber, documents: fact.documents } }]
    case 'rejected_front_end':
      return [{ kind: 'claim-rejected', ids, words: { ...whyOf(claim, event), by: 'front_end' } }]
    case 'delivery_refused':
      return [{ kind: 'claim-rejected', ids, words: { ...whyOf(claim, event), by: 'delivery' } }]
    case 'status_by_hand':
      // A follow-up date on a decision that is known says nothing new.
      if (!isDecided(fact) || (fact.lines.length === 0 && fact.status === claim.state.status)) return []
      return decidedItems(claim, event, state)
    case 'decided':
      return decidedItems(claim, event, state)
    case 'cancelled':
    case 'replaced':
      // The charge is withdrawn, money that came stays: somebody must give it back or move it.
      return state.payment === 'OVERPAID' ? [{ kind: 'overpaid', ids, words: { claimNumber, closed: fact.type } }] : []
    case 'deadline_passed':
      return fact.level === 'ask'
        ? []
        : [overdueItem({ ...ids, claimNumber, level: fact.level, deadline: fact.deadline })]
    default:
      return []
  }
}

/**
 * By what the ledger says, whichever event brought it: a decision that is recorded together with
 * its money carries it already.
 */
function raisedByMoney({ claimId, claimNumber }: LockedClaim, state: ClaimState, incoming: IncomingEvent[]): Item[] {
  const posted = incoming.some(({ event }) => event.fact.type === 'money_posted')
  if (!posted || state.payment !== 'OVERPAID') return []
  return [{ kind: 'overpaid', ids: { claimId }, words: { claimNumber, closed: null } }]
}

/**
 * Facts that do not prove that the provider has the claim: inquiries without a find, words we don't
 * know, and our own sender's.
 */
const NO_NEWS = [
  'not_found',
  'inquiry_failed',
  'other',
  'member_corrected',
  'answered_on_successor',
  'waits',
  'delivery_unknown',
]

function isNews({ event, actor }: IncomingEvent): boolean {
  if (event.fact.type === 'status_by_hand' || event.fact.type === 'sent') return true
  return actor === 'provider' && !NO_NEWS.includes(event.fact.type)
}

async function close(tx: Tx, claim: LockedClaim, closer: ClaimCloser, now: Date): Promise<void> {
  await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: 'hub', closed_because: BECAUSE[closer] })
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('closed_at', 'is', null)
    .where('kind', 'in', kindsClosedBy(closer))
    .execute()
}
