import { sql } from 'kysely'
import type { ClaimStatus, RejectedAt } from '../../domain/claim.ts'
import { isDecided } from '../../domain/claims/claimState.ts'
import { visitBalance as balanceOf, type VisitBalance, type VisitClaim } from '../../domain/money/visitBalance.ts'
import type { Tx } from '../connect.ts'

export interface BalanceOfVisit extends VisitBalance {
  visitId: string
  currency: string
  /**
   * Live claims with procedures of the visit in another currency: no total can hold both, so they
   * are not counted.
   */
  otherCurrencyClaimIds: string[]
}

/**
 * How a visit's money stands, from its procedures, the patient's receipts and the HMO ledger. Null:
 * the organisation has no such visit.
 */
export async function visitBalance(tx: Tx, organisationId: string, visitId: string): Promise<BalanceOfVisit | null> {
  const [balance] = await visitBalances(tx, organisationId, [visitId])
  return balance ?? null
}

/**
 * The same of several visits, in the order of their ids; those that the organisation doesn't have
 * are left out.
 */
export async function visitBalances(tx: Tx, organisationId: string, visitIds: string[]): Promise<BalanceOfVisit[]> {
  if (visitIds.length === 0) return []
  const visits = await tx
    .selectFrom('visits')
    .select(['id', 'receipts', 'currency'])
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', visitIds)
    .orderBy('id')
    .execute()
  const procedures = await tx
    .selectFrom('visit_procedures')
    .select(['id', 'visit_id', 'fee'])
    .where('organisation_id', '=', organisationId)
    .where('visit_id', 'in', visitIds)
    .execute()
  const claims = await liveClaims(tx, organisationId, visitIds)
  return visits.map((visit) =>
    ofVisit(
      visit,
      procedures.filter((procedure) => procedure.visit_id === visit.id),
      claims.filter(({ lines }) => lines.some((line) => line.visitId === visit.id)),
    ),
  )
}

function ofVisit(
  visit: { id: string; receipts: number; currency: string },
  procedures: { id: string; fee: number }[],
  claims: LiveClaim[],
): BalanceOfVisit {
  const counted = claims.filter((claim) => claim.currency === visit.currency)
  const claimedAmounts = new Map(counted.flatMap((claim) => claim.lines).flatMap(claimedPair))
  const balance = balanceOf(
    procedures.map(({ id, fee }) => {
      const amount = claimedAmounts.get(id)
      return { fee, claimed: amount === undefined ? null : { amount } }
    }),
    visit.receipts,
    counted.map(({ status, rejectedAt, payer, lines, entries }) => ({
      payer,
      // A rejection at the front end is corrected and sent again, unless somebody has settled it.
      decided: isDecided({ status }) && (rejectedAt !== 'front_end' || entries.some(isSettlement)),
      lines: lines.map((line) => ({ ...line, ofVisit: line.visitId === visit.id })),
      entries,
    })),
  )
  return {
    visitId: visit.id,
    currency: visit.currency,
    ...balance,
    otherCurrencyClaimIds: claims.filter((claim) => claim.currency !== visit.currency).map((claim) => claim.id),
  }
}

/** A person's word on what becomes of an amount. */
function isSettlement({ account }: VisitClaim['entries'][number]): boolean {
  return account === 'patient' || account === 'write_off'
}

interface LiveClaim {
  id: string
  status: ClaimStatus
  rejectedAt: RejectedAt | null
  /** The HMO. */
  payer: string
  currency: string
  lines: {
    lineNumber: number
    amount: number
    procedureId: string | null
    service: string | null
    visitId: string | null
  }[]
  entries: VisitClaim['entries']
}

/**
 * An appeal of disputed lines: the claim that it is about goes on beside it and has the procedure's
 * whole amount. Alias `c`.
 */
const partOfAnother = sql`(c.purpose = 'appeal' and exists (
  select from claims o where o.organisation_id = c.organisation_id and o.id = c.replaces_claim_id
    and o.status <> 'CANCELLED' and o.closed_because is distinct from 'replaced'))`

/**
 * Submitted claims with a procedure of the visits, neither cancelled nor replaced, in the order in
 * which their HMOs pay; those of test connections don't count.
 */
async function liveClaims(tx: Tx, organisationId: string, visitIds: string[]): Promise<LiveClaim[]> {
  const { rows } = await sql<LiveClaim>`
    select c.id, c.status, c.rejected_at as "rejectedAt", c.provider_id as payer, c.currency,
      (select jsonb_agg(jsonb_build_object('lineNumber', l.line_number, 'amount', l.amount, 'procedureId', case when ${partOfAnother} then null else l.visit_procedure_id end,
          'service', l.visit_procedure_id, 'visitId', l.visit_id) order by l.line_number)
        from claim_lines l where l.organisation_id = c.organisation_id and l.claim_id = c.id) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('lineNumber', e.line_number, 'account', e.account, 'amount', e.amount)), '[]')
        from (select line_number, account, sum(amount)::bigint as amount from ledger_entries
          where organisation_id = c.organisation_id and claim_id = c.id and account <> 'allocated'
          group by line_number, account having sum(amount) <> 0) e) as entries
    from claims c
    join connections n on n.organisation_id = c.organisation_id and n.id = c.connection_id and n.mode = 'production'
    join enrolments e on e.organisation_id = c.organisation_id and e.id = c.enrolment_id
    where c.organisation_id = ${organisationId} and c.status not in ('DRAFT', 'CANCELLED') and c.closed_because is distinct from 'replaced'
      and c.id in (select l.claim_id from visit_procedures q
        join claim_lines l on l.organisation_id = q.organisation_id and l.visit_procedure_id = q.id
        where q.organisation_id = ${organisationId} and q.visit_id = any(${visitIds}::uuid[]))
    order by c.first_claim_id is not null, e.priority, c.id`.execute(tx)
  return rows
}

/** A procedure on two live claims (two insurers) is worth its amount once: the later claim's. */
function claimedPair({ procedureId, amount }: LiveClaim['lines'][number]): [string, number][] {
  return procedureId === null ? [] : [[procedureId, amount]]
}
