import type { Tx } from '../connect.ts'

/**
 * One movement on a claim's ledger, as the API shows it. `lineNumber` null: the claim as a whole.
 */

/**
 * A claim's ledger, oldest first. The remittance's own side (`allocated`) is left out: it says
 * nothing about the claim.
 */
export async function statement(tx: Tx, organisationId: string, claimId: string) {
  const rows = await tx
    .selectFrom('ledger_entries as e')
    .innerJoin('ledger_transactions as t', (join) =>
      join.onRef('t.organisation_id', '=', 'e.organisation_id').onRef('t.id', '=', 'e.transaction_id'),
    )
    .leftJoin('remittances as r', (join) =>
      join.onRef('r.organisation_id', '=', 'e.organisation_id').onRef('r.id', '=', 'e.remittance_id'),
    )
    .select(['t.id', 't.kind', 't.posted_at', 't.actor', 't.reason', 't.currency'])
    .select(['e.line_number', 'e.account', 'e.amount', 'e.remittance_id', 'r.trace_number', 'r.paid_on'])
    .where('e.organisation_id', '=', organisationId)
    .where('e.claim_id', '=', claimId)
    .where('e.account', '<>', 'allocated')
    .orderBy('t.id')
    .orderBy('e.sequence')
    .execute()
  return rows.map((row) => ({
    transactionId: row.id,
    kind: row.kind,
    postedAt: row.posted_at.toISOString(),
    actor: row.actor,
    reason: row.reason,
    currency: row.currency,
    lineNumber: row.line_number,
    account: row.account,
    amount: row.amount,
    remittance:
      row.remittance_id === null
        ? null
        : { remittanceId: row.remittance_id, traceNumber: row.trace_number ?? '', paidOn: row.paid_on },
  }))
}
