import type { Purpose, Submission, SubmissionLine } from '../../../domain/claim.ts'
import type { FirstPayer } from '../../../domain/coordination/firstPayer.ts'
import type { Person } from '../../../domain/people.ts'

/** Invented people and numbers. Texts have plain letters, so that every format can spell them. */
const SUBSCRIBER: Person = {
  family: 'Marlow',
  given: 'Edith',
  birthDate: '1979-06-30',
  sex: 'female',
  address: {
    line1: '12 Larch Road',
    line2: 'Flat 3',
    city: 'Denver',
    state: 'CO',
    postalCode: '802021234',
    country: 'US',
  },
}

const PATIENT: Person = {
  family: "O'Hara",
  given: 'Robin',
  birthDate: '2011-09-01',
  sex: 'male',
  address: {
    line1: '7 Elm Street',
    line2: 'Rear',
    city: 'Aurora',
    state: 'CO',
    postalCode: '800105678',
    country: 'US',
  },
}

const LINES: SubmissionLine[] = [
  {
    lineNumber: 1,
    controlNumber: 'L1',
    openingControlNumber: 'A1',
    code: 'D2740',
    serviceDate: '2026-03-02',
    tooth: '14',
    quantity: 1,
    charge: 100_000,
    diagnosisPointers: [2, 1],
    description: 'Zirconia crown upper left',
    placement: 'replacement',
    priorPlacedOn: '2015-05-20',
  },
  {
    lineNumber: 2,
    controlNumber: 'L2',
    openingControlNumber: 'A2',
    code: 'D2392',
    serviceDate: '2026-03-03',
    tooth: 'A',
    surfaces: 'MOB',
    quantity: 1,
    charge: 16_005,
    diagnosisPointers: [1],
    placeOfService: '22',
  },
  {
    lineNumber: 3,
    controlNumber: 'L3',
    openingControlNumber: 'A3',
    code: 'D4341',
    serviceDate: '2026-03-04',
    area: '10',
    quantity: 2,
    charge: 24_050,
  },
  {
    lineNumber: 4,
    controlNumber: 'L4',
    code: 'D8080',
    serviceDate: '2026-03-05',
    quantity: 1,
    charge: 99_999,
    appliancePlacedOn: '2026-02-10',
  },
]

const PAYS_FIRST: FirstPayer = {
  providerId: 'harbor-health',
  name: 'Harbor Health',
  payerId: 'HARBOR',
  cover: { memberId: 'HH-9000001', group: 'GRP-1', relationship: 'child', subscriber: SUBSCRIBER },
  claimReference: 'HH-000017',
  decision: {
    decidedOn: '2026-03-08',
    paid: 95_000,
    adjustments: [],
    lines: LINES.map(({ lineNumber, charge }) => {
      const paid = [60_000, 10_000, 0, 25_000][lineNumber - 1] ?? 0
      const contractual = [20_000, 1_005, 4_050, 4_999][lineNumber - 1] ?? 0
      const left = charge - paid - contractual
      return {
        lineNumber,
        charge,
        paid,
        allowed: charge - contractual,
        left,
        adjustments: [
          { bucket: 'contractual', group: 'CO', reason: '45', amount: contractual },
          { bucket: 'patient', group: 'PR', reason: lineNumber === 3 ? '1' : '2', amount: left, text: 'coinsurance' },
        ],
      }
    }),
  },
}

/** The bytes of each of its papers. */
export const PAPER = new TextEncoder().encode('not really an X-ray')

/**
 * A claim that says all that a claim can say, for one purpose; what a format can't carry is taken
 * off by `change`.
 */
export function wideClaim(purpose: Purpose, change: Partial<Submission> = {}): Submission {
  return {
    submissionId: '0195c0de-0000-7000-8000-0000000000aa',
    submissionNumber: '7K2M9QX4TB6VH0RC',
    purpose,
    claimId: '0195c0de-0000-7000-8000-0000000000bb',
    claimNumber: 'C-1001',
    currency: 'USD',
    total: LINES.reduce((total, { charge }) => total + charge, 0),
    ...(purpose === 'new'
      ? {}
      : {
          originalReference: 'SD26069001',
          originalSubmissionNumber: '3NDW8YZ5GJ1PSE72',
          openingSubmissionNumber: '1ABC8YZ5GJ1PSE72',
        }),
    organisation: { name: 'Bright Smile Dental Group', taxId: '12-3456789', npi: '1234567893' },
    clinic: {
      name: 'Bright Smile Uptown',
      npi: '1999999984',
      phone: '+1 303 555 0101',
      address: {
        line1: '400 Main Street',
        line2: 'Suite 5',
        city: 'Denver',
        state: 'CO',
        postalCode: '80203-1234',
        country: 'US',
      },
    },
    practitioner: { family: 'Reyes', given: 'Alma', npi: '1888888884', licence: 'DEN-4411', accreditation: 'HH-77' },
    patient: PATIENT,
    enrolment: {
      memberId: 'PF-100200',
      plan: 'GOLD',
      group: 'GRP-77',
      relationship: 'child',
      subscriber: SUBSCRIBER,
      priority: 'secondary',
    },
    firstPayer: PAYS_FIRST,
    authorisations: [
      { kind: 'loa', number: 'LOA-9', teeth: ['14'] },
      { kind: 'referral', number: 'REF-1' },
    ],
    diagnoses: [
      { system: 'icd-10', code: 'K02.1' },
      { system: 'icd-10', code: 'K08.1' },
    ],
    lines: LINES,
    attachments: [
      {
        attachmentId: '0195c0de-0000-7000-8000-0000000000cc',
        kind: 'xray',
        mediaType: 'image/png',
        fileName: 'tooth14.png',
        sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
        size: PAPER.length,
        tooth: '14',
        labels: [{ kind: 'photo', tooth: 'A' }],
        capturedOn: '2026-03-01',
      },
      {
        attachmentId: '0195c0de-0000-7000-8000-0000000000dd',
        kind: 'eob',
        mediaType: 'application/pdf',
        fileName: 'harbor.pdf',
        sha256: 'c5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
        size: PAPER.length,
      },
    ],
    note: 'Crown fell out in the accident',
    accident: { kind: 'auto', on: '2026-02-01', state: 'CO', country: 'US' },
    orthodontics: { bandedOn: '2026-02-10', months: 24, remainingMonths: 23 },
    referringDentist: { family: 'Okafor', given: 'Ngozi', npi: '1234567893', licence: 'L-77' },
    billingDentist: { family: 'Reyes', given: 'Alma', npi: '1888888884', licence: 'DEN-4411' },
    missingTeeth: [
      { tooth: '1', status: 'missing' },
      { tooth: '16', status: 'to_be_extracted' },
    ],
    payee: { name: 'Bright Holdings', bank: { name: 'First Bank', account: '12345678', code: '021000021' } },
    assignment: 'patient',
    signatures: { patientOn: '2026-01-02', dentist: true },
    ...change,
  }
}
