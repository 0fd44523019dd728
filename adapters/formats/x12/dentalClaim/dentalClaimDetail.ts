import { sum } from '../../../../domain/amounts.ts'
import {
  type AuthorisationKind,
  type DocumentKind,
  labelsOf,
  type Submission,
  type SubmissionAttachment,
} from '../../../../domain/claim.ts'
import { clean, losesLetters } from '../characters.ts'
import { toX12Date } from '../dates.ts'
import { addressLines, organisationName, personName } from '../parties.ts'
import { type Line, X12Refusal } from '../write.ts'
import { accidentDate, bandingDate, orthodonticMonths, priorPlacementNotes, toothStatus } from './dentalDetails.ts'

/**
 * What stands in loop 2300 after CLM, in the guide's order, and the claim's providers (2310A to
 * 2310C).
 */
export function claimDetail(submission: Submission, taxonomy: string): Line[] {
  return [
    ...accidentDate(submission),
    ...bandingDate(submission),
    serviceDates(submission),
    ...orthodonticMonths(submission),
    ...toothStatus(submission),
    ...paperwork(submission.attachments),
    ...references(submission),
    ...notes([submission.note ?? '', ...priorPlacementNotes(submission)]),
    ...diagnoses(submission),
    ...referringProvider(submission),
    ...renderingProvider(submission, taxonomy),
    ...serviceFacility(submission),
  ]
}

/**
 * REF qualifiers and numbers that don't fit at the claim, because it may carry one of each kind:
 * they go on every line.
 */
export function lineAuthorisations(submission: Submission): Line[] {
  return [...numbersByQualifier(submission)].flatMap(([qualifier, numbers]) => {
    if (numbers.length < 2) return []
    if (numbers.length > 5) throw new X12Refusal(`2400 REF*${qualifier}`, 'more than five authorisations of one kind')
    return numbers.map((number): Line => ['REF', qualifier, number])
  })
}

/**
 * The number in PWK06 that ties an attachment to its claim: the beginning of the file's own
 * SHA-256, so that the receiver can check it.
 */
export function attachmentControlNumber(attachment: SubmissionAttachment): string {
  return attachment.sha256.slice(0, 20)
}

function serviceDates({ lines }: Submission): Line {
  const dates = lines.map((line) => line.serviceDate).sort()
  const [first, last] = [dates[0], dates.at(-1)]
  if (first === undefined || last === undefined) throw new X12Refusal('2300 CLM', 'a claim without lines')
  return first === last
    ? ['DTP', '472', 'D8', toX12Date(first)]
    : ['DTP', '472', 'RD8', `${toX12Date(first)}-${toX12Date(last)}`]
}

function paperwork(attachments: SubmissionAttachment[]): Line[] {
  const kinds = attachments.map((each) => new Set(labelsOf(each).map(({ kind }) => PAPER[kind])))
  const papers = sum(kinds.map(({ size }) => size))
  if (papers > 10)
    throw new X12Refusal('2300 PWK', `at most ten attachments, this claim has ${papers}: put several into one PDF`)
  return attachments.flatMap((attachment, index) =>
    [...(kinds[index] ?? [])].map(
      (kind): Line => ['PWK', kind, 'EL', '', '', 'AC', attachmentControlNumber(attachment)],
    ),
  )
}

/** F8 is the payer's number of the claim that a replacement, appeal or void corrects. */
function references(submission: Submission): Line[] {
  const authorisations = numbersByQualifier(submission)
  const single = (qualifier: string): Line[] => {
    const [number, ...others] = authorisations.get(qualifier) ?? []
    return number === undefined || others.length > 0 ? [] : [['REF', qualifier, number]]
  }
  const original = submission.purpose === 'new' ? undefined : submission.originalReference
  return [
    ...single('G3'),
    ...(original === undefined ? [] : ([['REF', 'F8', original]] satisfies Line[])),
    ...single('9F'),
    ...single('G1'),
  ]
}

function numbersByQualifier({ authorisations }: Submission): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const { kind, number } of authorisations) {
    const numbers = found.get(AUTHORISATION[kind]) ?? []
    if (!numbers.includes(number)) found.set(AUTHORISATION[kind], [...numbers, number])
  }
  return found
}

/**
 * NTE carries 80 characters five times; more is refused, because a note cut short may say the
 * opposite.
 */
function notes(texts: string[]): Line[] {
  const whole = texts.filter((each) => each !== '').join(' ')
  const text = clean(whole, Number.POSITIVE_INFINITY)
  if (losesLetters(whole))
    throw new X12Refusal('2300 NTE02', 'the note has a letter that X12 cannot carry: write it in Latin letters')
  if (text.length > 400)
    throw new X12Refusal('2300 NTE', `the note has at most 400 characters, this one has ${text.length}: shorten it`)
  const pieces = betweenWords(text)
  if (pieces.length > 5)
    throw new X12Refusal(
      '2300 NTE',
      `the note has at most five lines of 80 characters, this one ${pieces.length}: shorten it`,
    )
  return pieces.map((piece) => ['NTE', 'ADD', piece])
}

/** Lines of at most 80 characters, ended between words; only a longer word is cut. */
function betweenWords(text: string): string[] {
  return (text.match(/.{1,80}(?= |$)|\S{80}/g) ?? []).map((piece) => piece.trim()).filter((piece) => piece !== '')
}

function diagnoses({ diagnoses: all }: Submission): Line[] {
  if (all.length === 0) return []
  if (all.length > 4)
    throw new X12Refusal('2300 HI', `at most four diagnoses, this claim has ${all.length}: take off what no line needs`)
  return [['HI', ...all.map(({ code }, index) => [index === 0 ? 'ABK' : 'ABF', code.replaceAll('.', '')])]]
}

/** 2310A: who sent the patient. */
function referringProvider({ referringDentist: dentist }: Submission): Line[] {
  if (dentist === undefined) return []
  return [
    personName('2310A', 'DN', dentist, dentist.npi === undefined ? undefined : ['XX', dentist.npi]),
    ...(dentist.licence === undefined ? [] : ([['REF', '0B', dentist.licence]] satisfies Line[])),
  ]
}

function renderingProvider({ practitioner }: Submission, taxonomy: string): Line[] {
  return [
    personName('2310B', '82', practitioner, practitioner.npi === undefined ? undefined : ['XX', practitioner.npi]),
    ['PRV', 'PE', 'PXC', taxonomy],
    ...(practitioner.licence === undefined ? [] : ([['REF', '0B', practitioner.licence]] satisfies Line[])),
    ...(practitioner.accreditation === undefined ? [] : ([['REF', 'G2', practitioner.accreditation]] satisfies Line[])),
  ]
}

/** Only where the clinic is known by a number of its own beside the organisation that bills. */
function serviceFacility({ clinic, organisation }: Submission): Line[] {
  if (clinic.npi === undefined || organisation.npi === undefined || clinic.npi === organisation.npi) return []
  return [organisationName('2310C', '77', clinic.name, ['XX', clinic.npi]), ...addressLines('2310C', clinic.address)]
}

/** Our document kinds left, PWK01 report types right (source: 005010X224A2 PWK01). */
const PAPER: Readonly<Record<DocumentKind, string>> = {
  xray: 'RB',
  perio_chart: 'P6',
  referral: 'B4',
  eob: 'EB',
  photo: 'OZ',
  treatment_plan: 'OZ',
  authorisation: 'OZ',
  claim_form: 'OZ',
  receipt: 'OZ',
  narrative: 'OZ',
  other: 'OZ',
}

/**
 * Our authorisations left, REF01 right: G1 prior authorisation, G3 predetermination, 9F referral.
 */
const AUTHORISATION: Readonly<Record<AuthorisationKind, string>> = {
  loa: 'G1',
  preauthorisation: 'G1',
  predetermination: 'G3',
  referral: '9F',
}
