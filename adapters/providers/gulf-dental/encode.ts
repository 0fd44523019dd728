import type { Purpose, Submission, SubmissionLine } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { codeMatches } from '../../../domain/practice/procedures.ts'
import type { BatchContext, Context, HttpOut, Part } from '../../contract.ts'
import { claimElement, type ResubmissionType } from '../../formats/xml/claim.ts'
import { claimSubmission } from '../../formats/xml/claimSubmission.ts'
import type { Written } from '../../formats/xml/write.ts'
import { declaration } from './declaration.ts'
import { upload } from './postOffice.ts'
import type { GulfSettings } from './settings.ts'

/** One claim as an element of a Claim.Submission. */
export function encode(submission: Submission, ctx: Context<GulfSettings>): Part {
  const { licence } = submission.practitioner
  if (licence === undefined) throw new Error(`submission ${submission.submissionNumber}: the dentist has no licence`)
  const unsaid = unsaidOf(submission)
  if (unsaid !== null) throw new FormatRefusal('Claim.Submission', unsaid)
  const content = claimElement(submission, {
    claimId: claimIdOf(submission),
    payerId: ctx.settings.payerId,
    facilityId: ctx.settings.facilityId,
    clinicianId: licence,
    patientSharePercent: ctx.settings.patientSharePercent ?? 0,
    resubmission: resubmissionOf(submission.purpose),
    authorisationOf: (line) => authorisationOf(submission, line),
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
      throw new Error(`submission ${submissionNumber}: with its attachments it is larger than 10 MB`)
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
    throw new Error(`submission ${submissionNumber}: nobody knows the ID under which the claim was first sent`)
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

/**
 * The authorisation goes with the services that need one; where none does, the claim names it of
 * its own accord and it goes with all.
 */
function authorisationOf({ authorisations, lines }: Submission, line: SubmissionLine): string | null {
  const rules = declaration.requirements.authorisations
  const needs = ({ code, charge }: SubmissionLine) =>
    rules.some(
      ({ when }) => (when.codes === undefined || codeMatches(code, when.codes)) && charge >= (when.chargeFrom ?? 0),
    )
  const held = authorisations.find(({ kind }) => kind === 'loa' || kind === 'preauthorisation')
  return held !== undefined && (needs(line) || !lines.some(needs)) ? held.number : null
}
