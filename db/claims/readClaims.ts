import type { PaymentStatus, ShownStatus } from '../../domain/claim.ts'
import { WORDS } from '../../domain/words/words.ts'
import type { Tx } from '../connect.ts'
import { attachmentsOf } from '../drafts/attachments.ts'
import { balancesOf } from '../money/ledger.ts'
import { authorisationsOf, linesOf, otherHmoClaims, referencesOf, submissionsOf, successorOf } from './claimParts.ts'
import { statementOf } from './readStatement.ts'
import { shownStatus, shownStatusOf, storedStatuses } from './shownStatus.ts'

export interface ClaimFilter {
  statuses: ShownStatus[]
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
  if (filter.statuses.length > 0)
    query = query
      .where('c.status', 'in', storedStatuses(filter.statuses))
      .where(shownStatusOf('c'), 'in', filter.statuses)
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
  return {
    ...summaryOf(row),
    version: row.version,
    diagnoses: row.diagnoses,
    note: row.note,
    details: row.details,
    billingPractitionerId: row.billing_practitioner_id,
    lineageId: row.lineage_id,
    replacedBy: await successorOf(tx, organisationId, claimId),
    ...(await otherHmoClaims(tx, organisationId, row)),
    lines: await linesOf(tx, organisationId, claimId),
    attachments: await attachmentsOf(tx, organisationId, claimId),
    authorisations: await authorisationsOf(tx, organisationId, claimId),
    submissions: await submissionsOf(tx, organisationId, claimId),
    references: await referencesOf(tx, organisationId, claimId),
    balances: await balancesOf(tx, organisationId, claimId),
    statement: await statementOf(tx, organisationId, claimId),
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
    status: shownStatus(row),
    paymentStatus: row.payment_status,
    delivery: row.delivery,
    rejectedAt: row.rejected_at,
    closed: row.closed_because,
    attention: row.attention,
    waitingFor: shownStatus(row) === 'SUBMITTING' ? WORDS.en.toBeTakenUp : row.waiting_for,
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
