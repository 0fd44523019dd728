import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import type { RemittancesTable } from '../schema/moneyTables.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { quarantined } from './quarantined.ts'
import type { ArrivedRemittance } from './remittanceRows.ts'

/**
 * Makes a quarantined remittance's row what its document says by today's reading, without its lines: the caller writes them and whatever follows from
 * the new state. The old doubt leaves the worklist. Answers the state, which is `duplicate` when the same payment was posted meanwhile.
 */
export async function rewriteRemittance(
  tx: Tx,
  arrived: ArrivedRemittance,
  remittanceId: string,
  wanted: 'posted' | 'test' | 'quarantined',
  problem: Record<string, unknown> | null,
): Promise<RemittancesTable['state']> {
  const { organisationId, connectionId, remittance, contentSha256, now } = arrived
  const before = await tx
    .selectFrom('remittances')
    .select('content_sha256')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', remittanceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const cause = quarantined({ connectionId, contentSha256: before.content_sha256 })
  await closeItem(tx, { organisationId, by: 'hub', because: 'the document was read again', now }, cause)
  await tx
    .deleteFrom('remittance_lines')
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .execute()
  const { payer, traceNumber, amount, currency, paidOn } = remittance
  const row = await tx
    .updateTable('remittances as r')
    .set({
      payer,
      trace_number: traceNumber,
      amount,
      currency,
      paid_on: paidOn,
      content_sha256: contentSha256,
      problem: problem === null ? null : JSON.stringify(problem),
      posted_at: now,
      state:
        wanted === 'posted'
          ? sql<
              'posted' | 'duplicate'
            >`case when exists (select from remittances o where o.organisation_id = r.organisation_id
              and o.connection_id = r.connection_id and o.payer = ${payer} and o.trace_number = ${traceNumber} and o.amount = ${amount}
              and o.paid_on = ${paidOn} and o.content_sha256 = ${contentSha256} and o.state = 'posted') then 'duplicate' else 'posted' end`
          : wanted,
    })
    .where('r.organisation_id', '=', organisationId)
    .where('r.id', '=', remittanceId)
    .returning('r.state')
    .executeTakeFirstOrThrow()
  return row.state
}
