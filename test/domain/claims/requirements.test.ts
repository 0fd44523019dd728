import { describe, expect, it } from 'vitest'
import { missing } from '../../../domain/claims/missing.ts'
import type {
  CheckedClaim,
  CheckedLine,
  FieldRule,
  NamedAuthorisation,
  SubmitRules,
} from '../../../domain/claims/requirements.ts'

/** Its check digit would be 3. */
const WRONG_NPI = '1234567890'
const TODAY = '2026-03-20'
const line = (over: Partial<CheckedLine> = {}): CheckedLine => ({
  lineNumber: 1,
  controlNumber: '1',
  code: 'D2740',
  serviceDate: '2026-03-10',
  tooth: '14',
  quantity: 1,
  charge: 1000,
  priced: true,
  visitCompleted: true,
  ...over,
})
const claim = (over: Partial<CheckedClaim> = {}): CheckedClaim => ({
  purpose: 'new',
  currency: 'PHP',
  organisation: {},
  clinic: {},
  practitioner: {},
  patient: {},
  enrolment: { plan: 'gold', validFrom: '2026-01-01', validTo: '2026-12-31' },
  diagnoses: [],
  lines: [line()],
  attachments: [],
  authorisations: [],
  ...over,
})
const rules = (over: Partial<SubmitRules['requirements']> = {}, more: Partial<SubmitRules> = {}): SubmitRules => ({
  name: 'Harbor Health',
  purposes: ['new', 'replacement'],
  diagnosisRequired: false,
  limits: { linesPerClaim: 2 },
  requirements: { attachments: [], authorisations: [], fields: [], ...over },
  ...more,
})
const types = (of: CheckedClaim, by: SubmitRules = rules()) => missing(of, by, TODAY).map((problem) => problem.type)

describe('before a claim may leave', () => {
  it('nothing is missing from a whole claim', () => {
    expect(missing(claim(), rules(), TODAY)).toEqual([])
  })
  it.each<[string, CheckedClaim]>([
    ['no-lines', claim({ lines: [] })],
    ['too-many-lines', claim({ lines: [1, 2, 3].map((lineNumber) => line({ lineNumber })) })],
    ['not-enrolled', claim({ enrolment: { validFrom: '2026-03-11', validTo: null } })],
    ['not-enrolled', claim({ enrolment: { validFrom: '2026-01-01', validTo: '2026-03-09' } })],
    ['visit-not-completed', claim({ lines: [line({ visitCompleted: false })] })],
    ['service-in-future', claim({ lines: [line({ serviceDate: '2026-03-21' })] })],
    ['line-not-priced', claim({ lines: [line({ priced: false, charge: 0 })] })],
    ['npi-check-digit', claim({ organisation: { npi: WRONG_NPI } })],
    ['npi-check-digit', claim({ clinic: { npi: WRONG_NPI } })],
    ['npi-check-digit', claim({ practitioner: { npi: WRONG_NPI } })],
    ['phone-digits', claim({ clinic: { phone: '+1234567890123456' } })],
    [
      'phone-digits',
      claim({ clinic: { phone: '212 555 01000', address: { line1: '1 A', city: 'B', country: 'US' } } }),
    ],
    ['born-after-service', claim({ patient: { birthDate: '2026-03-11' } })],
    [
      'born-after-service',
      claim({ enrolment: { validFrom: '2026-01-01', validTo: null, subscriber: { birthDate: '2090-01-01' } } }),
    ],
    ['zero-charge', claim({ lines: [line({ charge: 0 })] })],
    ['purpose-not-supported', claim({ purpose: 'appeal', originalReference: 'HH-1' })],
    ['provider-reference-missing', claim({ purpose: 'replacement' })],
  ])('%s', (type, broken) => {
    expect(types(broken)).toEqual([type])
  })
  it('a patient born on the day of the service may be billed, at a price above nothing', () => {
    const right = claim({
      organisation: { npi: '1234567893' },
      clinic: { npi: '1999999984', phone: '+63 2 555 0100' },
      practitioner: { npi: '1888888884' },
      patient: { birthDate: '2026-03-10' },
      lines: [line({ charge: 1 })],
    })
    expect(types(right)).toEqual([])
  })
  it('a replacement that names the original may leave', () => {
    expect(types(claim({ purpose: 'replacement', originalReference: 'HH-1' }))).toEqual([])
  })
  it('enrolment counts on its first and last day', () => {
    expect(types(claim({ enrolment: { validFrom: '2026-03-10', validTo: '2026-03-10' } }))).toEqual([])
  })
  it('a diagnosis is wanted where the provider wants one', () => {
    expect(types(claim(), rules({}, { diagnosisRequired: true }))).toEqual(['missing-diagnosis'])
    expect(types(claim({ diagnoses: [{}] }), rules({}, { diagnosisRequired: true }))).toEqual([])
  })
  it('lists everything at once', () => {
    const broken = claim({ lines: [line({ priced: false, visitCompleted: false })], purpose: 'replacement' })
    expect(types(broken)).toEqual(['provider-reference-missing', 'visit-not-completed', 'line-not-priced'])
  })
})

describe('attachments', () => {
  const xray = rules({ attachments: [{ when: { codes: ['D2700-D2799'] }, kind: 'xray', per: 'tooth' }] })
  const eob = rules({ attachments: [{ when: {}, kind: 'eob', per: 'claim' }] })

  it('says which picture of which tooth for which line', () => {
    expect(missing(claim({ lines: [line({ lineNumber: 2 })] }), xray, TODAY)).toEqual([
      { type: 'missing-attachment', detail: 'X-ray of tooth 14 required for D2740 (line 2)', lineNumber: 2 },
    ])
  })
  it('an X-ray of another tooth or a photo of the tooth does not help', () => {
    const attachments = [
      { kind: 'xray' as const, tooth: '15' },
      { kind: 'photo' as const, tooth: '14' },
    ]
    expect(types(claim({ attachments }), xray)).toEqual(['missing-attachment'])
  })
  it('the X-ray of the tooth does', () => {
    expect(types(claim({ attachments: [{ kind: 'xray', tooth: '14' }] }), xray)).toEqual([])
  })
  it('other codes need none, the ends of the range do', () => {
    expect(types(claim({ lines: [line({ code: 'D2699' })] }), xray)).toEqual([])
    expect(
      types(claim({ lines: [line({ code: 'D2700' }), line({ lineNumber: 2, code: 'D2799' })] }), xray),
    ).toHaveLength(2)
  })
  it('one per claim is asked for once', () => {
    expect(
      missing(claim({ lines: [line(), line({ lineNumber: 2 })] }), eob, TODAY).map((problem) => problem.detail),
    ).toEqual(['explanation of benefits required for D2740 (line 1), D2740 (line 2)'])
  })
  it('rules may hold for a plan or from an amount only', () => {
    const scoped = rules({
      attachments: [{ when: { plans: ['gold'], chargeFrom: 1000 }, kind: 'narrative', per: 'claim' }],
    })
    expect(types(claim(), scoped)).toEqual(['missing-attachment'])
    expect(types(claim({ lines: [line({ charge: 999 })] }), scoped)).toEqual([])
    expect(types(claim({ enrolment: { plan: 'silver', validFrom: '2026-01-01', validTo: null } }), scoped)).toEqual([])
    expect(types(claim({ enrolment: { validFrom: '2026-01-01', validTo: null } }), scoped)).toEqual([])
  })
})

describe('fields', () => {
  const wanting = (field: FieldRule['field']) => rules({ fields: [{ when: { codes: ['D2740'] }, field }] })
  it.each<[FieldRule['field'], Partial<CheckedClaim>]>([
    ['tooth', { lines: [line()] }],
    ['surfaces', { lines: [line({ surfaces: 'MO' })] }],
    ['area', { lines: [line({ area: '20' })] }],
    ['diagnosis', { diagnoses: [{}] }],
    ['practitioner_licence', { practitioner: { licence: 'L1' } }],
    ['practitioner_npi', { practitioner: { npi: '1234567893' } }],
    ['practitioner_accreditation', { practitioner: { accreditation: 'A1' } }],
    ['clinic_npi', { clinic: { npi: '1234567893' } }],
    ['organisation_tax_id', { organisation: { taxId: '1' } }],
    ['patient_address', { patient: { address: { line1: 'a', city: 'b', country: 'PH' } } }],
  ])('%s: missing, present, and not wanted for other codes', (field, present) => {
    const { tooth: _tooth, ...toothless } = line()
    expect(types(claim({ lines: [toothless] }), wanting(field))).toEqual(['missing-field'])
    expect(types(claim(present), wanting(field))).toEqual([])
    expect(types(claim({ lines: [{ ...toothless, code: 'D0120' }] }), wanting(field))).toEqual([])
  })
})

describe('authorisations', () => {
  const loa = (over: Partial<NamedAuthorisation> = {}): NamedAuthorisation => ({
    kind: 'loa',
    number: 'LOA-7',
    issuedOn: '2026-03-01',
    validUntil: '2026-03-31',
    codes: [],
    teeth: [],
    amount: null,
    currency: null,
    used: 0,
    ...over,
  })
  const required = rules({ authorisations: [{ when: { codes: ['D2740'] }, kinds: ['loa', 'preauthorisation'] }] })
  const two = [line(), line({ lineNumber: 2, tooth: '15' })]

  it('is required', () => {
    expect(missing(claim(), required, TODAY)).toEqual([
      { type: 'authorisation-required', detail: 'LOA or pre-authorisation required for D2740 (line 1)', lineNumber: 1 },
    ])
    expect(types(claim({ authorisations: [loa({ kind: 'referral' })] }), required)).toEqual(['authorisation-required'])
    expect(types(claim({ authorisations: [loa()] }), required)).toEqual([])
  })
  it.each<[string, Partial<NamedAuthorisation>]>([
    ['authorisation-expired', { validUntil: '2026-03-09' }],
    ['authorisation-expired', { issuedOn: '2026-03-11' }],
    ['authorisation-not-covering', { codes: ['D2750'] }],
    ['authorisation-not-covering', { teeth: ['15'] }],
    ['authorisation-exceeded', { amount: 999, currency: 'PHP' }],
    ['authorisation-exceeded', { amount: 2000, currency: 'PHP', used: 1001 }],
    ['authorisation-exceeded', { amount: 99999, currency: 'USD' }],
  ])('%s: %j, whether required or only named', (type, over) => {
    expect(types(claim({ authorisations: [loa(over)] }), required)).toEqual([type])
    expect(types(claim({ authorisations: [loa(over)] }))).toEqual([type])
  })
  it.each<[Partial<NamedAuthorisation>]>([
    [{ validUntil: '2026-03-10' }],
    [{ validUntil: null }],
    [{ codes: ['D2700-D2799'], teeth: ['14'] }],
    [{ amount: 1000, currency: 'PHP' }],
  ])('serves: %j', (over) => {
    expect(types(claim({ authorisations: [loa(over)] }), required)).toEqual([])
    expect(types(claim({ authorisations: [loa(over)] }))).toEqual([])
  })
  it('its amount is used up line by line', () => {
    const held = loa({ amount: 1500, currency: 'PHP' })
    expect(missing(claim({ lines: two, authorisations: [held] }), required, TODAY)).toEqual([
      { type: 'authorisation-exceeded', detail: 'LOA LOA-7 has too little left for D2740 (line 2)', lineNumber: 2 },
    ])
    expect(
      types(
        claim({ lines: two, authorisations: [held, loa({ number: 'LOA-8', amount: 1000, currency: 'PHP' })] }),
        required,
      ),
    ).toEqual([])
  })
  it('one expired beside a valid one is enough', () => {
    expect(
      types(claim({ authorisations: [loa({ validUntil: '2026-03-02' }), loa({ number: 'LOA-8' })] }), required),
    ).toEqual([])
  })
})
