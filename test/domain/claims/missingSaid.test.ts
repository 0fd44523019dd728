import { describe, expect, it } from 'vitest'
import type { DocumentKind } from '../../../domain/claim.ts'
import { missing } from '../../../domain/claims/missing.ts'
import type { CheckedClaim, CheckedLine, HeldAuthorisation, SubmitRules } from '../../../domain/claims/requirements.ts'

// What keeps a claim from leaving names the line, the tooth and the paper that it is about: a
// person has to find them.
const line = (over: Partial<CheckedLine> = {}): CheckedLine => ({
  lineNumber: 1,
  controlNumber: '1',
  code: 'D2740',
  serviceDate: '2026-03-10',
  quantity: 1,
  charge: 1000,
  priced: true,
  visitCompleted: true,
  ...over,
})
const onTooth = line({ tooth: '14' })
const claim = (over: Partial<CheckedClaim> = {}): CheckedClaim => ({
  purpose: 'new',
  currency: 'PHP',
  organisation: {},
  clinic: {},
  practitioner: {},
  patient: {},
  enrolment: { validFrom: '2026-01-01', validTo: null },
  diagnoses: [],
  lines: [line()],
  attachments: [],
  authorisations: [],
  ...over,
})
const rules = (over: Partial<SubmitRules['requirements']> = {}, more: Partial<SubmitRules> = {}): SubmitRules => ({
  name: 'Acme',
  purposes: ['new', 'replacement'],
  diagnosisRequired: false,
  limits: { linesPerClaim: 2 },
  requirements: { attachments: [], authorisations: [], fields: [], ...over },
  ...more,
})
const said = (of: CheckedClaim, by: SubmitRules = rules()) => missing(of, by, '2026-03-20').map(({ detail }) => detail)

describe('what is missing says of what', () => {
  it.each<[string, CheckedClaim, SubmitRules?]>([
    ['Acme takes no appeal: it can carry new, replacement', claim({ purpose: 'appeal' })],
    [
      'a replacement must name the claim number that Acme gave to the original claim, and none is known',
      claim({ purpose: 'replacement' }),
    ],
    ['the claim has no services', claim({ lines: [] })],
    [
      'Acme takes at most 1 lines in a claim, this one has 2',
      claim({ lines: [line(), line()] }),
      rules({}, { limits: { linesPerClaim: 1 } }),
    ],
    [
      'the patient was not enrolled on the service date 2026-03-10 (line 1)',
      claim({ enrolment: { validFrom: '2026-03-11', validTo: null } }),
    ],
    ['the visit of D2740 on 2026-03-10 is not completed (line 1)', claim({ lines: [line({ visitCompleted: false })] })],
    [
      'the service date 2026-03-21 of D2740 is in the future (line 1)',
      claim({ lines: [line({ serviceDate: '2026-03-21' })] }),
    ],
    [
      'no negotiated rate for D2740 on 2026-03-10: set the amount with a reason (line 1)',
      claim({ lines: [line({ priced: false })] }),
    ],
    ['Acme requires a diagnosis', claim(), rules({}, { diagnosisRequired: true })],
    ['tooth required for D2740 (line 1)', claim(), rules({ fields: [{ when: {}, field: 'tooth' }] })],
    [
      'a diagnosis is required for D2740, D1110',
      claim({ lines: [line(), line({ code: 'D1110' })] }),
      rules({ fields: [{ when: {}, field: 'diagnosis' }] }),
    ],
  ])('%s', (detail, broken, by) => {
    expect(said(broken, by)).toEqual([detail])
  })

  it('a service of today is no service in the future', () => {
    expect(said(claim({ lines: [line({ serviceDate: '2026-03-20' })] }))).toEqual([])
  })

  it.each([
    ['practitioner_licence', "the practitioner's licence number"],
    ['practitioner_npi', "the practitioner's NPI"],
    ['practitioner_accreditation', "the practitioner's accreditation number with the provider"],
    ['clinic_npi', "the clinic's NPI"],
    ['organisation_tax_id', "the organisation's tax id"],
    ['patient_address', "the patient's address"],
  ] as const)('%s: %s', (field, what) => {
    expect(said(claim(), rules({ fields: [{ when: {}, field }] }))).toEqual([`${what} is required for D2740`])
  })
})

describe('attachments', () => {
  const wanting = (kind: DocumentKind, per: 'claim' | 'tooth') => rules({ attachments: [{ when: {}, kind, per }] })

  it.each<[DocumentKind, string]>([
    ['xray', 'X-ray'],
    ['photo', 'photo'],
    ['perio_chart', 'perio chart'],
    ['treatment_plan', 'treatment plan'],
    ['referral', 'referral'],
    ['authorisation', 'authorisation document'],
    ['eob', 'explanation of benefits'],
    ['claim_form', 'claim form'],
    ['receipt', 'receipt'],
    ['narrative', 'narrative'],
    ['other', 'other document'],
  ])('%s is called %s', (kind, name) => {
    expect(said(claim(), wanting(kind, 'claim'))).toEqual([`${name} required for D2740 (line 1)`])
  })

  it('one per claim is served by any of its kind, and by none of another', () => {
    expect(said(claim({ attachments: [{ kind: 'eob', tooth: '3' }] }), wanting('eob', 'claim'))).toEqual([])
    expect(said(claim({ attachments: [{ kind: 'photo' }] }), wanting('eob', 'claim'))).toHaveLength(1)
  })

  it('a line without a tooth is served by any of the kind', () => {
    expect(said(claim({ attachments: [{ kind: 'xray', tooth: '3' }] }), wanting('xray', 'tooth'))).toEqual([])
    expect(said(claim(), wanting('xray', 'tooth'))).toEqual(['X-ray required for D2740 (line 1)'])
  })
})

describe('authorisations', () => {
  const held = (over: Partial<HeldAuthorisation> = {}): HeldAuthorisation => ({
    kind: 'loa',
    number: '7',
    issuedOn: '2026-03-01',
    validUntil: '2026-03-31',
    codes: [],
    teeth: [],
    amount: null,
    currency: null,
    used: 0,
    ...over,
  })
  const required = rules({
    authorisations: [{ when: { codes: ['D2740'] }, kinds: ['loa', 'referral', 'predetermination'] }],
  })
  const of = (authorisations: HeldAuthorisation[], lines = [line()]) => claim({ authorisations, lines })

  it.each<[string, CheckedClaim, SubmitRules?]>([
    ['LOA or referral or predetermination required for D2740 (line 1)', of([]), required],
    [
      'LOA 7, referral 8 not valid on the service date 2026-03-10 of D2740 (line 1)',
      of([held({ validUntil: '2026-03-09' }), held({ kind: 'referral', number: '8', issuedOn: '2026-03-11' })]),
      required,
    ],
    ["LOA 7 doesn't cover D2740 (line 1)", of([held({ codes: ['D1110'] })]), required],
    ["LOA 7 doesn't cover D2740 (line 1) on tooth 14", of([held({ teeth: ['15'] })], [onTooth]), required],
    [
      "predetermination 7 doesn't cover D2740 (line 1)",
      of([held({ kind: 'predetermination', teeth: ['14'] })]),
      required,
    ],
    ['LOA 7 has too little left for D2740 (line 1)', of([held({ amount: 1, currency: 'PHP' })]), required],
    ['LOA 7 is not valid on any service date of the claim', of([held({ validUntil: '2026-03-09' })])],
    ["LOA 7 covers none of the claim's services", of([held({ codes: ['D1110'] })])],
    ['LOA 7 has too little left for the services that it covers', of([held({ amount: 1, currency: 'PHP' })])],
  ])('%s', (detail, broken, by) => {
    expect(said(broken, by)).toEqual([detail])
  })

  it('hold from the day of issue to the last day', () => {
    for (const days of [
      { issuedOn: '2026-03-10', validUntil: '2026-03-31' },
      { issuedOn: '2026-03-01', validUntil: '2026-03-10' },
    ])
      expect(said(of([held(days)]), required)).toEqual([])
  })

  it('that nothing requires pay for what they cover, and only for that', () => {
    const amount = { amount: 1000, currency: 'PHP', codes: ['D1110'] }
    const cleaning = line({ lineNumber: 2, code: 'D1110', charge: 900 })
    expect(said(of([held(amount)], [line(), cleaning]))).toEqual([])
    const early = line({ lineNumber: 2, code: 'D1110', charge: 900, serviceDate: '2026-02-10' })
    expect(said(of([held({ ...amount, codes: [] })], [line(), early]))).toEqual([])
    expect(said(of([held(amount)], [cleaning, { ...cleaning, lineNumber: 3 }]))).toEqual([
      'LOA 7 has too little left for the services that it covers',
    ])
  })

  it('of another kind than the rule wants pay for the lines that the rule is not about', () => {
    const rule = rules({ authorisations: [{ when: { codes: ['D2740'] }, kinds: ['loa'] }] })
    const referral = held({ kind: 'referral', number: '8', amount: 900, currency: 'PHP' })
    const cleaning = line({ lineNumber: 2, code: 'D1110', charge: 900 })
    expect(said(of([held(), referral], [line(), cleaning]), rule)).toEqual([])
  })
})
