import { labelsOf, type Submission, type SubmissionAttachment } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { inFdiWords } from '../../../domain/practice/tooth.ts'
import { decimalOf } from './amount.ts'
import { billing, careTeam, clinic, coverage, patientResource, referrer, subscriberResource } from './claimParties.ts'
import { bodyPart, concept } from './coding.ts'
import { accident, dentalDetails, itemDetails, payee, payeeResource } from './dentalDetails.ts'
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
  const details = dentalDetails(submission).map((detail, index) => ({
    ...detail,
    sequence: attachments.length + index + 1,
  }))
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
      ...billing(submission).resources,
      ...referrer(submission),
      ...payeeResource(submission),
    ],
    identifier: [{ system: SYSTEMS.submissionNumber, value: submission.submissionNumber }],
    status: submission.purpose === 'void' ? 'cancelled' : 'active',
    type: concept(SYSTEMS.claimType, 'oral'),
    use: 'claim',
    patient: { reference: '#patient' },
    billablePeriod: { start: days[0], end: days.at(-1) },
    created: options.created,
    insurer: { identifier: { value: options.payerId } },
    provider: billing(submission).provider,
    priority: concept(SYSTEMS.processPriority, 'normal'),
    related: related(submission),
    referral: referral(submission),
    payee: payee(submission),
    facility: { identifier: { value: options.facilityId } },
    careTeam: [careTeam(submission).member],
    supportingInfo: [
      ...attachments.map((each) => supportingFile(each, options)),
      ...details.map(({ sequence, info }) => ({ sequence, ...info })),
      ...note(submission, attachments.length + details.length),
    ],
    diagnosis: submission.diagnoses.map((diagnosis, index) => ({
      sequence: index + 1,
      diagnosisCodeableConcept: concept(SYSTEMS[diagnosis.system], diagnosis.code),
    })),
    insurance: insurances(submission),
    accident: accident(submission),
    item: items(submission, attachments, details),
    total: money(submission.total, submission.currency),
  }
}

function items(
  submission: Submission,
  attachments: { attachment: SubmissionAttachment; sequence: number }[],
  details: { line: number | null; sequence: number }[],
): JsonOut[] {
  return submission.lines.map((line) => ({
    sequence: line.lineNumber,
    careTeamSequence: [1],
    ...itemDetails(line, submission.diagnoses.length),
    informationSequence: [
      ...attachments.filter(({ attachment }) =>
        labelsOf(attachment).some(({ tooth }) => tooth === undefined || tooth === line.tooth),
      ),
      ...details.filter((detail) => detail.line === line.lineNumber),
    ].map(({ sequence }) => sequence),
    productOrService: { coding: [{ system: SYSTEMS.cdt, code: line.code }], text: line.description },
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
  const ours =
    originalSubmissionNumber === undefined
      ? undefined
      : { system: SYSTEMS.submissionNumber, value: originalSubmissionNumber }
  const asId = originalReference !== undefined && RESOURCE_ID.test(originalReference)
  return [
    {
      claim: {
        reference: asId ? `Claim/${originalReference}` : undefined,
        identifier: ours ?? (asId ? undefined : { value: originalReference }),
      },
      relationship: concept(SYSTEMS.relatedClaim, 'prior'),
      // A number that is no id of a resource names their file (source: R4 Claim.related.reference).
      reference: asId || originalReference === undefined ? undefined : { value: originalReference },
    },
  ]
}

/** Source: R4 datatype id. */
export const RESOURCE_ID = /^[A-Za-z0-9.-]{1,64}$/

function referral(submission: Submission): JsonOut | undefined {
  const [found, ...others] = submission.authorisations.filter((each) => each.kind === 'referral')
  if (others.length > 0)
    throw new FormatRefusal('Claim.referral', 'the claim names one referral, this one has more: keep one, or split it')
  if (submission.referringDentist !== undefined) return { reference: '#referral' }
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
    code: { coding: kindsOf(attachment).map((kind) => ({ system: SYSTEMS.documentKind, code: kind })) },
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
export function titleOf(attachment: SubmissionAttachment): string {
  const teeth = labelsOf(attachment).flatMap(({ tooth }) => (tooth === undefined ? [] : inFdiWords(tooth)))
  return [...kindsOf(attachment), ...new Set(teeth)].join(' ')
}

function kindsOf(attachment: SubmissionAttachment): string[] {
  return [...new Set(labelsOf(attachment).map(({ kind }) => kind))]
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
