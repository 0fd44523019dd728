import { describe, expect, it } from 'vitest'
import type { ClaimDetails } from '../../../domain/claims/dentistry/details.ts'
import { DENTAL_FIELD_NAMES, DENTAL_FIELDS, type DentalField } from '../../../domain/claims/dentistry/fields.ts'
import { DENTAL_REQUIREMENTS, isProsthesis } from '../../../domain/claims/dentistry/prostheses.ts'
import { lostInFormat, missing } from '../../../domain/claims/missing.ts'
import type { CheckedClaim, CheckedLine, FieldRule, SubmitRules } from '../../../domain/claims/requirements.ts'

const line = (over: Partial<CheckedLine> = {}): CheckedLine => ({
  lineNumber: 1,
  controlNumber: '1',
  code: 'D2740',
  serviceDate: '2026-03-02',
  tooth: '14',
  quantity: 1,
  charge: 1000,
  priced: true,
  visitCompleted: true,
  ...over,
})
const claim = (over: Partial<CheckedClaim> = {}): CheckedClaim => ({
  purpose: 'new',
  currency: 'USD',
  organisation: {},
  clinic: { address: { line1: '1 Main', city: 'Denver', country: 'US' } },
  practitioner: {},
  patient: {},
  enrolment: { validFrom: '2026-01-01', validTo: null },
  diagnoses: [{}, {}],
  lines: [line()],
  attachments: [],
  authorisations: [],
  ...over,
})
const rules = (fields: FieldRule[] = [], over: Partial<SubmitRules> = {}): SubmitRules => ({
  name: 'Acme',
  requirements: { attachments: [], authorisations: [], fields },
  purposes: ['new'],
  diagnosisRequired: false,
  limits: { linesPerClaim: 50 },
  ...over,
})
const said = (checked: CheckedClaim, by = rules()) => missing(checked, by, '2026-03-20').map(({ detail }) => detail)

const dentist = { family: 'Okafor', given: 'Ngozi' }
const OF_LINE: Partial<Record<DentalField, Partial<CheckedLine>>> = {
  description: { description: 'Crown' },
  placement: { placement: 'initial' },
  prior_placement: { placement: 'replacement', priorUnknownBecause: 'no records' },
  appliance_date: { appliancePlacedOn: '2026-01-01' },
  place_of_service: { placeOfService: '22' },
  diagnosis_pointers: { diagnosisPointers: [2] },
}
const OF_CLAIM: Partial<Record<DentalField, ClaimDetails>> = {
  accident: { accident: { kind: 'other', on: '2026-01-01' } },
  banding_date: { orthodontics: { bandedOn: '2026-01-01' } },
  orthodontic_months: { orthodontics: { months: 24 } },
  remaining_months: { orthodontics: { remainingMonths: 0 } },
  missing_teeth: { missingTeeth: [] },
  referring_dentist: { referringDentist: dentist },
  billing_dentist: { billingDentist: dentist },
  payee: { payee: { name: 'Holdings' } },
  assignment: { assignment: 'patient' },
  patient_signature: { signatures: { patientOn: '2026-01-01' } },
  dentist_signature: { signatures: { dentist: true } },
}
const having = (field: DentalField) => claim({ lines: [line(OF_LINE[field])], ...OF_CLAIM[field] })

describe('an HMO can ask for each dental detail by its requirement rules (K32)', () => {
  it.each(DENTAL_FIELD_NAMES)('%s', (field) => {
    const wanting = rules([{ when: { codes: ['D2740'] }, field }])
    const ofLine = DENTAL_FIELDS[field].of === 'line' ? ' (line 1)' : ''
    expect(said(claim(), wanting)).toEqual([`${DENTAL_FIELDS[field].words} is required for D2740${ofLine}`])
    expect(said(having(field), wanting)).toEqual([])
    expect(said(claim({ lines: [line({ code: 'D0120' })] }), wanting)).toEqual([])
  })

  it.each(DENTAL_FIELD_NAMES)('%s, where the format has no place for it, is told or changes no decision', (field) => {
    const silent = ['description', 'patient_signature', 'dentist_signature'].includes(field)
    const by = rules([], { noPlaceFor: [field] })
    expect(lostInFormat(having(field), by)).toHaveLength(silent ? 0 : 1)
    expect(lostInFormat(claim(), by)).toEqual([])
    expect(lostInFormat(having(field), rules())).toEqual([])
  })
})

describe('prostheses and orthodontics (ADA claim form 2024, fields 41 to 44)', () => {
  it.each(['D2510', 'D2740', 'D2750', 'D2799', 'D5110', 'D5213', 'D5820', 'D6065', 'D6110', 'D6240', 'D6750'])(
    'K32: %s asks initial or replacement',
    (code) => {
      expect(isProsthesis(code)).toBe(true)
      expect(said(claim({ lines: [line({ code })] }), rules(DENTAL_REQUIREMENTS))).toEqual([
        `initial or replacement placement is required for ${code} (line 1)`,
      ])
      expect(said(claim({ lines: [line({ code, placement: 'initial' })] }), rules(DENTAL_REQUIREMENTS))).toEqual([])
    },
  )

  it.each(['D0120', 'D2392', 'D2950', 'D5410', 'D5510', 'D5750', 'D6010', 'D6930', 'D7140'])(
    'K32: %s places no prosthesis and asks nothing',
    (code) => {
      expect(said(claim({ lines: [line({ code })] }), rules(DENTAL_REQUIREMENTS))).toEqual([])
    },
  )

  it.each(['D8010', 'D8080', 'D8090', 'D8670'])('K32: %s asks for banding date and months', (code) => {
    const treated = { lines: [line({ code })] }
    expect(said(claim(treated), rules(DENTAL_REQUIREMENTS))).toEqual([
      `the banding date is required for ${code}`,
      `the months of treatment is required for ${code}`,
    ])
    const orthodontics = { bandedOn: '2026-02-20', months: 24 }
    expect(said(claim({ ...treated, orthodontics }), rules(DENTAL_REQUIREMENTS))).toEqual([])
  })

  it.each<[string, Partial<CheckedLine>]>([
    [
      'the date of the prior placement of D2740, or why it is unknown, is required (line 1)',
      { placement: 'replacement' },
    ],
    [
      'D2740 has a prior placement, but is not said to be a replacement (line 1)',
      { placement: 'initial', priorPlacedOn: '2015-01-01' },
    ],
    ['D2740 has a prior placement, but is not said to be a replacement (line 1)', { priorUnknownBecause: 'lost' }],
    [
      'the prior placement of D2740 is after its service date 2026-03-02 (line 1)',
      { placement: 'replacement', priorPlacedOn: '2026-03-03' },
    ],
    [
      'the appliance of D2740 is placed after its service date 2026-03-02 (line 1)',
      { appliancePlacedOn: '2026-03-03' },
    ],
    ['D2740 is done for a diagnosis that the claim does not have (line 1)', { diagnosisPointers: [3] }],
    ['D2740 is done for a diagnosis that the claim does not have (line 1)', { diagnosisPointers: [0] }],
    ['D2740 is done for 5 diagnoses, and a line names at most four (line 1)', { diagnosisPointers: [1, 2, 1, 2, 1] }],
  ])('%s', (detail, over) => {
    expect(said(claim({ lines: [line(over)] }))).toEqual([detail])
  })

  it.each<[Partial<CheckedLine>]>([
    [{ placement: 'initial' }],
    [{ placement: 'replacement', priorPlacedOn: '2026-03-02' }],
    [{ placement: 'replacement', priorUnknownBecause: 'no records' }],
    [{ appliancePlacedOn: '2026-03-02' }],
    [{ diagnosisPointers: [2, 1] }],
  ])('%j is in order', (over) => {
    expect(said(claim({ lines: [line(over)] }))).toEqual([])
  })

  it.each<[string, ClaimDetails]>([
    ['13 months of treatment remain of 12', { orthodontics: { months: 12, remainingMonths: 13 } }],
    ['the banding date is after the last service date 2026-03-02', { orthodontics: { bandedOn: '2026-03-03' } }],
    ['the state of the auto accident is required', { accident: { kind: 'auto', on: '2026-03-01' } }],
    ['the accident is after the last service date 2026-03-02', { accident: { kind: 'employment', on: '2026-03-03' } }],
    [
      'tooth AS is charted as missing twice',
      {
        missingTeeth: [
          { tooth: 'AS', status: 'missing' },
          { tooth: 'as', status: 'to_be_extracted' },
        ],
      },
    ],
  ])('%s', (detail, over) => {
    expect(said(claim(over))).toEqual([detail])
  })

  it.each<[ClaimDetails]>([
    [{ orthodontics: { months: 12, remainingMonths: 12, bandedOn: '2026-03-02' } }],
    [{ accident: { kind: 'auto', on: '2026-03-02', state: 'CO' } }],
    [{ accident: { kind: 'auto', on: '2026-03-02', country: 'MX' } }],
    [{ accident: { kind: 'other', on: '2026-03-02' } }],
    [
      {
        missingTeeth: [
          { tooth: 'A', status: 'missing' },
          { tooth: 'AS', status: 'missing' },
        ],
      },
    ],
  ])('%j is in order', (over) => {
    expect(said(claim(over))).toEqual([])
  })
})
