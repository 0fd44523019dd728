import { sql } from 'kysely'
import type { Tx } from '../../connect.ts'
import { clearAttention } from '../../worklist/worklistItems.ts'
import { moveReceipts } from '../bank/bankReceipts.ts'
import { lockForPosting } from '../remittanceRows.ts'
import { reverseTransactions, standingOfRemittance } from '../undo/reversing.ts'

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
 * Takes back all that some posted remittances put into the ledger, by transactions that reverse it,
 * so that it stands as if they had never been posted; what came to the bank for
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
  for (const remittanceId of remittanceIds)
    await reverseTransactions(tx, taking, await standingOfRemittance(tx, organisationId, remittanceId))
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
