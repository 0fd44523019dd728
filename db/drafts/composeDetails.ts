import { sql } from 'kysely'
import type {
  ChartedDetails,
  ClaimDetails,
  LineDetails,
  MissingTooth,
  Payee,
  TreatmentDetails,
} from '../../domain/claims/dentistry/details.ts'
import type { Diagnosis } from '../schema/practiceTables.ts'

/** The columns of a claim's dental details, of the aliases that `composeSubmission` joins. */
export const detailColumns = sql`
  c.details as treatment, p.missing_teeth, k.payee, e.assignment, e.signed_on, r.signature_on_file,
  b.family as billing_family, b.given as billing_given, b.npi as billing_npi, b.licence as billing_licence`

export interface ClaimDetailsRow {
  treatment: TreatmentDetails
  missing_teeth: MissingTooth[] | null
  payee: Payee | null
  assignment: 'clinic' | 'patient'
  signed_on: string | null
  signature_on_file: boolean
  billing_family: string | null
  billing_given: string | null
  billing_npi: string | null
  billing_licence: string | null
}

/**
 * The sending that opened at the provider the claim that a correction is about: the last `new` of
 * the lineage.
 */
export const openingClaim = sql`(
  select s.submission_number, s.claim_id
  from claims x join submissions s on s.organisation_id = x.organisation_id and s.claim_id = x.id
  where c.purpose <> 'new' and x.organisation_id = c.organisation_id and x.lineage_id = c.lineage_id and s.purpose = 'new'
  order by s.id desc limit 1)`

/** The number that the line `l` had in the claim of `openingClaim`; null when it wasn't in it. */
export const openingLine = sql`(
  select o.line_number from claim_lines o
  where o.organisation_id = l.organisation_id and o.claim_id = opened.claim_id
    and (o.visit_procedure_id = l.visit_procedure_id or (o.visit_procedure_id is null and l.visit_procedure_id is null
      and o.code = l.code and o.service_date = l.service_date and o.tooth is not distinct from l.tooth
      and o.surfaces is not distinct from l.surfaces and o.area is not distinct from l.area))
  order by o.line_number limit 1)`

/** What the claim's row and its parties say, as the domain has it. */
export function claimDetailsOf(row: ClaimDetailsRow): ClaimDetails {
  const { billing_family: family, billing_given: given } = row
  const signatures = {
    ...(row.signed_on === null ? {} : { patientOn: row.signed_on }),
    ...(row.signature_on_file ? { dentist: true } : {}),
  }
  return {
    ...row.treatment,
    ...(row.missing_teeth === null ? {} : { missingTeeth: row.missing_teeth }),
    ...(row.payee === null ? {} : { payee: row.payee }),
    ...(row.assignment === 'clinic' ? {} : { assignment: row.assignment }),
    ...(Object.keys(signatures).length === 0 ? {} : { signatures }),
    ...(family === null || given === null
      ? {}
      : {
          billingDentist: {
            family,
            given,
            ...(row.billing_npi === null ? {} : { npi: row.billing_npi }),
            ...(row.billing_licence === null ? {} : { licence: row.billing_licence }),
          },
        }),
  }
}

/**
 * A line's details with its diagnoses as places among the claim's. A diagnosis that the claim
 * doesn't have gets place 0, which no claim leaves with (domain/claims/dentistry/problems.ts).
 */
export function lineDetailsOf(
  { diagnoses: codes, ...details }: ChartedDetails,
  diagnoses: Diagnosis[],
): LineDetails & { diagnosisPointers?: number[] } {
  if (codes === undefined) return details
  const plain = diagnoses.map(({ code }) => code)
  return { ...details, diagnosisPointers: codes.map((code) => plain.indexOf(code) + 1) }
}
