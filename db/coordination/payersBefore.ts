import { sql } from 'kysely'
import type { ClaimStatus, RejectedAt } from '../../domain/claim.ts'
import type { Tx } from '../connect.ts'
import { standing } from '../drafts/duplicateLines.ts'

/** A service that is, or will be, on a claim. `key` is the caller's own; `day` is YYYY-MM-DD. */
export interface ServiceAsked {
  key: string
  procedureId: string | null
  code: string
  tooth: string | null
  surfaces: string | null
  area: string | null
  day: string
}

/** For whom it is asked: a claim to `providerId` under an enrolment of this priority. */
export interface AskedPayer {
  organisationId: string
  patientId: string
  providerId: string
  priority: 'primary' | 'secondary'
  currency: string
  /** Lineage of the claim itself; null: it does not exist yet. */
  lineageId: string | null
}

/** The HMO that pays before, with its standing claim for the service if there is one. */
export interface PayerBeforeRow {
  key: string
  providerId: string
  name: string
  enrolmentId: string
  claim: {
    claimId: string
    claimNumber: string
    status: ClaimStatus
    rejectedAt: RejectedAt | null
    lineNumber: number
    charge: number
  } | null
}

/**
 * Which HMO of the patient pays before the asked one, service by service; services that nobody pays
 * before are left out. The order is that of the enrolments as they stand now, so that correcting an
 * enrolment turns it. Where both enrolments say the same, the HMO that was claimed from first is
 * the first.
 */
export async function payersBefore(
  tx: Tx,
  asked: AskedPayer,
  services: ServiceAsked[],
): Promise<Map<string, PayerBeforeRow>> {
  if (services.length === 0) return new Map()
  const { organisationId, patientId, providerId, priority, currency, lineageId } = asked
  const { rows } = await sql<Row>`
    select w.key, coalesce(x.provider_id, e.provider_id) as provider_id, p.name,
      coalesce(x.enrolment_id, e.id) as enrolment_id,
      x.id as claim_id, x.claim_number, x.status, x.rejected_at, x.line_number, x.amount
    from jsonb_to_recordset(${JSON.stringify(services)}::jsonb)
      as w(key text, "procedureId" uuid, code text, tooth text, surfaces text, area text, day date)
    left join lateral (
      select x.id, x.claim_number, x.status, x.rejected_at, x.provider_id, x.enrolment_id, l.line_number, l.amount
      from claims x
      join enrolments o on o.organisation_id = x.organisation_id and o.id = x.enrolment_id
      join claim_lines l on l.organisation_id = x.organisation_id and l.claim_id = x.id
        and (l.visit_procedure_id = w."procedureId" or (l.code = w.code and l.service_date = w.day
          and l.tooth is not distinct from w.tooth and l.surfaces is not distinct from w.surfaces and l.area is not distinct from w.area))
      where x.organisation_id = ${organisationId} and x.patient_id = ${patientId} and x.provider_id <> ${providerId}
        and x.currency = ${currency} and ${standing}
        and (o.priority < ${priority} or (o.priority = ${priority} and (${lineageId}::uuid is null or x.lineage_id < ${lineageId}::uuid)))
      order by x.purpose = 'appeal', x.id desc limit 1) x on true
    left join lateral (
      select e.id, e.provider_id from enrolments e
      where x.id is null and e.organisation_id = ${organisationId} and e.patient_id = ${patientId}
        and e.provider_id <> ${providerId} and e.priority < ${priority}
        and w.day between e.valid_from and coalesce(e.valid_to, 'infinity')
      order by e.priority, e.valid_from desc limit 1) e on true
    join providers p on p.id = coalesce(x.provider_id, e.provider_id)`.execute(tx)
  return new Map(rows.map((row) => [row.key, rowOf(row)]))
}

interface Row {
  key: string
  provider_id: string
  name: string
  enrolment_id: string
  claim_id: string | null
  claim_number: string
  status: ClaimStatus
  rejected_at: RejectedAt | null
  line_number: number
  amount: number
}

function rowOf(row: Row): PayerBeforeRow {
  const { claim_id: claimId, claim_number: claimNumber, status, rejected_at: rejectedAt } = row
  const claim =
    claimId === null
      ? null
      : { claimId, claimNumber, status, rejectedAt, lineNumber: row.line_number, charge: row.amount }
  return { key: row.key, providerId: row.provider_id, name: row.name, enrolmentId: row.enrolment_id, claim }
}
