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

/** Bounds the size of one statement; a remittance of 10,000 claims takes about a dozen of them. */
const CHUNK = 5_000

/**
 * Writes one ledger transaction: a header and its entries. False: nothing to post, or posted before
 * under the same key. Throws when the entries don't sum to zero, which is a bug of ours and never
 * the provider's.
 */
export async function post(tx: Tx, posting: Posting, entries: Entry[]): Promise<boolean> {
  if (entries.length === 0) return false
  const off = sum(entries.map((entry) => entry.amount))
  if (off !== 0) throw new Error(`ledger transaction ${posting.idempotencyKey} is off by ${off}`)
  const header = await tx
    .insertInto('ledger_transactions')
    .values({
      organisation_id: posting.organisationId,
      id: newId(),
      kind: posting.kind,
      currency: posting.currency,
      remittance_id: posting.remittanceId ?? null,
      claim_id: posting.claimId ?? null,
      actor: posting.actor,
      reason: posting.reason ?? null,
      idempotency_key: posting.idempotencyKey,
      posted_at: posting.now,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (header === undefined) return false
  for (let from = 0; from < entries.length; from += CHUNK) {
    const chunk = entries.slice(from, from + CHUNK)
    await insertEntries(tx, { ...posting, transactionId: header.id }, chunk, from)
  }
  return true
}

async function insertEntries(
  tx: Tx,
  posting: Posting & { transactionId: string },
  entries: Entry[],
  from: number,
): Promise<void> {
  const rows = entries.map(({ account, amount, claimId, lineNumber }, index) => ({
    sequence: from + index + 1,
    claim_id: claimId,
    line_number: lineNumber,
    account,
    amount,
  }))
  await pipelined(
    tx,
    sql`
    insert into ledger_entries (organisation_id, transaction_id, sequence, claim_id, line_number, remittance_id, account, amount)
    select ${posting.organisationId}::uuid, ${posting.transactionId}::uuid, e.sequence, e.claim_id, e.line_number, ${posting.remittanceId ?? null}::uuid, e.account, e.amount
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as e(sequence integer, claim_id uuid, line_number integer, account text, amount bigint)`,
  )
}
