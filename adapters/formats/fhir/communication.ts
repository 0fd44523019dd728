import type { Submission } from '../../../domain/claim.ts'
import { type ClaimOptions, RESOURCE_ID, titleOf } from './claim.ts'
import { SYSTEMS } from './systems.ts'
import type { JsonOut } from './writeJson.ts'

/**
 * A FHIR R4 Communication that carries the papers of a supplement and names the payer's claim.
 * Throws when it doesn't know that claim, or carries nothing.
 */
export function suppliedPapers(
  submission: Submission,
  options: Pick<ClaimOptions, 'payerId' | 'created' | 'attachment'>,
): { [name: string]: JsonOut | undefined } {
  const { originalReference, originalSubmissionNumber, attachments } = submission
  if (originalReference === undefined)
    throw new Error(`supplement of claim ${submission.claimNumber}: the provider's reference of the claim is missing`)
  if (attachments.length === 0) throw new Error(`supplement of claim ${submission.claimNumber}: it carries no paper`)
  const asId = RESOURCE_ID.test(originalReference)
  const theirs = { value: originalReference }
  const ours =
    originalSubmissionNumber === undefined
      ? undefined
      : { system: SYSTEMS.submissionNumber, value: originalSubmissionNumber }
  return {
    resourceType: 'Communication',
    identifier: [{ system: SYSTEMS.submissionNumber, value: submission.submissionNumber }],
    status: 'completed',
    about: [
      {
        reference: asId ? `Claim/${originalReference}` : undefined,
        identifier: ours ?? (asId ? undefined : theirs),
      },
      ...(asId || ours === undefined ? [] : [{ identifier: theirs }]),
    ],
    sent: options.created,
    recipient: [{ identifier: { value: options.payerId } }],
    payload: attachments.map((attachment) => {
      const bytes = options.attachment(attachment.attachmentId)
      return {
        contentAttachment: {
          contentType: attachment.mediaType,
          data: Buffer.from(bytes).toString('base64'),
          size: bytes.byteLength,
          title: titleOf(attachment),
        },
      }
    }),
  }
}
