import { formatMinor, type Minor, sum } from '../../../domain/amounts.ts'
import { labelsOf, type Submission, type SubmissionAttachment, type SubmissionLine } from '../../../domain/claim.ts'
import { activityId } from './activityId.ts'
import { dayToXmlTime } from './dates.ts'
import { claimTexts, lineTexts } from './dentalTexts.ts'
import { siteObservation } from './tooth.ts'
import { optional, present, type Written } from './write.ts'

export type ResubmissionType = 'correction' | 'internal complaint' | 'legacy' | 'reconciliation'

/** What a claim's element needs beside the submission. */
export interface ClaimTerms {
  /** The ID that the claim keeps over all its resubmissions. */
  claimId: string
  payerId: string
  /** The clinic's licence: both the claim's ProviderID and its encounter's FacilityID. */
  facilityId: string
  /** Licence of the dentist. */
  clinicianId: string
  /** What the patient pays of every service by contract; 0 to 100. */
  patientSharePercent: number
  resubmission: ResubmissionType | null
  /** The authorisation that a line is done under. */
  authorisationOf(line: SubmissionLine): string | null
  /** Numbers and words that have no element of their own: written as observations in text. */
  texts: readonly { code: string; text: string }[]
  attachment(attachmentId: string): Uint8Array
}

/** The number that the exchange takes where the patient's Emirates ID is not known. */
const UNKNOWN_EMIRATES_ID = '999-9999-9999999-9'
/** An outpatient visit: no bed, no emergency room. */
const OUTPATIENT = '1'
const DENTAL_ACTIVITY = '6'

/**
 * One claim in the order of its schema. Net = Gross − PatientShare, and the activities' Net add up
 * to it.
 */
export function claimElement(submission: Submission, terms: ClaimTerms): Written {
  const { currency, enrolment, lines } = submission
  const money = (amount: Minor) => formatMinor(amount, currency)
  const gross = sum(lines.map((line) => line.charge))
  const net = sum(lines.map((line) => netOf(line, terms)))
  return [
    'Claim',
    present(
      ['ID', terms.claimId],
      optional('IDPayer', terms.resubmission === null ? null : submission.originalReference),
      ['MemberID', enrolment.memberId],
      ['PayerID', terms.payerId],
      ['ProviderID', terms.facilityId],
      ['EmiratesIDNumber', UNKNOWN_EMIRATES_ID],
      ['Gross', money(gross)],
      ['PatientShare', money(gross - net)],
      ['Net', money(net)],
      encounter(submission, terms),
      ...submission.diagnoses.map(({ code }, index): Written => diagnosis(code, index)),
      ...lines.map((line): Written => activity(submission, line, terms)),
      resubmission(submission, terms),
    ),
  ]
}

/** The patient's share is rounded half up, line by line. */
function netOf({ charge }: SubmissionLine, { patientSharePercent }: ClaimTerms): Minor {
  return charge - Math.floor((charge * patientSharePercent + 50) / 100)
}

function encounter({ enrolment, lines }: Submission, { facilityId }: ClaimTerms): Written {
  const days = lines.map((line) => line.serviceDate).sort()
  return [
    'Encounter',
    present(
      ['FacilityID', facilityId],
      ['Type', OUTPATIENT],
      ['PatientID', enrolment.memberId],
      ['Start', dayToXmlTime(days[0] ?? '')],
      ['End', dayToXmlTime(days.at(-1) ?? '')],
    ),
  ]
}

function diagnosis(code: string, index: number): Written {
  return [
    'Diagnosis',
    [
      ['Type', index === 0 ? 'Principal' : 'Secondary'],
      ['Code', code],
    ],
  ]
}

function activity(submission: Submission, line: SubmissionLine, terms: ClaimTerms): Written {
  const files = submission.attachments.filter((attachment) => lineOf(attachment, submission.lines) === line)
  const first = submission.lines[0] === line
  return [
    'Activity',
    present(
      ['ID', idOf(submission, line)],
      ['Start', dayToXmlTime(line.serviceDate)],
      ['Type', DENTAL_ACTIVITY],
      ['Code', line.code],
      ['Quantity', String(line.quantity)],
      ['Net', formatMinor(netOf(line, terms), submission.currency)],
      optional('OrderingClinician', submission.referringDentist?.licence),
      ['Clinician', terms.clinicianId],
      optional('PriorAuthorizationID', terms.authorisationOf(line)),
      siteObservation(line),
      ...(first ? claimTexts(submission) : []),
      ...lineTexts(submission, line),
      ...files.map((file): Written => fileObservation(file, terms)),
      ...furtherLabels(submission, line),
      ...(line === submission.lines[0] ? terms.texts : []).map(textObservation),
    ),
  ]
}

/**
 * A resubmission keeps the activity IDs of the claim's first sending (source: exchange rule 201,
 * "Activity.ID in a resubmission must be the one of the original submission"). A service that was
 * not in it gets an ID of its own.
 */
function idOf(submission: Submission, line: SubmissionLine): string {
  const { lines, purpose, submissionNumber } = submission
  const first = submission.openingSubmissionNumber ?? submission.originalSubmissionNumber
  if (purpose === 'new' || first === undefined) return activityId(submissionNumber, line.controlNumber)
  // Nobody says which services were in it: they are the same, in the same places.
  const same = lines.every((each) => each.openingControlNumber === undefined)
  const number = same ? line.controlNumber : line.openingControlNumber
  const taken = lines.find((each) => each.openingControlNumber === number)
  if (number === undefined || (!same && taken !== line)) return activityId(submissionNumber, line.controlNumber)
  return activityId(first, number)
}

/**
 * A picture of a tooth goes with the first service on that tooth, everything else with the claim's
 * first.
 */
function lineOf(
  attachment: Pick<SubmissionAttachment, 'kind' | 'tooth' | 'labels'>,
  lines: SubmissionLine[],
): SubmissionLine | undefined {
  const teeth = labelsOf(attachment).map(({ tooth }) => tooth)
  return lines.find(({ tooth }) => tooth !== undefined && teeth.includes(tooth)) ?? lines[0]
}

/** A file that is for more than one thing goes once; the others say with which service it went. */
function furtherLabels({ attachments, lines, submissionNumber }: Submission, line: SubmissionLine): Written[] {
  return attachments.flatMap((attachment) => {
    const holder = lineOf(attachment, lines)
    if (holder === undefined) return []
    return labelsOf(attachment)
      .slice(1)
      .filter((label) => lineOf(label, lines) === line)
      .map(({ kind, tooth }) =>
        textObservation({
          code: kind,
          text: `${kind}${tooth === undefined ? '' : ` of tooth ${tooth}`}: file of ${activityId(submissionNumber, holder.controlNumber)}`,
        }),
      )
  })
}

function fileObservation({ attachmentId, kind, mediaType }: SubmissionAttachment, terms: ClaimTerms): Written {
  return [
    'Observation',
    [
      ['Type', 'File'],
      ['Code', kind],
      ['Value', base64(terms.attachment(attachmentId))],
      ['ValueType', mediaType],
    ],
  ]
}

/** What belongs to the claim goes with its first service. */
function textObservation({ code, text }: ClaimTerms['texts'][number]): Written {
  return [
    'Observation',
    [
      ['Type', 'Text'],
      ['Code', code],
      ['Value', text],
    ],
  ]
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function resubmission({ claimNumber, note }: Submission, terms: ClaimTerms): Written | null {
  if (terms.resubmission === null) return null
  return [
    'Resubmission',
    [
      ['Type', terms.resubmission],
      // The element may not be empty.
      ['Comment', note?.trim() || `See claim ${claimNumber}`],
    ],
  ]
}
