import type { Tx } from '../connect.ts'

/**
 * A claim's ledger, oldest first. The remittance's own side (`allocated`) is left out: it says
 * nothing about the claim. `lineNumber` null: the claim as a whole.
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
    .leftJoin('ledger_transactions as b', (join) =>
      join.onRef('b.organisation_id', '=', 't.organisation_id').onRef('b.reverses', '=', 't.id'),
    )
    .select(['t.id', 't.kind', 't.posted_at', 't.actor', 't.reason', 't.currency', 't.reverses', 'b.id as reversed_by'])
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
    reverses: row.reverses,
    reversedBy: row.reversed_by,
    remittance:
      row.remittance_id === null
        ? null
        : { remittanceId: row.remittance_id, traceNumber: row.trace_number ?? '', paidOn: row.paid_on },
  }))
}
