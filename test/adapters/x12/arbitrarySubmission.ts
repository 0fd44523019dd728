import fc from 'fast-check'
import { clean, losesLetters } from '../../../adapters/formats/x12/characters.ts'
import type { Person, Submission } from '../../../domain/claim.ts'
import { submission } from './samples.ts'

const NAMES = [
  "O'Brien & Söhne <b>",
  'Doe',
  'de la Peña',
  'Łukasz',
  'Nguyễn Thị',
  'Müller-Lüdenscheidt',
  'A*B~C:D^E',
  'X',
]
const date = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2026-03-01'), noInvalidDate: true })
  .map((each) => each.toISOString().slice(0, 10))
/** What no format may lose: letters that X12 can spell, short enough for its shortest field. */
const name = fc
  .oneof(
    fc.constantFrom(...NAMES),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 25 }).map((text) => `A${text}`),
  )
  .filter((text) => !losesLetters(text) && clean(text, 99).length <= 30)
const digits = (length: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${length - 1}}$`))
const id = fc.stringMatching(/^[A-Z0-9-]{2,20}$/)

const address = fc.record({
  line1: name,
  city: name,
  state: fc.constantFrom('CO', 'NY'),
  postalCode: fc.constantFrom('80202', '80202-1234', '802021234'),
  country: fc.constant('US'),
})
const person: fc.Arbitrary<Person> = fc.record({
  family: name,
  given: name,
  birthDate: date,
  sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
  address,
})

const line = fc
  .record({
    code: fc.stringMatching(/^D[0-9]{4}$/),
    serviceDate: date,
    charge: fc.integer({ min: 0, max: 9_000_000_000 }),
    quantity: fc.integer({ min: 1, max: 9 }),
    where: fc.oneof(
      fc.constant({}),
      fc.record({ tooth: fc.constantFrom('1', '14', '32', 'A', 'T') }),
      fc.record({ tooth: fc.constant('3'), surfaces: fc.constantFrom('M', 'MO', 'MODBL') }),
      fc.record({ area: fc.constantFrom('00', '10', '40') }),
    ),
  })
  .map(({ where, ...rest }) => ({ ...rest, ...where }))

/**
 * Any claim that the API would let through: names from everywhere, one to fifty lines, every
 * purpose that an 837 can carry.
 */
export const anySubmission: fc.Arbitrary<Submission> = fc
  .record({
    number: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{16}$/),
    purpose: fc.constantFrom('new', 'replacement', 'appeal', 'void'),
    patient: person,
    subscriber: person,
    relationship: fc.constantFrom('self', 'spouse', 'child', 'other'),
    memberId: id,
    clinic: address,
    lines: fc.array(line, { minLength: 1, maxLength: 50 }),
    currency: fc.constantFrom('USD', 'PHP', 'KWD', 'JPY'),
    note: fc.option(
      fc.string({ unit: 'grapheme', maxLength: 100 }).filter((text) => !losesLetters(text)),
      { nil: null },
    ),
    npi: digits(10),
    authorisations: fc.array(
      fc.record({ kind: fc.constantFrom('loa', 'preauthorisation', 'referral', 'predetermination'), number: id }),
      { maxLength: 4 },
    ),
    kinds: fc.array(fc.constantFrom('xray', 'perio_chart', 'photo', 'other'), { maxLength: 4 }),
  })
  .map(
    ({
      number,
      purpose,
      patient,
      subscriber,
      relationship,
      memberId,
      clinic,
      lines,
      currency,
      note,
      npi,
      authorisations,
      kinds,
    }) => {
      const base = submission()
      const [attachment] = base.attachments
      return submission({
        submissionNumber: number,
        purpose,
        patient,
        currency,
        authorisations,
        ...(purpose === 'new' ? {} : { originalReference: 'SD26069001' }),
        enrolment: { memberId, relationship, subscriber, priority: 'primary' },
        clinic: { name: base.clinic.name, npi, address: clinic },
        lines: lines.map((each, index) => ({ lineNumber: index + 1, controlNumber: `L${index + 1}`, ...each })),
        total: lines.reduce((total, each) => total + each.charge, 0),
        attachments: attachment === undefined ? [] : kinds.map((kind) => ({ ...attachment, kind })),
        ...(note === null ? {} : { note }),
      })
    },
  )
