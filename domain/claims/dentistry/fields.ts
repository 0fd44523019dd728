import type { ClaimDetails, LineDetails } from './details.ts'

/** A claim as far as its dental details go: a draft, or a submission. */
export interface DetailedClaim extends ClaimDetails {
  lines: readonly DetailedLine[]
}
export interface DetailedLine extends LineDetails {
  diagnosisPointers?: number[]
}

interface LineField {
  of: 'line'
  words: string
  has(line: DetailedLine): boolean
}
interface ClaimField {
  of: 'claim'
  words: string
  has(claim: ClaimDetails): boolean
}

/**
 * Each detail by its name in the requirements of an HMO: what it is called in a sentence, and
 * whether a claim has it. A format either carries one or is declared to have no place for it.
 */
export const DENTAL_FIELDS = {
  description: line('a description of the service', (each) => each.description !== undefined),
  placement: line('initial or replacement placement', (each) => each.placement !== undefined),
  prior_placement: line(
    'the date of the prior placement, or why it is unknown',
    (each) => each.priorPlacedOn !== undefined || each.priorUnknownBecause !== undefined,
  ),
  appliance_date: line('the date of the appliance placement', (each) => each.appliancePlacedOn !== undefined),
  place_of_service: line('the place of service', (each) => each.placeOfService !== undefined),
  diagnosis_pointers: line('the diagnosis of the service', (each) => (each.diagnosisPointers ?? []).length > 0),
  accident: claim('the accident', (each) => each.accident !== undefined),
  banding_date: claim('the banding date', (each) => each.orthodontics?.bandedOn !== undefined),
  orthodontic_months: claim('the months of treatment', (each) => each.orthodontics?.months !== undefined),
  remaining_months: claim(
    'the remaining months of treatment',
    (each) => each.orthodontics?.remainingMonths !== undefined,
  ),
  missing_teeth: claim('the missing teeth', (each) => each.missingTeeth !== undefined),
  referring_dentist: claim('the referring dentist', (each) => each.referringDentist !== undefined),
  billing_dentist: claim('the billing dentist', (each) => each.billingDentist !== undefined),
  payee: claim('the payee', (each) => each.payee !== undefined),
  assignment: claim('the assignment of benefits', (each) => each.assignment !== undefined),
  patient_signature: claim("the patient's signature on file", (each) => each.signatures?.patientOn !== undefined),
  dentist_signature: claim("the dentist's signature on file", (each) => each.signatures?.dentist === true),
} as const satisfies Record<string, LineField | ClaimField>

export type DentalField = keyof typeof DENTAL_FIELDS

/** Every name of `DENTAL_FIELDS`, in its order. */
export const DENTAL_FIELD_NAMES = Object.keys(DENTAL_FIELDS) as DentalField[]

export function isDentalField(name: string): name is DentalField {
  return Object.hasOwn(DENTAL_FIELDS, name)
}

/** Whether the claim says anything of the field, on itself or on one of its lines. */
export function says(field: DentalField, detailed: DetailedClaim): boolean {
  const known: LineField | ClaimField = DENTAL_FIELDS[field]
  return known.of === 'line' ? detailed.lines.some((each) => known.has(each)) : known.has(detailed)
}

function line(words: string, has: LineField['has']): LineField {
  return { of: 'line', words, has }
}

function claim(words: string, has: ClaimField['has']): ClaimField {
  return { of: 'claim', words, has }
}
