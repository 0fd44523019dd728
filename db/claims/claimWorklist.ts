import { sql } from 'kysely'
import { awaitsOtherPayer, type ClaimState, isDecided } from '../../domain/claims/claimState.ts'
import { type Deadline, overdueLevel } from '../../domain/claims/deadlines.ts'
import type { Effect } from '../../domain/claims/step.ts'
import type { Closer } from '../../domain/worklist/closers.ts'
import type { Item, Kind } from '../../domain/worklist/itemContents.ts'
import { kindsClosedBy, overdueItem } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import { otherHmoItems } from '../coordination/otherHmoItems.ts'
import { pipelined } from '../pipelined.ts'
import { insertRaised } from '../worklist/worklistItems.ts'
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
}

/**
 * Opens and closes the claims' worklist items for what was just recorded of each. Answers whether
 * anything of them is open now. Every item has one cause; the same cause twice is one item.
 */
export async function updateWorklists(
  tx: Tx,
  organisationId: string,
  all: { claim: LockedClaim; recorded: Recorded }[],
  now: Date,
): Promise<boolean[]> {
  const ofOtherHmo = await otherHmoItems(
    tx,
    organisationId,
    all
      .filter(({ claim, recorded }) => claim.hasOtherHmo && saysMoney(recorded))
      .map(({ claim, recorded: { state } }) => ({ claim, state })),
  )
  const changes = all.map(({ claim, recorded }) => {
    const other = ofOtherHmo.get(claim.claimId)
    const items = [...raised(claim, recorded), ...(other === undefined ? [] : [other])]
    return {
      claim,
      items: evenedOut(recorded) ? items.filter(({ kind }) => !OF_MONEY.includes(kind)) : items,
      closers: claim.attention
        ? [...closersOf(claim, recorded), ...moneyClosersOf(claim, recorded), ...takenBack(recorded)]
        : [],
    }
  })
  const changed = changes.filter(({ items, closers }) => items.length > 0 || closers.length > 0)
  if (changed.length === 0) return all.map(({ claim }) => claim.attention)
  await closeItems(tx, organisationId, changed, now)
  const inserted = changed.flatMap(({ claim: { claimId, connectionId }, items }) =>
    items.map((item) => ({ item, named: { claimId, connectionId } })),
  )
  await insertRaised(tx, { organisationId, now }, inserted)
  const open = await withOpenItems(
    tx,
    organisationId,
    changed.map(({ claim }) => claim.claimId),
  )
  const touched = new Set(changed.map(({ claim }) => claim.claimId))
  return all.map(({ claim }) => (touched.has(claim.claimId) ? open.has(claim.claimId) : claim.attention))
}

/** What the recorded events of one claim put on the worklist. */
function raised(claim: LockedClaim, recorded: Recorded): Item[] {
  const { state, incoming, effects, late } = recorded
  return [
    ...incoming.flatMap((item, index) => raisedBy(claim, item, effects[index] ?? 'noted', state)),
    ...incoming.flatMap((item, index) =>
      late[index] && effects[index] !== 'stale' ? [lateItem(claim, item, state)] : [],
    ),
    ...raisedByMoney(claim, state, incoming),
    ...raisedAgain(claim, recorded),
    ...(incoming.length > 0 ? stillOverdue(claim, recorded) : []),
  ]
}

async function withOpenItems(tx: Tx, organisationId: string, claimIds: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ claim_id: string }>`
    select distinct claim_id from attention_items
    where organisation_id = ${organisationId} and claim_id = any(${claimIds}::uuid[]) and closed_at is null`.execute(tx)
  return new Set(rows.map(({ claim_id }) => claim_id))
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

/** Of two that take the same item off, the first says why. */
async function closeItems(
  tx: Tx,
  organisationId: string,
  changed: { claim: LockedClaim; closers: ClaimCloser[] }[],
  now: Date,
): Promise<void> {
  const rows = changed.flatMap(({ claim, closers }) => {
    const because = new Map<Kind, string>()
    for (const closer of closers)
      for (const kind of kindsClosedBy(closer)) if (!because.has(kind)) because.set(kind, BECAUSE[closer])
    return [...because].map(([kind, words]) => ({ claim_id: claim.claimId, kind, because: words }))
  })
  if (rows.length === 0) return
  await pipelined(
    tx,
    sql`
    update attention_items i set closed_at = ${now}::timestamptz, closed_by = 'hub', closed_because = c.because
    from json_to_recordset(${JSON.stringify(rows)}::json) as c(claim_id uuid, kind text, because text)
    where i.organisation_id = ${organisationId} and i.claim_id = c.claim_id and i.kind = c.kind and i.closed_at is null`,
  )
}
