import type { Submission, SubmissionAttachment } from '../../../domain/claim.ts'
import { toFdi } from '../../../domain/practice/tooth.ts'
import { decimalOf } from './amount.ts'
import { careTeam, clinic, coverage, patientResource, subscriberResource } from './claimParties.ts'
import { bodyPart, concept } from './coding.ts'
import { firstPayerResources, insurances } from './firstPayer.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

/** What differs between payers in a Claim. */
export interface ClaimOptions {
  payerId: string
  facilityId: string
  /** YYYY-MM-DD or an instant: when we wrote it. */
  created: string
  test: boolean
  attachment(attachmentId: string): Uint8Array
}

type Resource = { [name: string]: JsonOut | undefined }

/**
 * A FHIR R4 Claim (type oral, use claim) of one submission. A void is the same resource with status
 * `cancelled`. Throws when a correction doesn't name what it corrects: it must never arrive as an
 * original.
 */
export function oralClaim(submission: Submission, options: ClaimOptions): Resource {
  const self = submission.enrolment.relationship === 'self'
  const attachments = submission.attachments.map((attachment, index) => ({ attachment, sequence: index + 1 }))
  const days = submission.lines.map((line) => line.serviceDate).sort()
  return {
    resourceType: 'Claim',
    meta: options.test ? { tag: [{ system: SYSTEMS.actReason, code: 'HTEST' }] } : undefined,
    contained: [
      patientResource(submission),
      ...(self ? [] : [subscriberResource(submission)]),
      coverage(submission, options.payerId),
      ...firstPayerResources(submission),
      clinic(submission),
      careTeam(submission).practitioner,
    ],
    identifier: [{ system: SYSTEMS.submissionNumber, value: submission.submissionNumber }],
    status: submission.purpose === 'void' ? 'cancelled' : 'active',
    type: concept(SYSTEMS.claimType, 'oral'),
    use: 'claim',
    patient: { reference: '#patient' },
    billablePeriod: { start: days[0], end: days.at(-1) },
    created: options.created,
    insurer: { identifier: { value: options.payerId } },
    provider: { reference: '#clinic' },
    priority: concept(SYSTEMS.processPriority, 'normal'),
    related: related(submission),
    referral: referral(submission),
    facility: { identifier: { value: options.facilityId } },
    careTeam: [careTeam(submission).member],
    supportingInfo: [
      ...attachments.map((each) => supportingFile(each, options)),
      ...note(submission, attachments.length),
    ],
    diagnosis: submission.diagnoses.map((diagnosis, index) => ({
      sequence: index + 1,
      diagnosisCodeableConcept: concept(SYSTEMS[diagnosis.system], diagnosis.code),
    })),
    insurance: insurances(submission),
    item: items(submission, attachments),
    total: money(submission.total, submission.currency),
  }
}

function items(
  submission: Submission,
  attachments: { attachment: SubmissionAttachment; sequence: number }[],
): JsonOut[] {
  return submission.lines.map((line) => ({
    sequence: line.lineNumber,
    careTeamSequence: [1],
    diagnosisSequence: submission.diagnoses.map((_, index) => index + 1),
    informationSequence: attachments
      .filter(({ attachment }) => attachment.tooth === undefined || attachment.tooth === line.tooth)
      .map(({ sequence }) => sequence),
    productOrService: concept(SYSTEMS.cdt, line.code),
    servicedDate: line.serviceDate,
    quantity: { value: line.quantity },
    net: money(line.charge, submission.currency),
    ...bodyPart(line),
  }))
}

/**
 * A replacement names the payer's claim; a void may have to name it by our own number, when the
 * payer's never came back.
 */
function related(submission: Submission): JsonOut[] {
  const { purpose, originalReference, originalSubmissionNumber } = submission
  if (purpose === 'new') return []
  if (originalReference === undefined && (purpose !== 'void' || originalSubmissionNumber === undefined)) {
    throw new Error(
      `${purpose} of claim ${submission.claimNumber}: the provider's reference of the original is missing`,
    )
  }
  return [
    {
      claim: {
        reference: originalReference === undefined ? undefined : `Claim/${originalReference}`,
        identifier:
          originalSubmissionNumber === undefined
            ? undefined
            : { system: SYSTEMS.submissionNumber, value: originalSubmissionNumber },
      },
      relationship: concept(SYSTEMS.relatedClaim, 'prior'),
    },
  ]
}

function referral(submission: Submission): JsonOut | undefined {
  const found = submission.authorisations.find((each) => each.kind === 'referral')
  return found && { identifier: { value: found.number } }
}

function supportingFile(
  { attachment, sequence }: { attachment: SubmissionAttachment; sequence: number },
  options: ClaimOptions,
): JsonOut {
  const bytes = options.attachment(attachment.attachmentId)
  return {
    sequence,
    category: concept(SYSTEMS.informationCategory, 'attachment'),
    code: concept(SYSTEMS.documentKind, attachment.kind),
    timingDate: attachment.capturedOn,
    valueAttachment: {
      contentType: attachment.mediaType,
      data: Buffer.from(bytes).toString('base64'),
      size: bytes.byteLength,
      title: titleOf(attachment),
    },
  }
}

/** No file name: a clinic may have written the patient's name into it. */
export function titleOf({ kind, tooth }: SubmissionAttachment): string {
  const fdi = tooth === undefined ? null : toFdi(tooth)
  return fdi === null ? kind : `${kind} ${fdi}`
}

function note(submission: Submission, before: number): JsonOut[] {
  if (submission.note === undefined || submission.note.trim() === '') return []
  return [
    { sequence: before + 1, category: concept(SYSTEMS.informationCategory, 'info'), valueString: submission.note },
  ]
}

function money(amount: number, currency: string): JsonOut {
  return { value: decimalOf(amount, currency), currency }
}
