import type { Tx } from '../connect.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { heldCause } from './identity/heldItem.ts'
import { quarantined } from './quarantined.ts'
import { type RowState, remittanceColumns, type StoredRemittance } from './remittanceRows.ts'

/**
 * Makes the row of a remittance that is not in the ledger what its document says by today's
 * reading, without its lines: the caller writes them and whatever follows from the new state. The
 * old doubt leaves the worklist.
 */
export async function rewriteRemittance(tx: Tx, stored: StoredRemittance, row: RowState): Promise<void> {
  const { organisationId, remittanceId, now } = stored
  const closing = { organisationId, by: 'hub', because: 'the document was read again', now }
  await closeItem(tx, closing, quarantined({ remittanceId }))
  await closeItem(tx, closing, heldCause('other-body', remittanceId))
  await closeItem(tx, closing, heldCause('keyed-before', remittanceId))
  await deleteLines(tx, stored)
  await tx
    .updateTable('remittances')
    .set(remittanceColumns(stored, row))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .execute()
}

/** Whoever posts a remittance writes its lines anew, with the claims that they belong to. */
export async function deleteLines(
  tx: Tx,
  { organisationId, remittanceId }: { organisationId: string; remittanceId: string },
): Promise<void> {
  await tx
    .deleteFrom('remittance_lines')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .execute()
}
