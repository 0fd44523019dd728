import { sql } from 'kysely'
import { grouped } from '../../../domain/grouped.ts'
import { type Entry, reversalOf } from '../../../domain/money/ledger.ts'
import type { Tx } from '../../connect.ts'
import type { LedgerKind } from '../../schema/moneyTables.ts'
import { clearAttention } from '../../worklist/worklistItems.ts'
import { moveReceipts } from '../bankReceipts.ts'
import { post } from '../ledgerPost.ts'
import { lockForPosting } from '../remittanceRows.ts'

/** Which postings make room for another remittance's, and who says so. */
export interface TakingBack {
  organisationId: string
  remittanceIds: string[]
  /** The remittance that states the same money in their place. */
  byRemittanceId: string
  actor: string
  reason: string
  now: Date
}

/**
 * Takes back all that some posted remittances put into the ledger, by entries of the opposite sign
 * in the same layers, so that it stands as if they had never been posted; what came to the bank for
 * them belongs to the other one now. They stay, shown as superseded, and leave the worklist.
 * Answers the claims whose money moved.
 */
export async function takeBack(tx: Tx, taking: TakingBack): Promise<string[]> {
  const { organisationId, remittanceIds, byRemittanceId } = taking
  if (remittanceIds.length === 0) return []
  const { rows: named } = await sql<{ claimId: string }>`
    select distinct e.claim_id as "claimId" from ledger_entries e
    join ledger_transactions t on t.organisation_id = e.organisation_id and t.id = e.transaction_id
    where e.organisation_id = ${organisationId} and t.remittance_id = any(${remittanceIds}::uuid[])
      and e.claim_id is not null`.execute(tx)
  const claimIds = named.map(({ claimId }) => claimId)
  await lockForPosting(tx, organisationId, claimIds)
  await reverse(tx, taking)
  await tx
    .updateTable('remittances')
    .set({ state: 'superseded', superseded_by: byRemittanceId })
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', remittanceIds)
    .execute()
  await closeItems(tx, taking)
  await moveReceipts(tx, taking)
  return claimIds
}

interface Posted extends Entry {
  transactionId: string
  remittanceId: string
  kind: LedgerKind
  currency: string
}

async function reverse(tx: Tx, { organisationId, remittanceIds, actor, reason, now }: TakingBack): Promise<void> {
  const { rows } = await sql<Posted>`
    select t.id as "transactionId", t.remittance_id as "remittanceId", t.kind, t.currency,
      e.account, e.amount, e.claim_id as "claimId", e.line_number as "lineNumber"
    from ledger_transactions t
    join ledger_entries e on e.organisation_id = t.organisation_id and e.transaction_id = t.id
    where t.organisation_id = ${organisationId} and t.remittance_id = any(${remittanceIds}::uuid[]) and t.kind <> 'bank_receipt'
    order by t.id, e.sequence`.execute(tx)
  for (const [transactionId, entries] of grouped(rows, (row) => row.transactionId)) {
    const [first] = entries
    if (first === undefined) continue
    const { kind, currency, remittanceId } = first
    const header = { organisationId, kind, currency, remittanceId, actor, reason, now }
    const back = entries.map(({ account, amount, claimId, lineNumber }) => ({ account, amount, claimId, lineNumber }))
    await post(tx, { ...header, idempotencyKey: `taken-back:${transactionId}` }, reversalOf(back))
  }
}

async function closeItems(tx: Tx, { organisationId, remittanceIds, actor, now }: TakingBack): Promise<void> {
  const closed = await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: actor, closed_because: 'another remittance states the same money' })
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', 'in', remittanceIds)
    .where('closed_at', 'is', null)
    .returning('claim_id')
    .execute()
  for (const { claim_id } of closed) if (claim_id !== null) await clearAttention(tx, organisationId, claim_id)
}
