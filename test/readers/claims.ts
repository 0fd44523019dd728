import fc from 'fast-check'
import type { Person, Submission, SubmissionLine } from '../../domain/claim.ts'

/** A name, and how X12 has to spell it; written by hand, not by our own table. */
const NAMES = [
  ['Doe', 'Doe'],
  ["O'Brien", "O'Brien"],
  ['de la Peña', 'de la Pena'],
  ['Müller-Lüdenscheidt', 'Muller-Ludenscheidt'],
  ['Łukasz', 'Lukasz'],
  ['Nguyễn Thị', 'Nguyen Thi'],
  ['Søren', 'Soren'],
  ['Groß', 'Gross'],
  ['Zoë Æsa', 'Zoe AEsa'],
  ['Smith & Sons', 'Smith & Sons'],
] as const
const PLAIN = new Map<string, string>(NAMES)

/** The plain spelling of a name of ours, or of a text that has only plain letters. */
export function plainOf(text: string): string {
  return PLAIN.get(text) ?? text
}

const name = fc.constantFrom(...NAMES.map(([written]) => written))
const day = fc
  .date({ min: new Date('2026-01-05'), max: new Date('2026-03-01'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10))
const born = fc
  .date({ min: new Date('1930-01-01'), max: new Date('2025-12-31'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10))
const number = fc.stringMatching(/^[A-Z0-9]{2}[A-Z0-9-]{0,16}[A-Z0-9]$/)
const person: fc.Arbitrary<Person> = fc.record({
  family: name,
  given: name,
  birthDate: born,
  sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
  address: fc.record({
    line1: fc.constantFrom('12 Larch Road', '7 Main Street', '400 Upper Boxwood Lane'),
    city: fc.constantFrom('Denver', 'Flushing'),
    state: fc.constantFrom('CO', 'NY'),
    postalCode: fc.constantFrom('80202', '113551234', '80203-1234'),
    country: fc.constant('US'),
  }),
})

const site = fc.oneof(
  fc.constant({}),
  fc.record({ tooth: fc.constantFrom('1', '8', '14', '17', '32', 'A', 'J', 'K', 'T') }),
  fc.record({
    tooth: fc.constantFrom('3', '14', '19', '30', 'B', 'S'),
    surfaces: fc.constantFrom('M', 'MO', 'MOD', 'MODBL', 'DL', 'I', 'F'),
  }),
  fc.record({ area: fc.constantFrom('00', '01', '02', '10', '20', '30', '40') }),
)
const line = fc.record({
  code: fc.constantFrom('D0120', 'D1110', 'D2140', 'D2392', 'D4341', 'D9110'),
  serviceDate: day,
  charge: fc.integer({ min: 1, max: 150_000 }),
  quantity: fc.integer({ min: 1, max: 9 }),
  site,
})

const NOTE = fc.constantFrom(
  'Crown after root canal',
  'Fractured cusp; patient in pain since Monday',
  'Narrative: '.concat('restoration failed and decay was found below it '.repeat(6)).trim(),
)

/**
 * Claims of many shapes that every format can carry: one to twelve lines, subscriber or dependent,
 * every purpose, permanent and primary teeth, names with accents.
 */
const anyClaim: fc.Arbitrary<Submission> = fc
  .record({
    number: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{16}$/),
    purpose: fc.constantFrom('new', 'new', 'replacement', 'appeal', 'void'),
    original: fc.constantFrom('SD26069001', 'CLM 77/12', 'A-1'),
    patient: person,
    subscriber: person,
    relationship: fc.constantFrom('self', 'self', 'spouse', 'child', 'other'),
    memberId: number,
    plan: fc.option(number, { nil: null }),
    group: fc.option(number, { nil: null }),
    priority: fc.constantFrom('primary', 'secondary'),
    lines: fc.array(line, { minLength: 1, maxLength: 12 }),
    loa: fc.option(number, { nil: null }),
    referral: fc.option(number, { nil: null }),
    diagnoses: fc.uniqueArray(fc.constantFrom('K02.1', 'K02.9', 'K05.1', 'K08.1'), { minLength: 1, maxLength: 4 }),
    note: fc.option(NOTE, { nil: null }),
  })
  .map((each): Submission => {
    const lines = each.lines.map(
      ({ site: where, ...rest }, index): SubmissionLine => ({
        lineNumber: index + 1,
        controlNumber: `L${index + 1}`,
        ...rest,
        ...where,
      }),
    )
    const { patient } = each
    return {
      submissionId: '0195c0de-0000-7000-8000-0000000000aa',
      submissionNumber: each.number,
      purpose: each.purpose,
      claimId: '0195c0de-0000-7000-8000-0000000000bb',
      claimNumber: 'C-1001',
      currency: 'USD',
      total: lines.reduce((total, { charge }) => total + charge, 0),
      ...(each.purpose === 'new' ? {} : { originalReference: each.original, openingSubmissionNumber: each.number }),
      organisation: { name: 'Bright Smile Dental Group', taxId: '12-3456789', npi: '1234567893' },
      clinic: {
        name: 'Bright Smile Uptown',
        npi: '1999999984',
        phone: '+1 303 555 0101',
        address: { line1: '400 Main Street', city: 'Denver', state: 'CO', postalCode: '80203-1234', country: 'US' },
      },
      practitioner: { family: 'Reyes', given: 'Alma', npi: '1888888884', licence: 'DEN-4411' },
      patient,
      enrolment: {
        memberId: each.memberId,
        ...(each.plan === null ? {} : { plan: each.plan }),
        ...(each.group === null ? {} : { group: each.group }),
        relationship: each.relationship,
        subscriber: each.relationship === 'self' ? patient : each.subscriber,
        priority: each.priority,
      },
      authorisations: [
        ...(each.loa === null ? [] : [{ kind: 'loa' as const, number: each.loa }]),
        ...(each.referral === null ? [] : [{ kind: 'referral' as const, number: each.referral }]),
      ],
      diagnoses: each.diagnoses.map((code) => ({ system: 'icd-10-cm' as const, code })),
      lines,
      attachments: [],
      ...(each.note === null ? {} : { note: each.note }),
    }
  })

/** Always the same claims for one seed. */
export function claimsOf(count: number, seed: number): Submission[] {
  return fc.sample(anyClaim, { numRuns: count, seed })
}
