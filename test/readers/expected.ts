import type { Person, Submission, SubmissionLine } from '../../domain/claim.ts'
import { plainOf } from './claims.ts'

/** What a reader must find, by the names that the readers give; an empty text: nothing. */
export type Values = Record<string, string>

/** Decimal text of an amount with two decimals, reckoned without our own module. */
function decimal(minor: number): string {
  return `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
}

/** FDI from universal, written out: ISO 3950. */
const FDI = new Map<string, string>([
  ...[...'18 17 16 15 14 13 12 11 21 22 23 24 25 26 27 28'.split(' ')].map((fdi, at): [string, string] => [
    String(at + 1),
    fdi,
  ]),
  ...[...'38 37 36 35 34 33 32 31 41 42 43 44 45 46 47 48'.split(' ')].map((fdi, at): [string, string] => [
    String(at + 17),
    fdi,
  ]),
  ...[...'55 54 53 52 51 61 62 63 64 65 75 74 73 72 71 81 82 83 84 85'.split(' ')].map((fdi, at): [string, string] => [
    'ABCDEFGHIJKLMNOPQRST'[at] ?? '',
    fdi,
  ]),
])

const numbersOf = ({ authorisations }: Submission) =>
  authorisations
    .map(({ number }) => number)
    .sort()
    .filter((each, at, all) => all.indexOf(each) === at)
    .join(' ')

function linesOf(
  { lines }: Submission,
  as: (line: SubmissionLine) => Partial<Record<'day' | 'tooth' | 'surfaces' | 'area', string | undefined>>,
): Values {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const { lineNumber, code, charge, quantity, tooth, surfaces, area, serviceDate } = line
      const plain = { day: serviceDate, tooth, surfaces, area, ...as(line) }
      const all = { code, charge: decimal(charge), quantity: String(quantity), ...plain }
      return Object.entries(all).map(([field, value]) => [`line${lineNumber}.${field}`, value ?? ''])
    }),
  )
}

const digits = (day: string) => day.replaceAll('-', '')
const dayFirst = (day: string) => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)} 00:00`

export function inX12(claim: Submission): Values {
  const { enrolment, patient } = claim
  const self = enrolment.relationship === 'self'
  const member = self ? patient : enrolment.subscriber
  const person = (who: string, { family, given }: Person): Values => ({
    [`${who}.family`]: plainOf(family),
    [`${who}.given`]: plainOf(given),
  })
  const home = (who: string): Values => ({
    [`${who}.street`]: patient.address?.line1 ?? '',
    [`${who}.born`]: digits(patient.birthDate),
  })
  return {
    submission: claim.submissionNumber,
    total: decimal(claim.total),
    member: enrolment.memberId,
    group: enrolment.group ?? '',
    // SBR04 is for a plan without a group number.
    plan: enrolment.group === undefined ? (enrolment.plan ?? '') : '',
    original: claim.originalReference ?? '',
    authorisations: numbersOf(claim),
    diagnoses: claim.diagnoses.map(({ code }) => code.replace('.', '')).join(' '),
    // A colon separates in X12: a blank stands for it.
    note: claim.note?.replace(': ', ' ') ?? '',
    dentist: 'Reyes',
    ...person('subscriber', member),
    ...(self ? home('subscriber') : { ...person('patient', patient), ...home('patient') }),
    ...linesOf(claim, ({ serviceDate }) => ({ day: digits(serviceDate) })),
  }
}

export function inFhir(claim: Submission): Values {
  const { enrolment, patient } = claim
  const person = (who: string, { family, given, birthDate, address }: Person): Values => ({
    [`${who}.family`]: family,
    [`${who}.given`]: given,
    [`${who}.born`]: birthDate,
    [`${who}.street`]: address?.line1 ?? '',
  })
  return {
    submission: claim.submissionNumber,
    total: decimal(claim.total),
    currency: claim.currency,
    member: enrolment.memberId,
    plan: enrolment.plan ?? '',
    group: enrolment.group ?? '',
    original: claim.originalReference ?? '',
    authorisations: numbersOf(claim),
    diagnoses: claim.diagnoses.map(({ code }) => code).join(' '),
    note: claim.note ?? '',
    dentist: 'Reyes',
    clinic: 'Bright Smile Uptown',
    ...person('patient', patient),
    ...(enrolment.relationship === 'self' ? {} : person('subscriber', enrolment.subscriber)),
    ...linesOf(claim, ({ tooth, surfaces }) => ({
      tooth: tooth === undefined ? '' : FDI.get(tooth),
      // Vestibular is the facial side in FDI.
      surfaces: surfaces?.replace('F', 'V') ?? '',
    })),
  }
}

const XML_AREAS: Values = { '00': 'FM', '01': 'UA', '02': 'LA', '10': 'UR', '20': 'UL', '30': 'LL', '40': 'LR' }

export function inXml(claim: Submission): Values {
  return {
    submission: claim.submissionNumber,
    member: claim.enrolment.memberId,
    total: decimal(claim.total),
    original: claim.originalReference ?? '',
    authorisations: numbersOf(claim),
    diagnoses: claim.diagnoses.map(({ code }) => code).join(' '),
    note: claim.note ?? '',
    ...linesOf(claim, ({ serviceDate, area }) => ({
      day: dayFirst(serviceDate),
      area: area === undefined ? '' : XML_AREAS[area],
    })),
  }
}

export function inCsv(claim: Submission): Values {
  const { patient, enrolment } = claim
  return rowsOf(claim, (line) => ({
    submission: claim.submissionNumber,
    original_claim_no: claim.originalReference ?? '',
    member_id: enrolment.memberId,
    plan: enrolment.plan ?? '',
    patient_family: patient.family,
    patient_given: patient.given,
    patient_born: patient.birthDate,
    loa_no: claim.authorisations.find(({ kind }) => kind === 'loa')?.number ?? '',
    referral_no: claim.authorisations.find(({ kind }) => kind === 'referral')?.number ?? '',
    diagnoses: claim.diagnoses.map(({ code }) => code).join(' '),
    note: claim.note ?? '',
    claim_total: decimal(claim.total),
    lines: String(claim.lines.length),
    line: String(line.lineNumber),
    line_ref: line.controlNumber,
    procedure: line.code,
    service_date: line.serviceDate,
    tooth: line.tooth ?? '',
    surfaces: line.surfaces ?? '',
    area: line.area ?? '',
    quantity: String(line.quantity),
    charge: decimal(line.charge),
  }))
}

/** List, workbook and form of one mail. */
export function inMail(claim: Submission): Values {
  const { patient, enrolment, purpose } = claim
  const days = claim.lines.map(({ serviceDate }) => serviceDate).sort()
  const asks = purpose !== 'void'
  const amount = (minor: number) => String(minor / 100)
  return {
    ...rowsOf(claim, (line) => ({
      submission: claim.submissionNumber,
      their_claim: claim.originalReference ?? '',
      member: enrolment.memberId,
      family: patient.family,
      given: patient.given,
      born: patient.birthDate,
      code: line.code,
      tooth: line.tooth === undefined ? '' : (FDI.get(line.tooth) ?? ''),
      surfaces: line.surfaces ?? '',
      area: line.area ?? '',
      date: line.serviceDate,
      quantity: String(line.quantity),
      charge: decimal(line.charge),
      claim_total: decimal(claim.total),
    })),
    'sheet.Submission number': claim.submissionNumber,
    'sheet.Family name': patient.family,
    'sheet.Given name': patient.given,
    'sheet.Member number': enrolment.memberId,
    'sheet.From': days[0] ?? '',
    'sheet.To': days.at(-1) ?? '',
    'sheet.Lines': String(claim.lines.length),
    'sheet.Amount': amount(claim.total),
    'sheet.Claimed': amount(asks ? claim.total : 0),
    'in text': squeezed(`${asks ? decimal(claim.total) : '0.00'} USD in all`),
    ...onForm(claim),
  }
}

/** What stands on the form somewhere, without blanks and line ends. */
export function onForm(claim: Submission): Values {
  const { patient, enrolment } = claim
  const texts = {
    submission: claim.submissionNumber,
    family: patient.family,
    given: patient.given,
    born: patient.birthDate,
    member: enrolment.memberId,
    plan: enrolment.plan ?? '',
    group: enrolment.group ?? '',
    street: patient.address?.line1 ?? '',
    original: claim.originalReference ?? '',
    note: claim.note ?? '',
    total: (claim.total / 100).toLocaleString('en', { minimumFractionDigits: 2 }),
    diagnoses: claim.diagnoses.map(({ code }) => code).join(', '),
    ...Object.fromEntries(claim.authorisations.map(({ kind, number }) => [kind, number])),
    ...Object.fromEntries(
      claim.lines.flatMap(({ lineNumber, code, serviceDate }) => [
        [`line${lineNumber}`, `${lineNumber} ${serviceDate} ${code}`],
      ]),
    ),
  }
  return Object.fromEntries(Object.entries(texts).map(([field, text]) => [`in form ${field}`, squeezed(text)]))
}

function rowsOf(claim: Submission, row: (line: SubmissionLine) => Values): Values {
  return Object.fromEntries(
    claim.lines.flatMap((line, at) =>
      Object.entries(row(line)).map(([title, text]) => [`row${at + 1}.${title}`, text]),
    ),
  )
}

function squeezed(text: string): string {
  return text.replace(/\s/g, '')
}
