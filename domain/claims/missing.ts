import type { Address } from '../claim.ts'
import { orderProblems } from '../coordination/payerOrder.ts'
import { missingAttachments } from './attachmentRules.ts'
import { authorisationProblems } from './authorisations.ts'
import { contentProblems } from './contents.ts'
import { DENTAL_FIELDS, type DentalField, isDentalField, says } from './dentistry/fields.ts'
import { detailProblems } from './dentistry/problems.ts'
import { limitProblems } from './draft/fieldLimits.ts'
import {
  type CheckedClaim,
  type CheckedLine,
  type FieldRule,
  linesInScope,
  type SubmitProblem,
  type SubmitRules,
} from './requirements.ts'

/**
 * Everything that keeps the claim from leaving, in the order in which a person would look for it.
 * Empty: it may leave.
 */
export function missing(claim: CheckedClaim, rules: SubmitRules, today: string): SubmitProblem[] {
  return [
    ...purposeProblems(claim, rules),
    ...sizeProblems(claim, rules),
    ...claim.lines.flatMap((line) => lineProblems(claim, line, today)),
    ...(rules.diagnosisRequired && claim.diagnoses.length === 0
      ? [{ type: 'missing-diagnosis', detail: `${rules.name} requires a diagnosis` }]
      : []),
    ...rules.requirements.fields.flatMap((rule) => missingFields(claim, rule)),
    ...contentProblems(claim),
    ...limitProblems(claim, rules),
    ...detailProblems(claim),
    ...(claim.order === undefined ? [] : orderProblems(claim.order.lines, claim.order.waived)),
    ...missingAttachments(claim, rules.requirements.attachments),
    ...authorisationProblems(claim, rules.requirements.authorisations),
  ]
}

function purposeProblems(claim: CheckedClaim, rules: SubmitRules): SubmitProblem[] {
  const { purpose } = claim
  if (!rules.purposes.includes(purpose)) {
    return [
      {
        type: 'purpose-not-supported',
        detail: `${rules.name} takes no ${purpose}: it can carry ${rules.purposes.join(', ')}`,
      },
    ]
  }
  if (purpose === 'new' || claim.originalReference !== undefined) return []
  return [
    {
      type: 'provider-reference-missing',
      detail: `a ${purpose} must name the claim number that ${rules.name} gave to the original claim, and none is known`,
    },
  ]
}

function sizeProblems(claim: CheckedClaim, rules: SubmitRules): SubmitProblem[] {
  if (claim.lines.length === 0) return [{ type: 'no-lines', detail: 'the claim has no services' }]
  const most = rules.limits.linesPerClaim
  if (claim.lines.length <= most) return []
  return [
    {
      type: 'too-many-lines',
      detail: `${rules.name} takes at most ${most} lines in a claim, this one has ${claim.lines.length}`,
    },
  ]
}

function lineProblems(claim: CheckedClaim, line: CheckedLine, today: string): SubmitProblem[] {
  const { lineNumber, code, serviceDate } = line
  const { validFrom, validTo } = claim.enrolment
  const problem = (type: string, detail: string): SubmitProblem => ({
    type,
    detail: `${detail} (line ${lineNumber})`,
    lineNumber,
  })
  const covered = validFrom <= serviceDate && (validTo === null || serviceDate <= validTo)
  return [
    ...(covered ? [] : [problem('not-enrolled', `the patient was not enrolled on the service date ${serviceDate}`)]),
    ...(line.visitCompleted
      ? []
      : [problem('visit-not-completed', `the visit of ${code} on ${serviceDate} is not completed`)]),
    ...(serviceDate > today
      ? [problem('service-in-future', `the service date ${serviceDate} of ${code} is in the future`)]
      : []),
    ...(line.priced
      ? []
      : [problem('line-not-priced', `no negotiated rate for ${code} on ${serviceDate}: set the amount with a reason`)]),
  ]
}

function missingFields(claim: CheckedClaim, { when, field }: FieldRule): SubmitProblem[] {
  const lines = linesInScope(claim, when)
  if (isDentalField(field)) return missingDetail(claim, lines, field)
  switch (field) {
    case 'tooth':
    case 'surfaces':
    case 'area':
      return lines
        .filter((line) => line[field] === undefined)
        .map(({ code, lineNumber }) => ({
          type: 'missing-field',
          detail: `${field} required for ${code} (line ${lineNumber})`,
          lineNumber,
        }))
    case 'diagnosis':
      return ofClaim(lines, claim.diagnoses.length > 0, 'a diagnosis')
    case 'practitioner_licence':
      return ofClaim(lines, claim.practitioner.licence !== undefined, "the practitioner's licence number")
    case 'practitioner_npi':
      return ofClaim(lines, claim.practitioner.npi !== undefined, "the practitioner's NPI")
    case 'practitioner_accreditation':
      return ofClaim(
        lines,
        claim.practitioner.accreditation !== undefined,
        "the practitioner's accreditation number with the provider",
      )
    case 'clinic_npi':
      return ofClaim(lines, claim.clinic.npi !== undefined, "the clinic's NPI")
    case 'organisation_tax_id':
      return ofClaim(lines, claim.organisation.taxId !== undefined, "the organisation's tax id")
    case 'patient_address':
      return ofClaim(lines, patientAddress(claim) !== undefined, "the patient's address")
  }
}

/** A dependent lives with the subscriber, unless an address of its own is on file. */
function patientAddress({ patient, enrolment }: CheckedClaim): Address | undefined {
  return patient.address ?? (enrolment.relationship === 'self' ? undefined : enrolment.subscriber?.address)
}

function missingDetail(claim: CheckedClaim, lines: CheckedLine[], field: DentalField): SubmitProblem[] {
  const known = DENTAL_FIELDS[field]
  if (known.of === 'claim') return ofClaim(lines, known.has(claim), known.words)
  return lines
    .filter((line) => !known.has(line))
    .map(({ code, lineNumber }) => ({
      type: 'missing-field',
      detail: `${known.words} is required for ${code} (line ${lineNumber})`,
      lineNumber,
    }))
}

/**
 * What the claim says and the provider's format has no place for: it leaves without, and the person
 * who sends it is told. Signatures and descriptions change no decision: nobody is told of them.
 */
export function lostInFormat(claim: CheckedClaim, rules: SubmitRules): SubmitProblem[] {
  return (rules.noPlaceFor ?? [])
    .filter((field) => !SILENT.has(field) && says(field, claim))
    .map((field) => ({
      type: 'lost-in-format',
      detail: `${rules.name} has no place for ${DENTAL_FIELDS[field].words}: tell it another way where it matters`,
    }))
}

const SILENT: ReadonlySet<DentalField> = new Set(['description', 'patient_signature', 'dentist_signature'])

/** A field of the claim as a whole, wanted once however many lines ask for it. */
function ofClaim(lines: CheckedLine[], present: boolean, what: string): SubmitProblem[] {
  const first = lines[0]
  if (first === undefined || present) return []
  return [
    {
      type: 'missing-field',
      detail: `${what} is required for ${[...new Set(lines.map((line) => line.code))].join(', ')}`,
    },
  ]
}
