import { type RawBuilder, sql } from 'kysely'
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
    .select(['id', 'receipts', 'currency', 'status'])
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
  const claims = await claimsOfVisits(tx, organisationId, visitIds)
  return visits.map((visit) =>
    ofVisit(
      visit,
      procedures.filter((procedure) => procedure.visit_id === visit.id),
      claims.filter(({ lines }) => lines.some((line) => line.visitId === visit.id)),
    ),
  )
}

function ofVisit(
  visit: { id: string; receipts: number; currency: string; status: string },
  procedures: { id: string; fee: number }[],
  claims: SubmittedClaim[],
): BalanceOfVisit {
  const counted = claims.filter((claim) => claim.currency === visit.currency)
  const claimedAmounts = new Map(
    counted
      .filter(({ live }) => live)
      .flatMap((claim) => claim.lines)
      .flatMap(claimedPair),
  )
  const balance = balanceOf(
    procedures.map(({ id, fee }) => {
      const amount = claimedAmounts.get(id)
      // Nobody owes for what was not done.
      return { fee: visit.status === 'cancelled' ? 0 : fee, claimed: amount === undefined ? null : { amount } }
    }),
    visit.receipts,
    counted.map(({ live, lines, entries, ...claim }) => ({
      live,
      payer: claim.payer,
      decided: isDecidedFor(claim, entries),
      lines: lines.map((line) => ({ ...line, ofVisit: line.visitId === visit.id })),
      entries,
    })),
  )
  return {
    visitId: visit.id,
    currency: visit.currency,
    ...balance,
    otherCurrencyClaimIds: claims
      .filter((claim) => claim.live && claim.currency !== visit.currency)
      .map((claim) => claim.id),
  }
}

/**
 * A rejection at the front end is corrected and sent again: it decides nothing, unless somebody has
 * said what becomes of an amount.
 */
function isDecidedFor(
  { status, rejectedAt }: Pick<SubmittedClaim, 'status' | 'rejectedAt'>,
  entries: VisitClaim['entries'],
): boolean {
  const settled = entries.some(({ account }) => account === 'patient' || account === 'write_off')
  return isDecided({ status }) && (rejectedAt !== 'front_end' || settled)
}

/** What a claim without a procedure of the practice app is worth, and who owes what of it. */
export interface UnvisitedClaim extends VisitBalance {
  claimId: string
  claimNumber: string
  /** YYYY-MM-DD */
  serviceFrom: string
  currency: string
}

/**
 * A patient's claims with lines of no visit that we know, newest first: filed elsewhere and
 * imported. Those that were cancelled or replaced are there as long as money stands on them.
 */
export async function unvisitedClaims(tx: Tx, organisationId: string, patientId: string): Promise<UnvisitedClaim[]> {
  const found = await submittedClaims(
    tx,
    organisationId,
    sql`c.patient_id = ${patientId} and exists (select from claim_lines l where l.organisation_id = c.organisation_id
      and l.claim_id = c.id and l.visit_id is null)`,
  )
  return found
    .toReversed()
    .map((claim) => {
      const { id, claimNumber, serviceFrom, currency, live, lines, entries } = claim
      const own = live ? lines.filter(({ visitId }) => visitId === null) : []
      const balance = balanceOf(
        own.map(({ amount }) => ({ fee: amount, claimed: { amount } })),
        0,
        [
          {
            live,
            decided: isDecidedFor(claim, entries),
            lines: lines.map((line) => ({ ...line, ofVisit: line.visitId === null })),
            entries,
          },
        ],
      )
      return { claimId: id, claimNumber, serviceFrom, currency, live, ...balance }
    })
    .filter(({ live, paid }) => live || paid !== 0)
    .map(({ live: _shown, ...claim }) => claim)
}

interface SubmittedClaim {
  id: string
  claimNumber: string
  /** YYYY-MM-DD */
  serviceFrom: string
  /** Neither cancelled nor replaced. */
  live: boolean
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

/** Submitted claims with a procedure of the visits; those of test connections don't count. */
function claimsOfVisits(tx: Tx, organisationId: string, visitIds: string[]): Promise<SubmittedClaim[]> {
  return submittedClaims(
    tx,
    organisationId,
    sql`c.id in (select l.claim_id from visit_procedures q
        join claim_lines l on l.organisation_id = q.organisation_id and l.visit_procedure_id = q.id
        where q.organisation_id = ${organisationId} and q.visit_id = any(${visitIds}::uuid[]))`,
  )
}

/** `which` picks among them (alias `c`), in the order in which their HMOs pay. */
async function submittedClaims(tx: Tx, organisationId: string, which: RawBuilder<unknown>): Promise<SubmittedClaim[]> {
  const { rows } = await sql<SubmittedClaim>`
    select c.id, c.claim_number as "claimNumber", c.service_from::text as "serviceFrom", c.status, c.currency,
      c.rejected_at as "rejectedAt", c.provider_id as payer,
      (c.status <> 'CANCELLED' and c.closed_because is distinct from 'replaced') as live,
      (select jsonb_agg(jsonb_build_object('lineNumber', l.line_number, 'amount', l.amount, 'procedureId', case when ${partOfAnother} then null else l.visit_procedure_id end,
          'service', l.visit_procedure_id, 'visitId', l.visit_id) order by l.line_number)
        from claim_lines l where l.organisation_id = c.organisation_id and l.claim_id = c.id) as lines,
      (select coalesce(jsonb_agg(jsonb_build_object('lineNumber', e.line_number, 'account', e.account, 'amount', e.amount)), '[]')
        from (select line_number, account, sum(amount)::bigint as amount from ledger_entries
          where organisation_id = c.organisation_id and claim_id = c.id and account <> 'allocated'
          group by line_number, account having sum(amount) <> 0) e) as entries
    from claims c
    join connections n on n.organisation_id = c.organisation_id and n.id = c.connection_id and n.mode = 'production'
    left join enrolments e on e.organisation_id = c.organisation_id and e.id = c.enrolment_id
    where c.organisation_id = ${organisationId} and c.status <> 'DRAFT' and ${which}
    order by c.first_claim_id is not null, e.priority, c.id`.execute(tx)
  return rows
}

/** A procedure on two live claims (two insurers) is worth its amount once: the later claim's. */
function claimedPair({ procedureId, amount }: SubmittedClaim['lines'][number]): [string, number][] {
  return procedureId === null ? [] : [[procedureId, amount]]
}
