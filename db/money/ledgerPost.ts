import { sql } from 'kysely'
import { sum } from '../../domain/amounts.ts'
import type { Entry, LedgerKind } from '../../domain/money/ledger.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** The header of one ledger transaction. The same `idempotencyKey` again posts nothing. */
export interface Posting {
  organisationId: string
  kind: LedgerKind
  currency: string
  claimId?: string
  remittanceId?: string
  actor: string
  reason?: string
  idempotencyKey: string
  now: Date
}

/** One ledger transaction to be written. */
export interface ToPost {
  posting: Posting
  entries: Entry[]
}

/** Bounds the size of one statement; a remittance of 10,000 claims takes about a dozen of them. */
const CHUNK = 5_000

/**
 * Writes one ledger transaction: a header and its entries. False: nothing to post, or posted before
 * under the same key. Throws when the entries don't sum to zero, which is a bug of ours and never
 * the provider's.
 */
export async function post(tx: Tx, posting: Posting, entries: Entry[]): Promise<boolean> {
  const [written = false] = await postAll(tx, [{ posting, entries }])
  return written
}

/** Writes many ledger transactions of one organisation; answers for each what `post` answers. */
export async function postAll(tx: Tx, all: ToPost[]): Promise<boolean[]> {
  const headed = all.map((each) => ({ ...each, id: newId() }))
  const wanted = headed.filter(({ entries }) => entries.length > 0)
  for (const { posting, entries } of wanted) {
    const off = sum(entries.map((entry) => entry.amount))
    if (off !== 0) throw new Error(`ledger transaction ${posting.idempotencyKey} is off by ${off}`)
  }
  const written = new Set<string>()
  for (let from = 0; from < wanted.length; from += CHUNK)
    for (const id of await insertHeaders(tx, wanted.slice(from, from + CHUNK))) written.add(id)
  await insertEntries(
    tx,
    wanted.filter(({ id }) => written.has(id)),
  )
  return headed.map(({ id }) => written.has(id))
}

type Headed = ToPost & { id: string }

/** Answers the ids of those that were not posted before. */
async function insertHeaders(tx: Tx, headed: Headed[]): Promise<string[]> {
  const rows = headed.map(({ id, posting }) => ({
    organisation_id: posting.organisationId,
    id,
    kind: posting.kind,
    currency: posting.currency,
    remittance_id: posting.remittanceId ?? null,
    claim_id: posting.claimId ?? null,
    actor: posting.actor,
    reason: posting.reason ?? null,
    idempotency_key: posting.idempotencyKey,
    posted_at: posting.now,
  }))
  const inserted = await sql<{ id: string }>`
    insert into ledger_transactions (organisation_id, id, kind, currency, remittance_id, claim_id, actor, reason, idempotency_key, posted_at)
    select * from json_to_recordset(${JSON.stringify(rows)}::json) as t(organisation_id uuid, id uuid, kind text, currency text,
      remittance_id uuid, claim_id uuid, actor text, reason text, idempotency_key text, posted_at timestamptz)
    on conflict (organisation_id, idempotency_key) do nothing returning id`.execute(tx)
  return inserted.rows.map(({ id }) => id)
}

async function insertEntries(tx: Tx, headed: Headed[]): Promise<void> {
  const rows = headed.flatMap(({ id, posting, entries }) =>
    entries.map(({ account, amount, claimId, lineNumber }, index) => ({
      organisation_id: posting.organisationId,
      transaction_id: id,
      sequence: index + 1,
      claim_id: claimId,
      line_number: lineNumber,
      remittance_id: posting.remittanceId ?? null,
      account,
      amount,
    })),
  )
  for (let from = 0; from < rows.length; from += CHUNK) {
    await pipelined(
      tx,
      sql`
      insert into ledger_entries (organisation_id, transaction_id, sequence, claim_id, line_number, remittance_id, account, amount)
      select * from json_to_recordset(${JSON.stringify(rows.slice(from, from + CHUNK))}::json) as e(organisation_id uuid, transaction_id uuid,
        sequence integer, claim_id uuid, line_number integer, remittance_id uuid, account text, amount bigint)`,
    )
  }
}
