import { sql } from 'kysely'
import type { ShownStatus } from '../../domain/claim.ts'
import type { ChartedDetails } from '../../domain/claims/dentistry/details.ts'
import { shownStatusOf } from '../claims/shownStatus.ts'
import type { Tx } from '../connect.ts'
import type { Diagnosis, VisitDetails } from '../schema/practiceTables.ts'
import { hasEitherId, isOurId } from './eitherId.ts'

export interface VisitDetail {
  visitId: string
  externalId: string
  version: number
  patientId: string
  clinicId: string
  practitionerId: string
  visitedOn: string
  status: 'planned' | 'completed' | 'cancelled'
  diagnoses: Diagnosis[]
  receipts: number
  currency: string
  details: VisitDetails
  billingPractitionerId: string | null
  procedures: {
    procedureId: string
    externalId: string
    code: string
    tooth: string | null
    surfaces: string | null
    area: string | null
    quantity: number
    fee: number
    details: ChartedDetails
    /**
     * The claims that it is or was on, oldest first; `amount` is what was claimed for it, in the
     * claim's currency.
     */
    claims: { claimId: string; claimNumber: string; status: ShownStatus; lineNumber: number; amount: number }[]
  }[]
}

/** A visit by our id or the practice app's, with its procedures and the claims that they are on. */
export async function visitOf(tx: Tx, organisationId: string, idOrExternalId: string): Promise<VisitDetail | null> {
  const row = await tx
    .selectFrom('visits')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where(hasEitherId(idOrExternalId))
    .orderBy(isOurId(idOrExternalId), 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return null
  return {
    visitId: row.id,
    externalId: row.external_id,
    version: row.version,
    patientId: row.patient_id,
    clinicId: row.clinic_id,
    practitionerId: row.practitioner_id,
    visitedOn: row.visited_on,
    status: row.status,
    diagnoses: row.diagnoses,
    receipts: row.receipts,
    currency: row.currency,
    details: row.details,
    billingPractitionerId: row.billing_practitioner_id,
    procedures: await proceduresOf(tx, organisationId, row.id),
  }
}

export interface VisitNamed {
  visitId: string
  externalId: string
  visitedOn: string
}

/**
 * A patient's visits that somebody owes for, newest first: completed ones, and cancelled ones as
 * long as money stands on them.
 */
export async function owedVisits(tx: Tx, organisationId: string, patientId: string): Promise<VisitNamed[]> {
  return tx
    .selectFrom('visits')
    .select(['id as visitId', 'external_id as externalId', 'visited_on as visitedOn'])
    .where('organisation_id', '=', organisationId)
    .where('patient_id', '=', patientId)
    .where(
      sql<boolean>`(status = 'completed' or (status = 'cancelled' and (receipts <> 0 or exists (
        select from claim_lines l join ledger_entries e on e.organisation_id = l.organisation_id and e.claim_id = l.claim_id
        where l.organisation_id = visits.organisation_id and l.visit_id = visits.id and e.account = 'paid'
        group by l.claim_id having sum(e.amount) <> 0))))`,
    )
    .orderBy('visited_on', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

async function proceduresOf(tx: Tx, organisationId: string, visitId: string): Promise<VisitDetail['procedures']> {
  const { rows } = await sql<VisitDetail['procedures'][number]>`
    select q.id as "procedureId", q.external_id as "externalId", q.code, q.tooth, q.surfaces, q.area, q.quantity, q.fee, q.details,
      (select coalesce(jsonb_agg(jsonb_build_object('claimId', c.id, 'claimNumber', c.claim_number, 'status', ${shownStatusOf('c')},
          'lineNumber', l.line_number, 'amount', l.amount) order by c.id, l.line_number), '[]')
        from claim_lines l join claims c on c.organisation_id = l.organisation_id and c.id = l.claim_id
        where l.organisation_id = q.organisation_id and l.visit_procedure_id = q.id) as claims
    from visit_procedures q
    where q.organisation_id = ${organisationId} and q.visit_id = ${visitId}
    order by q.id`.execute(tx)
  return rows
}
