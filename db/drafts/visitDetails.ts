import { isDeepStrictEqual } from 'node:util'
import type { ChartedDetails, TreatmentDetails } from '../../domain/claims/dentistry/details.ts'
import { type Refused, refused } from '../refused.ts'
import type { PerformedRow } from './claimLines.ts'

/** What the visits of a claim say of all its services. */
export interface Treatment {
  kind: 'treatment'
  details: TreatmentDetails
  /** Null: the organisation bills. */
  billingPractitionerId: string | null
}

const WORDS = {
  accident: 'two accidents',
  orthodontics: 'two orthodontic treatments',
  referringDentist: 'two referring dentists',
} as const satisfies Record<keyof TreatmentDetails, string>

/**
 * The details of the visits together, where the draft says none of its own. A claim has room for
 * one accident, one treatment and one referring dentist: visits with different ones are refused.
 */
export function treatmentOf(rows: PerformedRow[], given: TreatmentDetails | null): Treatment | Refused {
  const billing = [...new Set(rows.map((row) => row.billing_practitioner_id))]
  if (billing.length > 1)
    return refused('different-visit-details', 'the visits are billed by different dentists: make one claim for each')
  const billingPractitionerId = billing[0] ?? null
  if (given !== null) return { kind: 'treatment', details: given, billingPractitionerId }
  const details: Record<string, unknown> = {}
  for (const [name, words] of Object.entries(WORDS) as [keyof TreatmentDetails, string][]) {
    for (const { visit_details } of rows) {
      const told = visit_details[name]
      if (told === undefined) continue
      if (details[name] !== undefined && !isDeepStrictEqual(details[name], told))
        return refused('different-visit-details', `the visits name ${words}: make one claim for each`)
      details[name] = told
    }
  }
  return { kind: 'treatment', details: details as TreatmentDetails, billingPractitionerId }
}

/** The service's own details with its visit's place; what a person says of it comes first. */
export function detailsOfLine(row: PerformedRow, said: ChartedDetails = {}): ChartedDetails {
  const place = row.visit_details.placeOfService
  return { ...(place === undefined ? {} : { placeOfService: place }), ...row.details, ...said }
}
