import type { ClaimStatus, PaymentStatus } from '../../domain/claim.ts'
import type { Tx } from '../connect.ts'
import { attachmentsOf } from '../drafts/attachments.ts'
import { balancesOf } from '../money/ledger.ts'

export interface ClaimFilter {
  statuses: ClaimStatus[]
  paymentStatus: PaymentStatus | null
  providerId: string | null
  clinicId: string | null
  patientId: string | null
  attention: boolean | null
  /** A claim number, or its beginning. */
  number: string | null
  /** The last claim of the page before. */
  after: string | null
  limit: number
}

/**
 * Claims, newest first. Claim ids rise with time, so the last id of a page is where the next one
 * goes on.
 */
export async function listClaims(tx: Tx, organisationId: string, filter: ClaimFilter) {
  let query = claimRows(tx, organisationId)
    .orderBy('c.id', 'desc')
    .limit(filter.limit + 1)
  if (filter.statuses.length > 0) query = query.where('c.status', 'in', filter.statuses)
  if (filter.paymentStatus !== null) query = query.where('c.payment_status', '=', filter.paymentStatus)
  if (filter.providerId !== null) query = query.where('c.provider_id', '=', filter.providerId)
  if (filter.clinicId !== null) query = query.where('c.clinic_id', '=', filter.clinicId)
  if (filter.patientId !== null) query = query.where('c.patient_id', '=', filter.patientId)
  if (filter.attention !== null) query = query.where('c.attention', '=', filter.attention)
  if (filter.number !== null)
    query = query.where('c.claim_number', 'like', `${filter.number.replace(/[\\%_]/g, '\\$&')}%`)
  if (filter.after !== null) query = query.where('c.id', '<', filter.after)
  const rows = await query.execute()
  const page = rows.slice(0, filter.limit)
  return { claims: page.map(summaryOf), next: rows.length > filter.limit ? (page.at(-1)?.id ?? null) : null }
}

/**
 * One claim with its lines, papers, sendings, references and balances; null when the organisation
 * has no such claim.
 */
export async function getClaim(tx: Tx, organisationId: string, claimId: string) {
  const row = await claimRows(tx, organisationId).where('c.id', '=', claimId).executeTakeFirst()
  if (row === undefined) return null
  const of = <T extends string>(column: T) => [column, '=', claimId] as const
  const lines = await tx
    .selectFrom('claim_lines')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where(...of('claim_id'))
    .orderBy('line_number')
    .execute()
  const submissions = await tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['s.id', 's.submission_number', 's.purpose', 's.created_at'])
    .select(['i.state', 'i.control_number', 'i.sent_at', 'i.attempt', 'i.because'])
    .where('s.organisation_id', '=', organisationId)
    .where(...of('s.claim_id'))
    .orderBy('s.id')
    .execute()
  const references = await tx
    .selectFrom('claim_references')
    .select(['type', 'value', 'learned_at'])
    .where('organisation_id', '=', organisationId)
    .where(...of('claim_id'))
    .orderBy('learned_at')
    .execute()
  const authorisations = await tx
    .selectFrom('claim_authorisations as z')
    .innerJoin('authorisations as a', (join) =>
      join.onRef('a.organisation_id', '=', 'z.organisation_id').onRef('a.id', '=', 'z.authorisation_id'),
    )
    .select(['a.id', 'a.kind', 'a.number', 'a.valid_until'])
    .where('z.organisation_id', '=', organisationId)
    .where(...of('z.claim_id'))
    .execute()
  const successor = await tx
    .selectFrom('claims')
    .select(['id', 'claim_number', 'status'])
    .where('organisation_id', '=', organisationId)
    .where(...of('replaces_claim_id'))
    .where('status', '<>', 'CANCELLED')
    .executeTakeFirst()
  return {
    ...summaryOf(row),
    version: row.version,
    diagnoses: row.diagnoses,
    note: row.note,
    lineageId: row.lineage_id,
    replacedBy:
      successor === undefined
        ? null
        : { claimId: successor.id, claimNumber: successor.claim_number, status: successor.status },
    lines: lines.map((line) => ({
      lineNumber: line.line_number,
      procedureId: line.visit_procedure_id,
      visitId: line.visit_id,
      code: line.code,
      serviceDate: line.service_date,
      tooth: line.tooth,
      surfaces: line.surfaces,
      area: line.area,
      quantity: line.quantity,
      amount: line.amount,
      rateAmount: line.rate_amount,
      pricedBy: line.priced_by,
      priceReason: line.price_reason,
      decision: line.decision,
      payable: line.payable,
      adjustments: line.adjustments,
      settlement: line.settlement,
    })),
    attachments: await attachmentsOf(tx, organisationId, claimId),
    authorisations: authorisations.map(({ id, kind, number, valid_until }) => ({
      authorisationId: id,
      kind,
      number,
      validUntil: valid_until,
    })),
    submissions: submissions.map((each) => ({
      submissionId: each.id,
      submissionNumber: each.submission_number,
      purpose: each.purpose,
      delivery: each.state,
      controlNumber: each.control_number,
      attempts: each.attempt,
      because: each.because,
      createdAt: each.created_at.toISOString(),
      sentAt: each.sent_at?.toISOString() ?? null,
    })),
    references: references.map((each) => ({
      type: each.type,
      value: each.value,
      learnedAt: each.learned_at.toISOString(),
    })),
    balances: await balancesOf(tx, organisationId, claimId),
  }
}

function claimRows(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('claims as c')
    .innerJoin('patients as p', (join) =>
      join.onRef('p.organisation_id', '=', 'c.organisation_id').onRef('p.id', '=', 'c.patient_id'),
    )
    .selectAll('c')
    .select(['p.family', 'p.given', 'p.external_id'])
    .where('c.organisation_id', '=', organisationId)
}

type ClaimRow = Awaited<ReturnType<ReturnType<typeof claimRows>['executeTakeFirstOrThrow']>>

function summaryOf(row: ClaimRow) {
  return {
    claimId: row.id,
    claimNumber: row.claim_number,
    status: row.status,
    paymentStatus: row.payment_status,
    delivery: row.delivery,
    rejectedAt: row.rejected_at,
    closed: row.closed_because,
    attention: row.attention,
    waitingFor: row.waiting_for,
    dueAt: row.deadline_due_at?.toISOString() ?? null,
    providerId: row.provider_id,
    connectionId: row.connection_id,
    clinicId: row.clinic_id,
    practitionerId: row.practitioner_id,
    enrolmentId: row.enrolment_id,
    patient: { patientId: row.patient_id, externalId: row.external_id, family: row.family, given: row.given },
    currency: row.currency,
    total: row.total,
    serviceFrom: row.service_from,
    serviceTo: row.service_to,
    purpose: row.purpose,
    replacesClaimId: row.replaces_claim_id,
    imported: row.imported,
    createdAt: row.created_at.toISOString(),
    submittedAt: row.submitted_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
  }
}
