import type { Submission, SubmissionLine } from '../../../domain/claim.ts'
import { concept, toothConcept } from './coding.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

/** A piece of supportingInfo, and the line that it is about; null: the whole claim. */
interface Detail {
  line: number | null
  info: { [name: string]: JsonOut | undefined }
}

/**
 * The dental details that R4's Claim has no element for, as supportingInfo: missing teeth and
 * prostheses in their own categories, the rest as `info` with our code (source: R4
 * CodeSystem-claiminformationcategory).
 */
export function dentalDetails(submission: Submission): Detail[] {
  const { orthodontics, missingTeeth, signatures, lines } = submission
  return [
    ...ofClaim('banded-on', day(orthodontics?.bandedOn)),
    ...ofClaim('treatment-months', months(orthodontics?.months)),
    ...ofClaim('remaining-months', months(orthodontics?.remainingMonths)),
    ...(missingTeeth?.length === 0 ? ofClaim('no-missing-teeth', { valueBoolean: true }) : []),
    ...(missingTeeth ?? []).map(({ tooth, status }) => ({
      line: null,
      info: {
        category: concept(SYSTEMS.informationCategory, 'missingtooth'),
        code: toothConcept(tooth),
        ...(status === 'to_be_extracted' ? { valueString: 'to be extracted' } : {}),
      },
    })),
    ...ofClaim('patient-signature-on-file', day(signatures?.patientOn)),
    ...ofClaim('dentist-signature-on-file', signatures?.dentist === true ? { valueBoolean: true } : null),
    ...lines.flatMap(ofLine),
  ]
}

function ofLine({ lineNumber, placement, priorPlacedOn, priorUnknownBecause, appliancePlacedOn }: SubmissionLine) {
  const prosthesis: Detail[] =
    placement === undefined && priorPlacedOn === undefined && priorUnknownBecause === undefined
      ? []
      : [
          {
            line: lineNumber,
            info: {
              category: concept(SYSTEMS.informationCategory, 'prosthesis'),
              code: placement === undefined ? undefined : concept(SYSTEMS.dentalDetail, placement),
              timingDate: priorPlacedOn,
              valueString: priorUnknownBecause,
            },
          },
        ]
  const appliance = ofClaim('appliance-placed-on', day(appliancePlacedOn))
  return [...prosthesis, ...appliance.map((detail) => ({ ...detail, line: lineNumber }))]
}

function ofClaim(code: string, value: Detail['info'] | null): Detail[] {
  if (value === null) return []
  const category = concept(SYSTEMS.informationCategory, 'info')
  return [{ line: null, info: { category, code: concept(SYSTEMS.dentalDetail, code), ...value } }]
}

function day(date: string | undefined): Detail['info'] | null {
  return date === undefined ? null : { timingDate: date }
}

function months(count: number | undefined): Detail['info'] | null {
  return count === undefined
    ? null
    : { valueQuantity: { value: count, unit: 'months', system: 'http://unitsofmeasure.org', code: 'mo' } }
}

/** Claim.accident; the kinds are those of v3-ActIncidentCode. */
export function accident({ accident: told, clinic }: Submission): JsonOut | undefined {
  if (told === undefined) return undefined
  const { kind, on, state, country = clinic.address.country } = told
  return {
    date: on,
    ...(kind === 'other' ? {} : { type: concept(SYSTEMS.incident, INCIDENTS[kind]) }),
    locationAddress: { state, country },
  }
}

const INCIDENTS = { auto: 'MVA', employment: 'WPA' } as const

/**
 * Claim.payee, where it isn't the billing provider as always: the subscriber who is paid, or
 * another name or account.
 */
export function payee({ payee: to, assignment }: Submission): JsonOut | undefined {
  if (assignment === 'patient') return { type: concept(SYSTEMS.payeeType, 'subscriber') }
  if (to !== undefined) return { type: concept(SYSTEMS.payeeType, 'other'), party: { reference: '#payee' } }
  return assignment === 'clinic' ? { type: concept(SYSTEMS.payeeType, 'provider') } : undefined
}

/**
 * Contained: who is paid, with the account. A payee that the assignment passes over is not named.
 */
export function payeeResource({ payee: to, assignment }: Submission): JsonOut[] {
  if (to === undefined || assignment === 'patient') return []
  const { name, bank } = to
  const assigner = bank && { display: bank.name }
  return [
    {
      resourceType: 'Organization',
      id: 'payee',
      identifier:
        bank === undefined
          ? []
          : [
              { system: SYSTEMS.bankAccount, value: bank.account, assigner },
              ...(bank.code === undefined ? [] : [{ system: SYSTEMS.bankCode, value: bank.code, assigner }]),
            ],
      name,
    },
  ]
}

/** What an item has of its own: where it was done, and for which of the claim's diagnoses. */
export function itemDetails(line: SubmissionLine, diagnoses: number): { [name: string]: JsonOut | undefined } {
  const all = Array.from({ length: diagnoses }, (_, index) => index + 1)
  return {
    diagnosisSequence: line.diagnosisPointers ?? all,
    locationCodeableConcept:
      line.placeOfService === undefined ? undefined : concept(SYSTEMS.placeOfService, line.placeOfService),
  }
}
