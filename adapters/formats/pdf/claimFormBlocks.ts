import type { Content, TableCell } from 'pdfmake/interfaces.js'
import { shownAmount } from '../../../domain/amounts.ts'
import {
  type Address,
  type AuthorisationKind,
  type DocumentKind,
  labelsOf,
  type Person,
  type Relationship,
  type Submission,
  type SubmissionLine,
} from '../../../domain/claim.ts'
import { inFdiWords } from '../../../domain/practice/tooth.ts'
import { attachmentName } from '../paperNames.ts'
import { fields, grid, heading, words } from './blocks.ts'
import { lineWords, otherDentists } from './claimFormDetails.ts'
import { GREY } from './print.ts'

type ToothNotation = 'universal' | 'fdi'

/** Who treated, and who is treated and covered, side by side. */
export function parties(submission: Submission): Content {
  const { organisation, clinic, practitioner, patient, enrolment } = submission
  const { subscriber } = enrolment
  const own = enrolment.relationship === 'self'
  return {
    columnGap: 22,
    columns: [
      [
        heading('Practice'),
        fields([
          ['Practice', organisation.name],
          ['Tax number', organisation.taxId],
          ['NPI', organisation.npi],
          ['Clinic', clinic.name],
          ['Address', addressOf(clinic.address)],
          ['Telephone', clinic.phone],
          ['Clinic NPI', clinic.npi],
        ]),
        heading('Treating dentist'),
        fields([
          ['Name', nameOf(practitioner)],
          ['Licence', practitioner.licence],
          ['Accreditation', practitioner.accreditation],
          ['NPI', practitioner.npi],
        ]),
      ],
      [
        heading('Patient'),
        fields([
          ['Family name', patient.family],
          ['Given name', patient.given],
          ['Born', patient.birthDate],
          ['Sex', patient.sex === 'unknown' ? undefined : patient.sex],
          ['Address', patient.address && addressOf(patient.address)],
        ]),
        heading('Cover'),
        fields([
          ['Member number', enrolment.memberId],
          ['Plan', enrolment.plan],
          ['Group', enrolment.group],
          ['Order', enrolment.priority === 'primary' ? 'pays first' : 'pays second, after another insurer'],
          ['Patient is', RELATIONSHIPS[enrolment.relationship]],
          ['Subscriber', own ? undefined : nameOf(subscriber)],
          ['Their birth', own ? undefined : subscriber.birthDate],
        ]),
        ...otherDentists(submission),
      ],
    ],
  }
}

export function references({ authorisations, diagnoses }: Submission): Content[] {
  if (authorisations.length === 0 && diagnoses.length === 0) return []
  return [
    heading('Authorisations and diagnoses'),
    fields([
      ...authorisations.map(({ kind, number }): [string, string] => [AUTHORISATIONS[kind], number]),
      ['ICD-10', diagnoses.map(({ code }) => code).join(', ')],
    ]),
  ]
}

export function claimLines({ lines, currency, total, diagnoses }: Submission, notation: ToothNotation): Content[] {
  const rows = lines.map((line) => [
    String(line.lineNumber),
    line.serviceDate,
    line.code,
    serviceCell(line, diagnoses),
    toothOf(line.tooth, notation),
    [line.surfaces ?? '', AREAS[line.area ?? ''] ?? ''].filter((text) => text !== '').join(', '),
    String(line.quantity),
    shownAmount(line.charge, currency),
  ])
  return [
    heading('Services'),
    grid(
      [
        { title: '#', width: 14, right: true },
        { title: 'Date', width: 52 },
        { title: 'Code', width: 32 },
        { title: 'Service', width: '*' },
        { title: `Tooth (${notation === 'fdi' ? 'FDI' : 'universal'})`, width: 66 },
        { title: 'Surfaces, area', width: 62 },
        { title: 'Qty', width: 18, right: true },
        { title: `Amount ${currency}`, width: 70, right: true },
      ],
      rows,
      [
        [
          { text: 'Total claimed', colSpan: 7, bold: true, alignment: 'right' },
          ...Array(6).fill(''),
          { text: shownAmount(total, currency), bold: true, fontSize: 10, alignment: 'right' },
        ],
      ],
    ),
  ]
}

/** The papers and images that travel with the form, by the names of their files. */
export function enclosures(submission: Submission, notation: ToothNotation): Content[] {
  if (submission.attachments.length === 0) return []
  const rows = submission.attachments.map((attachment, index) => [
    String(index + 1),
    [...new Set(labelsOf(attachment).map(({ kind }) => KINDS[kind]))].join(', '),
    [...new Set(labelsOf(attachment).map(({ tooth }) => toothOf(tooth, notation)))]
      .filter((tooth) => tooth !== '')
      .join(', '),
    attachment.capturedOn ?? '',
    { text: attachmentName(submission, index), font: 'Mono', fontSize: 7.5 },
  ])
  return [
    heading(`Enclosed: ${submission.attachments.length} ${submission.attachments.length === 1 ? 'file' : 'files'}`),
    grid(
      [
        { title: '#', width: 14, right: true },
        { title: 'What', width: 86 },
        { title: 'Tooth', width: 40 },
        { title: 'Taken on', width: 60 },
        { title: 'File', width: '*' },
      ],
      rows,
    ),
  ]
}

export function nameOf({ family, given }: Pick<Person, 'family' | 'given'>): string {
  return `${family}, ${given}`
}

function addressOf({ line1, line2, city, state, postalCode, country }: Address): string {
  const place = [postalCode, city, state].filter((part) => part !== undefined).join(' ')
  return [line1, line2, place, country].filter((part) => part !== undefined && part !== '').join(', ')
}

/** The practice's own words for the service, or else its kind; what else is said of it below. */
function serviceCell(line: SubmissionLine, diagnoses: Submission['diagnoses']): TableCell {
  const name = line.description ?? CATEGORIES[line.code[1] ?? ''] ?? ''
  const details = lineWords(line, diagnoses)
  if (details.length === 0) return name
  return { stack: [words(name), { ...words(details.join(', ')), color: GREY, fontSize: 7.5 }] }
}

export function toothOf(tooth: string | undefined, notation: ToothNotation): string {
  if (tooth === undefined) return ''
  return notation === 'fdi' ? (inFdiWords(tooth) ?? tooth) : tooth
}

/**
 * Ranges of CDT by their first digit; the descriptions of the codes themselves are not ours to
 * print.
 */
const CATEGORIES: Readonly<Record<string, string>> = {
  '0': 'Diagnostic',
  '1': 'Preventive',
  '2': 'Restorative',
  '3': 'Endodontics',
  '4': 'Periodontics',
  '5': 'Removable prosthesis',
  '6': 'Implant or fixed',
  '7': 'Oral surgery',
  '8': 'Orthodontics',
  '9': 'Adjunctive',
}

const AREAS: Readonly<Record<string, string>> = {
  '00': 'whole mouth',
  '01': 'upper arch',
  '02': 'lower arch',
  '10': 'upper right',
  '20': 'upper left',
  '30': 'lower left',
  '40': 'lower right',
}

export const RELATIONSHIPS: Readonly<Record<Relationship, string>> = {
  self: 'the subscriber',
  spouse: 'the subscriber’s spouse',
  child: 'the subscriber’s child',
  other: 'another dependent of the subscriber',
}

const AUTHORISATIONS: Readonly<Record<AuthorisationKind, string>> = {
  loa: 'LOA',
  preauthorisation: 'Pre-authorisation',
  referral: 'Referral',
  predetermination: 'Predetermination',
}

const KINDS: Readonly<Record<DocumentKind, string>> = {
  xray: 'X-ray',
  photo: 'Photo',
  perio_chart: 'Perio chart',
  treatment_plan: 'Treatment plan',
  referral: 'Referral',
  authorisation: 'Authorisation',
  eob: 'EOB of another insurer',
  claim_form: 'Claim form',
  receipt: 'Receipt',
  narrative: 'Narrative',
  other: 'Other',
}
