import { sql } from 'kysely'
import type { LedgerKind } from '../../../domain/money/ledger.ts'
import { type PostedOnClaim, standsOn } from '../../../domain/money/standsOn.ts'
import { newId } from '../../../platform/ids.ts'
import type { Tx } from '../../connect.ts'

/** What was posted later and was computed from what somebody wants to take back. */
export interface Follower {
  transactionId: string
  kind: LedgerKind
  actor: string
  postedAt: string
}

/**
 * Ledger transactions by the keys of what posted them (an act may have posted several), without
 * those that are reversed already.
 */
export async function standingByKeys(tx: Tx, organisationId: string, keys: string[]): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{ id: string }>`
    select t.id from ledger_transactions t
    where t.organisation_id = ${organisationId} and t.idempotency_key = any(${keys}) and ${standing} order by t.id`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

/**
 * The money and the reasons that a remittance posted and that still stand, also out of suspense.
 */
export async function standingOfRemittance(tx: Tx, organisationId: string, remittanceId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select t.id from ledger_transactions t
    where t.organisation_id = ${organisationId} and t.remittance_id = ${remittanceId}
      and t.kind in ('remittance', 'payment', 'reversal', 'settlement', 'adjustment') and ${standing} order by t.id`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

/** Neither reversed nor a reversal itself. Alias `t`. */
const standing = sql`(t.reverses is null and not exists (
  select from ledger_transactions b where b.organisation_id = t.organisation_id and b.reverses = t.id))`

/**
 * What stands on these transactions, oldest first: they can be reversed only when nothing does. The
 * caller holds their claims locked.
 */
export async function followersOf(tx: Tx, organisationId: string, transactionIds: string[]): Promise<Follower[]> {
  if (transactionIds.length === 0) return []
  const { rows } = await sql<Row>`
    select t.id, t.kind, t.actor, t.posted_at, starts_with(t.idempotency_key, 'withdrawal:') as withdrawal,
      t.id = any(${transactionIds}::uuid[]) as own, e.claim_id, e.line_number as "lineNumber", e.account, e.amount
    from ledger_entries e
    join ledger_transactions t on t.organisation_id = e.organisation_id and t.id = e.transaction_id
    where e.organisation_id = ${organisationId} and e.account <> 'allocated'
      and e.claim_id in (select claim_id from ledger_entries where organisation_id = ${organisationId}
        and transaction_id = any(${transactionIds}::uuid[]) and claim_id is not null)
      and (t.id = any(${transactionIds}::uuid[]) or ${standing})
    order by t.id, e.sequence`.execute(tx)
  const posted = transactionsOf(rows)
  const found = new Map<string, Follower>()
  for (const [place, later] of posted.entries()) {
    const before = posted.slice(0, place).filter(({ own, claimId }) => own && claimId === later.claimId)
    if (later.own || !before.some((earlier) => standsOn(later, earlier))) continue
    const { transactionId, kind, actor, postedAt } = later
    found.set(transactionId, { transactionId, kind, actor, postedAt })
  }
  return [...found.values()]
}

/**
 * Takes ledger transactions back: for each an opposite one of the same kind, linked to it, with who
 * and why. Nothing is changed, and each can be reversed once (the database sees to it).
 */
export async function reverseTransactions(
  tx: Tx,
  act: { organisationId: string; actor: string; reason: string; now: Date },
  transactionIds: string[],
): Promise<void> {
  if (transactionIds.length === 0) return
  // The last one first, as one takes a thing apart.
  const pairs = transactionIds.toReversed().map((id) => ({ id, by: newId() }))
  const { organisationId, actor, reason, now } = act
  await sql`
    insert into ledger_transactions (organisation_id, id, kind, currency, remittance_id, claim_id, actor, reason, idempotency_key, posted_at, reverses)
    select t.organisation_id, p.by, t.kind, t.currency, t.remittance_id, t.claim_id, ${actor}, ${reason}, 'undo:' || t.id, ${now}::timestamptz, t.id
    from json_to_recordset(${JSON.stringify(pairs)}::json) as p(id uuid, by uuid)
    join ledger_transactions t on t.organisation_id = ${organisationId} and t.id = p.id`.execute(tx)
  await sql`
    insert into ledger_entries (organisation_id, transaction_id, sequence, claim_id, line_number, remittance_id, account, amount)
    select e.organisation_id, p.by, e.sequence, e.claim_id, e.line_number, e.remittance_id, e.account, -e.amount
    from json_to_recordset(${JSON.stringify(pairs)}::json) as p(id uuid, by uuid)
    join ledger_entries e on e.organisation_id = ${organisationId} and e.transaction_id = p.id`.execute(tx)
}

interface Row {
  id: string
  kind: LedgerKind
  actor: string
  posted_at: Date
  withdrawal: boolean
  own: boolean
  claim_id: string
  lineNumber: number | null
  account: PostedOnClaim['entries'][number]['account']
  amount: number
}

type Transaction = PostedOnClaim & Follower & { claimId: string; own: boolean }

/** One for each transaction and claim, in the order in which they were posted. */
function transactionsOf(rows: Row[]): Transaction[] {
  const found = new Map<string, Transaction>()
  for (const { id, claim_id: claimId, kind, withdrawal, own, actor, posted_at, ...entry } of rows) {
    const key = `${id}/${claimId}`
    const known = found.get(key)
    if (known !== undefined) known.entries.push(entry)
    else {
      const postedAt = posted_at.toISOString()
      found.set(key, { transactionId: id, claimId, kind, withdrawal, own, actor, postedAt, entries: [entry] })
    }
  }
  return [...found.values()]
}
