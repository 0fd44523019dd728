import type { Tx } from '../connect.ts'
import { stateOfSending } from '../delivery/claimTransmissions.ts'
import { shownStatusOf } from './shownStatus.ts'

/** A claim's lines in order, each with its price and what was decided of it. */
export async function linesOf(tx: Tx, organisationId: string, claimId: string) {
  const rows = await tx
    .selectFrom('claim_lines')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('line_number')
    .execute()
  return rows.map((line) => ({
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
    details: line.details,
  }))
}

/** The sendings of a claim, oldest first, with how far the message of each has come. */
export async function submissionsOf(tx: Tx, organisationId: string, claimId: string) {
  const rows = await tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['s.id', 's.submission_number', 's.purpose', 's.created_at'])
    .select([stateOfSending, 's.filed_at', 'i.control_number', 'i.sent_at', 'i.attempt', 'i.because'])
    .where('s.organisation_id', '=', organisationId)
    .where('s.claim_id', '=', claimId)
    .orderBy('s.id')
    .execute()
  return rows.map((row) => ({
    submissionId: row.id,
    submissionNumber: row.submission_number,
    purpose: row.purpose,
    delivery: row.state,
    controlNumber: row.control_number,
    attempts: row.attempt,
    because: row.because,
    createdAt: row.created_at.toISOString(),
    sentAt: (row.filed_at ?? row.sent_at)?.toISOString() ?? null,
  }))
}

/** The numbers that the provider gave a claim, in the order in which we learned them. */
export async function referencesOf(tx: Tx, organisationId: string, claimId: string) {
  const rows = await tx
    .selectFrom('claim_references')
    .select(['type', 'value', 'learned_at'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('learned_at')
    .execute()
  return rows.map((row) => ({ type: row.type, value: row.value, learnedAt: row.learned_at.toISOString() }))
}

export async function authorisationsOf(tx: Tx, organisationId: string, claimId: string) {
  const rows = await tx
    .selectFrom('claim_authorisations as z')
    .innerJoin('authorisations as a', (join) =>
      join.onRef('a.organisation_id', '=', 'z.organisation_id').onRef('a.id', '=', 'z.authorisation_id'),
    )
    .select(['a.id', 'a.kind', 'a.number', 'a.valid_until'])
    .where('z.organisation_id', '=', organisationId)
    .where('z.claim_id', '=', claimId)
    .execute()
  return rows.map(({ id, kind, number, valid_until }) => ({
    authorisationId: id,
    kind,
    number,
    validUntil: valid_until,
  }))
}

/** The claim that corrects this one; null when there is none, or it was cancelled. */
export async function successorOf(tx: Tx, organisationId: string, claimId: string) {
  const row = await tx
    .selectFrom('claims')
    .select(['id', 'claim_number', shownStatusOf('claims').as('status')])
    .where('organisation_id', '=', organisationId)
    .where('replaces_claim_id', '=', claimId)
    .where('status', '<>', 'CANCELLED')
    .executeTakeFirst()
  return row === undefined ? null : { claimId: row.id, claimNumber: row.claim_number, status: row.status }
}

/** The claims to the patient's other HMOs that this one comes after, or that come after it. */
export async function otherHmoClaims(
  tx: Tx,
  organisationId: string,
  claim: { id: string; first_claim_id: string | null },
) {
  const claims = tx
    .selectFrom('claims')
    .select(['id as claimId', 'claim_number as claimNumber', 'provider_id as providerId'])
    .select(shownStatusOf('claims').as('status'))
    .where('organisation_id', '=', organisationId)
  const { first_claim_id: firstId } = claim
  const first = firstId === null ? undefined : await claims.where('id', '=', firstId).executeTakeFirst()
  const second = await claims
    .where('first_claim_id', '=', claim.id)
    .where('status', '<>', 'CANCELLED')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { firstClaim: first ?? null, secondClaim: second ?? null }
}
