import { moneyInWords } from '../../../domain/amounts.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import type { Tx } from '../../connect.ts'
import { type Refused, refused } from '../../refused.ts'
import { audit } from '../../setup/audit.ts'
import { raiseItem } from '../../worklist/worklistItems.ts'
import { suspended } from '../posting/remittanceItems.ts'
import { lockForPosting } from '../remittanceRows.ts'
import { builtUpon, undoneAlready } from './builtUpon.ts'
import { followersOf, reverseTransactions, standingByKeys } from './reversing.ts'
import { type ClaimToTell, tellUndone, type UndoAct } from './undoNotices.ts'

export interface AllocationUndone {
  kind: 'unallocated'
  claims: ClaimToTell[]
}

/** An allocation as the act keeps it. */
export interface AllocatedLine {
  claimId: string
  remittanceId: string
  sequence: number
  /** The key of what it posted. */
  posting: string
}

/**
 * Puts money that a person allocated to a claim back into suspense, where it waits for another
 * claim; its item is on the worklist again.
 */
export async function undoAllocation(
  tx: Tx,
  act: UndoAct & { eventId: string },
  { claimId, remittanceId, sequence, posting }: AllocatedLine,
): Promise<AllocationUndone | Refused> {
  const { organisationId, eventId, reason } = act
  const line = await lockLine(tx, { organisationId, remittanceId, sequence })
  if (line === undefined) return refused('remittance-not-found', 'there is no such line of a remittance')
  await lockForPosting(tx, organisationId, [claimId])
  const keys = [posting, `${posting}:reversal`, `${posting}:settlement`]
  const transactions = await standingByKeys(tx, organisationId, keys)
  if (line.claim_id !== claimId || line.state !== 'posted' || transactions.length === 0)
    return undoneAlready('the allocation')
  const followers = await followersOf(tx, organisationId, transactions)
  if (followers.length > 0) return builtUpon(followers)
  await reverseTransactions(tx, act, transactions)
  await tx
    .updateTable('remittance_lines')
    .set({ claim_id: null })
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('sequence', '=', sequence)
    .execute()
  const detail = line.detail as unknown as RemittanceClaim
  const words = {
    traceNumber: line.trace_number,
    money: moneyInWords(line.paid, line.currency),
    reference: detail.submissionNumber ?? detail.references[0]?.value ?? null,
    why: 'no-claim' as const,
    claimNumber: null,
    paidBefore: null,
  }
  const raising = { ...act, connectionId: line.connection_id }
  await raiseItem(tx, raising, { ...suspended(remittanceId, sequence), words })
  const claims = await tellUndone(tx, act, [claimId], { act: posting, what: 'allocation', eventId })
  const kept = { remittanceId, sequence, reason }
  await audit(tx, { ...act, action: 'suspense.unallocate', subject: `claim ${claimId}`, detail: kept })
  return { kind: 'unallocated', claims }
}

async function lockLine(tx: Tx, of: { organisationId: string; remittanceId: string; sequence: number }) {
  return tx
    .selectFrom('remittance_lines as l')
    .innerJoin('remittances as r', (join) =>
      join.onRef('r.organisation_id', '=', 'l.organisation_id').onRef('r.id', '=', 'l.remittance_id'),
    )
    .select(['l.claim_id', 'l.paid', 'l.detail', 'r.state', 'r.currency', 'r.trace_number', 'r.connection_id'])
    .where('l.organisation_id', '=', of.organisationId)
    .where('l.remittance_id', '=', of.remittanceId)
    .where('l.sequence', '=', of.sequence)
    .forUpdate('l')
    .executeTakeFirst()
}
