import type { Purpose, Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import type { BatchContext, Context, HttpOut, Part } from '../../contract.ts'
import { claimElement, type ResubmissionType } from '../../formats/xml/claim.ts'
import { claimSubmission } from '../../formats/xml/claimSubmission.ts'
import type { Written } from '../../formats/xml/write.ts'
import { authorisationsOf } from './authorised.ts'
import { declaration } from './declaration.ts'
import { upload } from './postOffice.ts'
import type { GulfSettings } from './settings.ts'

/** One claim as an element of a Claim.Submission. */
export function encode(submission: Submission, ctx: Context<GulfSettings>): Part {
  const { licence } = submission.practitioner
  if (licence === undefined) throw new FormatRefusal('Clinician', 'the dentist has no licence number: add it')
  const authorised = authorisationsOf(submission)
  const unsaid = unsaidOf(submission)
  if (unsaid !== null) throw new FormatRefusal('Claim.Submission', unsaid)
  const content = claimElement(submission, {
    claimId: claimIdOf(submission),
    payerId: ctx.settings.payerId,
    facilityId: ctx.settings.facilityId,
    clinicianId: licence,
    patientSharePercent: ctx.settings.patientSharePercent ?? 0,
    resubmission: resubmissionOf(submission.purpose),
    authorisationOf: (line) => authorised.get(line) ?? null,
    texts: textsOf(submission),
    attachment: ctx.attachment,
  })
  return { submissionNumber: submission.submissionNumber, content }
}

/** One file a claim: a refused upload refuses the whole file. */
export function assemble(parts: Part[], ctx: BatchContext<GulfSettings>): HttpOut[] {
  const { facilityId, receiverId } = ctx.settings
  const { now, zone, currency } = ctx
  const envelope = { senderId: facilityId, receiverId, now, zone, currency, test: ctx.mode === 'test' }
  return parts.map(({ submissionNumber, content }) => {
    const body = claimSubmission([content as Written], envelope)
    if (body.byteLength > declaration.limits.messageBytes)
      throw new FormatRefusal(
        `submission ${submissionNumber}`,
        'with its attachments it is larger than 10 MB: make them smaller or take some off',
      )
    return upload(submissionNumber, body, ctx.settings)
  })
}

/**
 * The exchange's schema has no element for another insurer (source: DHPO ClaimSubmission.xsd): what
 * the first one decided goes as its explanation of benefits, in an observation of type File.
 */
function unsaidOf({ firstPayer, attachments }: Submission): string | null {
  if (firstPayer === undefined || attachments.some(({ kind }) => kind === 'eob')) return null
  const what = firstPayer.decision === null ? 'that another insurer pays first' : 'what the first insurer decided'
  return `the format has no place for ${what}: attach its explanation of benefits (kind eob)`
}

/** The claim keeps the ID of its first sending; where only one sending came before, that is it. */
function claimIdOf(submission: Submission): string {
  const { purpose, submissionNumber, openingSubmissionNumber, originalSubmissionNumber } = submission
  if (purpose === 'new') return submissionNumber
  const first = openingSubmissionNumber ?? originalSubmissionNumber
  if (first === undefined)
    throw new FormatRefusal(
      `submission ${submissionNumber}`,
      'nobody knows the ID under which the claim was first sent',
    )
  return first
}

function resubmissionOf(purpose: Purpose): ResubmissionType | null {
  switch (purpose) {
    case 'new':
      return null
    case 'replacement':
      return 'correction'
    case 'appeal':
      return 'internal complaint'
    case 'void':
    case 'supplement':
      throw new Error(`the exchange carries no ${purpose}`)
  }
}

/** Referrals, predeterminations and the note of a first sending, which have no element. */
function textsOf({ authorisations, note, purpose }: Submission): { code: string; text: string }[] {
  const words = purpose === 'new' ? (note?.trim() ?? '') : ''
  return [
    ...authorisations.flatMap(({ kind, number }) =>
      kind === 'referral' || kind === 'predetermination' ? [{ code: kind, text: number }] : [],
    ),
    ...(words === '' ? [] : [{ code: 'note', text: words }]),
  ]
}
