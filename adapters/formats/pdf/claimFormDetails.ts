import type { Content } from 'pdfmake/interfaces.js'
import type { Submission, SubmissionLine } from '../../../domain/claim.ts'
import type { OtherDentist } from '../../../domain/claims/dentistry/details.ts'
import { fields, heading, words } from './blocks.ts'
import { GREY, LINE } from './print.ts'

/** How the form writes a tooth. */
export type WriteTooth = (tooth: string | undefined) => string

/** Dentists beside the one who treats: who bills, and who sent the patient. */
export function otherDentists({ billingDentist, referringDentist }: Submission): Content[] {
  return [...dentist('Billing dentist', billingDentist), ...dentist('Referred by', referringDentist)]
}

function dentist(title: string, told: OtherDentist | undefined): Content[] {
  if (told === undefined) return []
  return [
    heading(title),
    fields([
      ['Name', `${told.family}, ${told.given}`],
      ['Licence', told.licence],
      ['NPI', told.npi],
    ]),
  ]
}

/** What concerns the whole treatment: accident, orthodontics, missing teeth. */
export function treatment(submission: Submission, toothOf: WriteTooth): Content[] {
  const { accident, orthodontics: bands, missingTeeth } = submission
  if (accident === undefined && bands === undefined && missingTeeth === undefined) return []
  return [
    heading('Treatment'),
    fields([
      ['Accident', accident && accidentWords(accident)],
      ['Orthodontics', bands && orthodonticWords(bands)],
      ['Missing teeth', missingTeeth && missingWords(missingTeeth, toothOf)],
    ]),
  ]
}

function accidentWords({ kind, on, state, country }: NonNullable<Submission['accident']>): string {
  return [ACCIDENTS[kind], `on ${on}`, [state, country].filter(Boolean).join(', ')]
    .filter((part) => part !== '')
    .join(' ')
}

const ACCIDENTS = { auto: 'Road accident', employment: 'Accident at work', other: 'Other accident' } as const

function orthodonticWords({ bandedOn, months, remainingMonths }: NonNullable<Submission['orthodontics']>): string {
  return [
    bandedOn === undefined ? '' : `bands placed on ${bandedOn}`,
    months === undefined ? '' : `${months} months of treatment`,
    remainingMonths === undefined ? '' : `${remainingMonths} months remain`,
  ]
    .filter((part) => part !== '')
    .join(', ')
}

function missingWords(charted: NonNullable<Submission['missingTeeth']>, toothOf: WriteTooth): string {
  const teeth = (status: 'missing' | 'to_be_extracted') =>
    charted
      .filter((each) => each.status === status)
      .map(({ tooth }) => toothOf(tooth))
      .join(', ')
  const [missing, extracted] = [teeth('missing'), teeth('to_be_extracted')]
  if (missing === '' && extracted === '') return 'none'
  return [missing, extracted === '' ? '' : `to be extracted: ${extracted}`].filter((part) => part !== '').join('; ')
}

/** Below a service's name: placement, dates, place and diagnoses, each only where it is said. */
export function lineWords(line: SubmissionLine, diagnoses: Submission['diagnoses']): string[] {
  const { placement, priorPlacedOn, priorUnknownBecause, appliancePlacedOn, placeOfService } = line
  const codes = (line.diagnosisPointers ?? []).flatMap((pointer) => diagnoses[pointer - 1]?.code ?? [])
  return [
    placement === undefined ? '' : placement === 'initial' ? 'initial placement' : 'replacement',
    priorPlacedOn === undefined ? '' : `prior placement ${priorPlacedOn}`,
    priorUnknownBecause === undefined ? '' : `prior placement unknown: ${priorUnknownBecause}`,
    appliancePlacedOn === undefined ? '' : `appliance placed ${appliancePlacedOn}`,
    placeOfService === undefined ? '' : `place of service ${placeOfService}`,
    codes.length === 0 ? '' : `for ${codes.join(', ')}`,
  ].filter((part) => part !== '')
}

/** Whom to pay, and where. */
export function payment({ organisation, payee, assignment, patient, enrolment }: Submission): Content[] {
  const subscriber = enrolment.relationship === 'self' ? patient : enrolment.subscriber
  if (assignment === 'patient')
    return [
      heading('Payment'),
      fields([
        ['Assignment', 'Benefits are not assigned: please pay the patient or subscriber.'],
        ['Payee', `${subscriber.family}, ${subscriber.given}`],
      ]),
    ]
  return [
    heading('Payment'),
    fields([
      ['Assignment', 'Benefits are assigned to the practice: please pay it directly.'],
      ['Payee', payee?.name ?? organisation.name],
      ['Bank', payee?.bank?.name],
      ['Account', payee?.bank?.account],
      ['Bank code', payee?.bank?.code],
    ]),
  ]
}

/** Signatures on file, or lines to be signed on; never torn apart by the end of a page. */
export function signatures({ signatures: onFile, practitioner }: Submission): Content {
  const { patientOn, dentist: ofDentist } = onFile ?? {}
  return {
    unbreakable: true,
    margin: [0, 6, 0, 0],
    columnGap: 22,
    columns: [
      signature(
        'Patient or subscriber',
        'I consent to the treatment, to the release of its records and to the assignment above.',
        patientOn === undefined ? null : `Signature on file, ${patientOn}`,
      ),
      signature(
        'Treating dentist',
        'The services were done as listed.',
        ofDentist === true ? `Signature on file, ${practitioner.family}, ${practitioner.given}` : null,
      ),
    ],
  }
}

function signature(who: string, says: string, onFile: string | null): Content {
  return [
    heading(who),
    {
      margin: [0, onFile === null ? 22 : 4, 0, 0],
      layout: {
        hLineWidth: (line: number) => (line === 1 ? 0.8 : 0),
        vLineWidth: () => 0,
        hLineColor: () => LINE,
        paddingLeft: () => 0,
        paddingRight: () => 0,
      },
      table: {
        widths: ['*'],
        body: [
          [onFile === null ? ' ' : words(onFile)],
          [
            {
              text: onFile === null ? `Signature and day. ${says}` : says,
              color: GREY,
              fontSize: 7,
            },
          ],
        ],
      },
    },
  ]
}
