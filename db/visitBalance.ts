import { sql } from 'kysely'
import type { ClaimStatus } from '../domain/claim.ts'
import { isDecided } from '../domain/lifecycle.ts'
import { visitBalance as balanceOf, type VisitBalance, type VisitClaim } from '../domain/visitBalance.ts'
import type { Tx } from './connect.ts'

export interface BalanceOfVisit extends VisitBalance {
  visitId: string
  currency: string
  /** Live claims with procedures of the visit in another currency: no total can hold both, so they are not counted. */
  otherCurrencyClaimIds: string[]
}

/** How a visit's money stands, from its procedures, the patient's receipts and the HMO ledger. Null: the organisation has no such visit. */
export async function visitBalance(tx: Tx, organisationId: string, visitId: string): Promise<BalanceOfVisit | null> {
  const visit = await tx
    .selectFrom('visits')
    .select(['receipts', 'currency'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', visitId)
    .executeTakeFirst()
  if (visit === undefined) return null
  const procedures = await tx
    .selectFrom('visit_procedures')
    .select(['id', 'fee'])
    .where('organisation_id', '=', organisationId)
    .where('visit_id', '=', visitId)
    .execute()
  const claims = await liveClaims(tx, organisationId, visitId)
  const counted = claims.filter((claim) => claim.currency === visit.currency)
  const claimedAmounts = new Map(counted.flatMap((claim) => claim.lines).flatMap(claimedPair))
  const balance = balanceOf(
    procedures.map(({ id, fee }) => {
      const amount = claimedAmounts.get(id)
      return { fee, claimed: amount === undefined ? null : { amount } }
    }),
    visit.receipts,
    counted.map(({ status, lines, entries }) => ({ decided: isDecided({ status }), lines, entries })),
  )
  return {
    visitId,
    currency: visit.currency,
    ...balance,
    otherCurrencyClaimIds: claims.filter((claim) => claim.currency !== visit.currency).map((claim) => claim.id),
  }
}

interface LiveClaim {
  id: string
  status: ClaimStatus
  currency: string
  lines: (VisitClaim['lines'][number] & { procedureId: string | null })[]
  entries: VisitClaim['entries']
}

/** Submitted claims with a procedure of the visit, neither cancelled nor replaced; those of test connections don't count. */
async function liveClaims(tx: Tx, organisationId: string, visitId: string): Promise<LiveClaim[]> {
  const { rows } = await sql<LiveClaim>`
    select c.id, c.status, c.currency,
      (select jsonb_agg(jsonb_build_object('lineNumber', l.line_number, 'amount', l.amount, 'procedureId', l.visit_procedure_id,
          'ofVisit', l.visit_id is not distinct from ${visitId}::uuid) order by l.line_number)
        from claim_lines l where l.organisation_id = c.organisation_id and l.claim_id = c.id) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('lineNumber', e.line_number, 'account', e.account, 'amount', e.amount)), '[]')
        from (select line_number, account, sum(amount)::bigint as amount from ledger_entries
          where organisation_id = c.organisation_id and claim_id = c.id and account <> 'allocated'
          group by line_number, account having sum(amount) <> 0) e) as entries
    from claims c
    join connections n on n.organisation_id = c.organisation_id and n.id = c.connection_id and n.mode = 'production'
    where c.organisation_id = ${organisationId} and c.status not in ('DRAFT', 'CANCELLED') and c.closed_because is distinct from 'replaced'
      and exists (select 1 from claim_lines l where l.organisation_id = c.organisation_id and l.claim_id = c.id and l.visit_id = ${visitId})
    order by c.id`.execute(tx)
  return rows
}

/** A procedure on two live claims (two insurers) is worth its amount once: the later claim's. */
function claimedPair({ procedureId, amount }: LiveClaim['lines'][number]): [string, number][] {
  return procedureId === null ? [] : [[procedureId, amount]]
}
