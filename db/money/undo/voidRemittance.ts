import { sql } from 'kysely'
import { actOfRemittance } from '../../../domain/claims/undo/acts.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import { audit } from '../../setup/audit.ts'
import { closeItem, closeItemsOfRemittance } from '../../worklist/worklistItems.ts'
import { lockForPosting } from '../remittanceRows.ts'
import { builtUpon, undoneAlready } from './builtUpon.ts'
import { type Follower, followersOf, reverseTransactions, standingOfRemittance } from './reversing.ts'
import { type ClaimToTell, tellUndone, type UndoAct } from './undoNotices.ts'

export interface Voided {
  kind: 'voided'
  remittanceId: string
  claims: ClaimToTell[]
}

/**
 * Takes a posted payment out of the ledger again, keyed or from a document: its transactions are
 * reversed, what was allocated of it out of suspense too, and its claims go back to where they
 * stood. It stays readable as voided, with who and why. Refused when something was built upon it.
 */
export async function voidRemittance(
  tx: Tx,
  act: UndoAct & { remittanceId: string; eventId?: string },
): Promise<Voided | Refused> {
  const { organisationId, remittanceId, actor, reason, now } = act
  const row = await lockRemittance(tx, act)
  if (row === undefined) return refused('remittance-not-found', `there is no remittance ${remittanceId}`)
  if (row.state === 'voided') return undoneAlready('the payment')
  if (row.state !== 'posted') return refused('remittance-not-posted', `the remittance is ${row.state}`, row)
  const claimIds = await claimsOf(tx, organisationId, remittanceId)
  await lockForPosting(tx, organisationId, claimIds)
  const transactions = await standingOfRemittance(tx, organisationId, remittanceId)
  const followers = [
    ...(await usesOf(tx, organisationId, remittanceId)),
    ...(await followersOf(tx, organisationId, transactions)),
  ]
  if (followers.length > 0) return builtUpon(followers)
  await reverseTransactions(tx, act, transactions)
  await tx
    .updateTable('remittances')
    .set({ state: 'voided', voided_at: now, voided_by: actor, void_reason: reason })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
  await closeItems(tx, act, row)
  const undone = {
    act: actOfRemittance(remittanceId),
    what: row.source === 'manual' ? 'payment' : 'remittance',
  } as const
  const claims = await tellUndone(tx, act, claimIds, { ...undone, ...eventOf(act) })
  const detail = { reason, amount: row.amount, currency: row.currency, claims: claims.length }
  await audit(tx, { ...act, action: 'remittance.void', subject: `remittance ${remittanceId}`, detail })
  return { kind: 'voided', remittanceId, claims }
}

function eventOf({ eventId }: { eventId?: string }) {
  return eventId === undefined ? {} : { eventId }
}

/**
 * Its lines are locked before its claims, as who allocates one of them does: neither overtakes the
 * other.
 */
async function lockRemittance(
  tx: Tx,
  { organisationId, remittanceId }: { organisationId: string; remittanceId: string },
) {
  const row = await tx
    .selectFrom('remittances')
    .select(['state', 'source', 'amount', 'currency', 'connection_id', 'trace_number'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirst()
  await tx
    .selectFrom('remittance_lines')
    .select('sequence')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .orderBy('sequence')
    .forUpdate()
    .execute()
  return row
}

async function claimsOf(tx: Tx, organisationId: string, remittanceId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select claim_id as id from remittance_lines
    where organisation_id = ${organisationId} and remittance_id = ${remittanceId} and claim_id is not null
    group by claim_id order by claim_id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** What came to the bank for it, and overpayments that it paid back: both say that it was real. */
async function usesOf(tx: Tx, organisationId: string, remittanceId: string): Promise<Follower[]> {
  const { rows } = await sql<Omit<Follower, 'postedAt'> & { posted_at: Date }>`
    select t.id as "transactionId", t.kind, t.actor, t.posted_at from ledger_transactions t
    where t.organisation_id = ${organisationId} and t.remittance_id = ${remittanceId} and t.kind in ('bank_receipt', 'offset')
      and t.reverses is null and not exists (select from ledger_transactions b
        where b.organisation_id = t.organisation_id and b.reverses = t.id)
    order by t.id`.execute(tx)
  return rows.map(({ posted_at, ...row }) => ({ ...row, postedAt: posted_at.toISOString() }))
}

/**
 * What the remittance raised has lost its cause; of a number used twice, once only one of both is
 * posted.
 */
async function closeItems(
  tx: Tx,
  { organisationId, remittanceId, actor, now }: UndoAct & { remittanceId: string },
  { connection_id: connectionId, trace_number: traceNumber }: { connection_id: string; trace_number: string },
): Promise<void> {
  const closing = { organisationId, by: actor, because: 'the payment was voided', now }
  await closeItemsOfRemittance(tx, closing, remittanceId, [
    'suspense',
    'bank-difference',
    'remittance-reads-otherwise',
    'reversal-differs',
    'patient-balance',
    'charge-differs',
  ])
  const others = await tx
    .selectFrom('remittances')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where('trace_number', '=', traceNumber)
    .where('state', '=', 'posted')
    .limit(2)
    .execute()
  if (others.length < 2)
    await closeItem(tx, closing, { kind: 'remittance-same-trace', ids: { connectionId, traceNumber } })
}
