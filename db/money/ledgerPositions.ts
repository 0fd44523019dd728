import { sql } from 'kysely'
import type { ClaimPosition, Layer } from '../../domain/money/claimPosition.ts'
import type { LedgerAccount } from '../../domain/money/ledger.ts'
import type { Tx } from '../connect.ts'

interface Row {
  claim_id: string
  layer: Layer
  line_number: number | null
  account: LedgerAccount
  amount: number
}

/**
 * How the ledgers of some claims stand, by layer, line and account; every claim that is asked for
 * is in the answer. `charge`: whether the charge is wanted line by line or in one sum (a third of
 * the rows, for big remittances). The caller holds the claims locked when it goes on to post.
 */
export async function positionsOf(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
  charge: 'by line' | 'in one sum',
): Promise<Map<string, ClaimPosition>> {
  const positions = new Map<string, ClaimPosition>(claimIds.map((claimId) => [claimId, { claimId, rows: [] }]))
  if (claimIds.length === 0) return positions
  const line = charge === 'by line' ? sql`e.line_number` : sql`case when t.kind <> 'charge' then e.line_number end`
  const { rows } = await sql<Row>`
    select e.claim_id, l.layer, l.line_number, e.account, sum(e.amount)::bigint as amount
    from ledger_entries e
    join ledger_transactions t on t.organisation_id = e.organisation_id and t.id = e.transaction_id
    cross join lateral (select ${line} as line_number, case t.kind
      when 'charge' then 'charge' when 'decision' then 'decision' when 'reversal' then 'decision'
      when 'settlement' then 'settlement' else 'money' end as layer) l
    where e.organisation_id = ${organisationId} and e.claim_id = any(${claimIds}::uuid[]) and e.account <> 'allocated'
    group by e.claim_id, l.layer, l.line_number, e.account having sum(e.amount) <> 0`.execute(tx)
  for (const { claim_id, layer, line_number, account, amount } of rows) {
    positions.get(claim_id)?.rows.push({ layer, lineNumber: line_number, account, amount })
  }
  return positions
}
