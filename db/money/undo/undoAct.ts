import { sql } from 'kysely'
import type { Fact, UndoneWhat } from '../../../domain/claims/claimEvents.ts'
import type { Effect } from '../../../domain/claims/step.ts'
import { actOfNotice } from '../../../domain/claims/undo/acts.ts'
import { eventStandsOn, undoableAct } from '../../../domain/claims/undo/undoable.ts'
import { successorOf } from '../../claims/claimParts.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import { audit } from '../../setup/audit.ts'
import { lockForPosting } from '../remittanceRows.ts'
import { builtUpon, undoneAlready } from './builtUpon.ts'
import { patientHasPaid } from './patientHasPaid.ts'
import { followersOf, reverseTransactions, standingByKeys } from './reversing.ts'
import { undoAllocation } from './undoAllocation.ts'
import { type ClaimToTell, tellUndone, type UndoAct } from './undoNotices.ts'
import { voidRemittance } from './voidRemittance.ts'

export interface Undone {
  kind: 'undone'
  what: UndoneWhat
  /** The first one is the claim that the act was about. */
  claims: ClaimToTell[]
}

type Act = UndoAct & { claimId: string; eventId: string }

/**
 * Undoes what a person did, named by an event of it in the claim's timeline: a status or decision,
 * what became of a line, a payment, an allocation, what was done with an overpayment. What it
 * posted is reversed, and the claim stands where it would without it. Refused when something was
 * built upon it, by name.
 */
export async function undoAct(tx: Tx, act: Act): Promise<Undone | Refused> {
  const { claimId } = act
  const event = await eventOf(tx, act)
  if (event === undefined) return refused('event-not-found', 'the claim has no such event')
  const what = undoableAct(event.fact, event.act)
  if (what === null || event.noticeId === null)
    return refused('cannot-undo', `"${event.fact.type}" is nothing that a person did and can take back`)
  switch (what) {
    case 'payment':
    case 'remittance': {
      const remittanceId = event.remittanceId ?? ''
      const voided = await voidRemittance(tx, { ...act, remittanceId })
      return voided.kind === 'refused' ? voided : { kind: 'undone', what, claims: first(voided.claims, claimId) }
    }
    case 'allocation': {
      const kept = { claimId, remittanceId: event.remittanceId ?? '', sequence: Number(event.act?.['sequence']) }
      const undone = await undoAllocation(tx, act, { ...kept, posting: event.posting ?? '' })
      return undone.kind === 'refused' ? undone : { kind: 'undone', what, claims: undone.claims }
    }
    case 'status':
      return undoStatus(tx, act, { ...event, noticeId: event.noticeId })
    case 'settlement':
    case 'refund':
    case 'offset':
    case 'credit':
    case 'transfer':
      return undoPosting(tx, act, event, what)
  }
}

async function undoStatus(tx: Tx, act: Act, event: ActEvent & { noticeId: string }): Promise<Undone | Refused> {
  const name = actOfNotice(event.noticeId)
  const because = (await lockUnlessUndone(tx, act, [act.claimId], name)) ?? (await standingEvents(tx, act, event))
  if (because !== null) return because
  const key = `decision:${event.noticeId}`
  return takeBack(tx, act, { what: 'status', name, keys: [key, `${key}:settlement`] })
}

async function undoPosting(tx: Tx, act: Act, event: ActEvent, what: UndoneWhat): Promise<Undone | Refused> {
  const { posting } = event
  if (posting === null) return refused('cannot-undo', 'what it posted is not known')
  if (what !== 'settlement') return takeBack(tx, act, { what, name: posting, keys: [posting, `${posting}:settlement`] })
  const settled = await settledLine(tx, act, posting)
  const because =
    (await lockUnlessUndone(tx, act, [act.claimId], posting)) ??
    (settled === null ? null : await standingEvents(tx, act, { ...event, fact: settled }))
  if (because !== null) return because
  const paid = settled === null ? null : await patientHasPaid(tx, act, settled)
  return paid ?? takeBack(tx, act, { what, name: posting, keys: [posting] })
}

/** Reverses what the act posted on its claims, unless something stands on it. */
async function takeBack(
  tx: Tx,
  act: Act,
  { what, name, keys }: { what: UndoneWhat; name: string; keys: string[] },
): Promise<Undone | Refused> {
  const { organisationId, claimId } = act
  const transactions = await standingByKeys(tx, organisationId, keys)
  const claimIds = [...new Set([claimId, ...(await claimsOf(tx, organisationId, transactions))])].sort()
  const because = await lockUnlessUndone(tx, act, claimIds, name)
  if (because !== null) return because
  const followers = await followersOf(tx, organisationId, transactions)
  if (followers.length > 0) return builtUpon(followers)
  await reverseTransactions(tx, act, transactions)
  const claims = await tellUndone(tx, act, claimIds, { act: name, what, eventId: act.eventId })
  const detail = { what, eventId: act.eventId, reason: act.reason }
  await audit(tx, { ...act, action: 'claim.undo', subject: `claim ${claimId}`, detail })
  return { kind: 'undone', what, claims: first(claims, claimId) }
}

interface ActEvent {
  feed: number
  fact: Fact
  act: Record<string, unknown> | null
  noticeId: string | null
  remittanceId: string | null
  posting: string | null
}

async function eventOf(tx: Tx, { organisationId, claimId, eventId }: Act): Promise<ActEvent | undefined> {
  const { rows } = await sql<ActEvent>`
    select e.feed, e.fact, e.act, e.notice_id as "noticeId", n.remittance_id as "remittanceId", e.act ->> 'posting' as posting
    from claim_events e left join notices n on n.organisation_id = e.organisation_id and n.id = e.notice_id
    where e.organisation_id = ${organisationId} and e.claim_id = ${claimId} and e.id = ${eventId}`.execute(tx)
  return rows[0]
}

/** Locks the claims; refuses what is undone already, also where no workflow has recorded it yet. */
async function lockUnlessUndone(
  tx: Tx,
  { organisationId, claimId }: Act,
  claimIds: string[],
  name: string,
): Promise<Refused | null> {
  await lockForPosting(tx, organisationId, claimIds)
  const { rows } = await sql`
    select from notices where organisation_id = ${organisationId} and claim_id = ${claimId}
      and event -> 'fact' ->> 'type' = 'undone' and event -> 'fact' ->> 'act' = ${name} limit 1`.execute(tx)
  return rows.length > 0 ? undoneAlready('it') : null
}

/** What followed on the claim and stands on the act; null when nothing does. */
async function standingEvents(
  tx: Tx,
  { organisationId, claimId }: Act,
  about: Pick<ActEvent, 'feed' | 'fact' | 'posting'>,
): Promise<Refused | null> {
  const { rows } = await sql<{ id: string; fact: Fact; effect: Effect; actor: string; at: Date }>`
    select e.id, e.fact, e.effect, e.actor, e.recorded_at as at from claim_events e
    left join notices n on n.organisation_id = e.organisation_id and n.id = e.notice_id
    where e.organisation_id = ${organisationId} and e.claim_id = ${claimId} and e.feed > ${about.feed}
      and (e.act ->> 'posting') is distinct from ${about.posting ?? ''}
      and not exists (select from notices u where u.organisation_id = e.organisation_id and u.claim_id = e.claim_id
        and u.event -> 'fact' ->> 'type' = 'undone' and u.event -> 'fact' ->> 'act' in ('notice:' || e.notice_id,
          'remittance:' || n.remittance_id, e.act ->> 'posting'))
    order by e.feed`.execute(tx)
  const followers = rows.filter((later) => eventStandsOn(later, about.fact))
  const successor = await successorOf(tx, organisationId, claimId)
  if (followers.length === 0 && successor === null) return null
  const named = [
    ...followers.map(({ fact, actor, at }) => `${wordsOf(fact)} of ${at.toISOString().slice(0, 10)} (${actor})`),
    ...(successor === null ? [] : [`claim ${successor.claimNumber}, which corrects it`]),
  ]
  const followedBy = followers.map(({ id, fact, actor, at }) => ({ eventId: id, type: fact.type, actor, at }))
  const more = successor === null ? { followedBy } : { followedBy, claimId: successor.claimId }
  return refused('built-upon', `it was built upon: ${named.join('; ')} followed; undo that first`, more)
}

function wordsOf(fact: Fact): string {
  switch (fact.type) {
    case 'decided':
      return 'a decision of the provider'
    case 'status_by_hand':
      return `the status ${fact.status} by hand`
    case 'line_settled':
      return `${fact.action.replace('_', ' ')} of line ${fact.lineNumber}`
    default:
      return `"${fact.type}"`
  }
}

async function settledLine(
  tx: Tx,
  { organisationId, claimId }: Act,
  posting: string,
): Promise<Extract<Fact, { type: 'line_settled' }> | null> {
  const row = await tx
    .selectFrom('claim_events')
    .select('fact')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('type', '=', 'line_settled')
    .where(sql<boolean>`act ->> 'posting' = ${posting}`)
    .executeTakeFirst()
  return row?.fact.type === 'line_settled' ? row.fact : null
}

async function claimsOf(tx: Tx, organisationId: string, transactionIds: string[]): Promise<string[]> {
  if (transactionIds.length === 0) return []
  const rows = await tx
    .selectFrom('ledger_entries')
    .select('claim_id')
    .distinct()
    .where('organisation_id', '=', organisationId)
    .where('transaction_id', 'in', transactionIds)
    .where('claim_id', 'is not', null)
    .execute()
  return rows.flatMap(({ claim_id }) => claim_id ?? [])
}

function first(claims: ClaimToTell[], claimId: string): ClaimToTell[] {
  return [...claims.filter((each) => each.claimId === claimId), ...claims.filter((each) => each.claimId !== claimId)]
}
