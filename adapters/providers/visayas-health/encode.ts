import type { Submission } from '../../../domain/claim.ts'
import type { Context, Part } from '../../contract.ts'
import { letterheadFor } from '../../formats/letterhead.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
import { attachmentName, formName } from '../../formats/paperNames.ts'
import { claimForm, type Letterhead } from '../../formats/pdf/claimForm.ts'
import { declaration } from './declaration.ts'
import type { VisayasSettings } from './settings.ts'

/** What a part of ours carries: the claim, its form and its papers. */
export interface Content {
  submission: Submission
  files: MailFile[]
}

/**
 * One claim as a form and its papers. A correction that names no original is refused: the desk
 * would book a second claim.
 */
export async function encode(submission: Submission, ctx: Context<VisayasSettings>): Promise<Part> {
  const { submissionNumber, purpose, originalReference, originalSubmissionNumber } = submission
  if (purpose !== 'new' && originalReference === undefined && originalSubmissionNumber === undefined)
    throw new Error(`submission ${submissionNumber}: a ${purpose} must name what it is about`)
  const form = await claimForm(submission, letterheadOf(ctx))
  const content: Content = {
    submission,
    files: [
      { name: formName(submission), mediaType: 'application/pdf', body: form },
      ...submission.attachments.map(({ attachmentId, mediaType }, index) => ({
        name: attachmentName(submission, index),
        mediaType,
        body: ctx.attachment(attachmentId),
      })),
    ],
  }
  return { submissionNumber, content }
}

export function letterheadOf(ctx: Context<VisayasSettings>): Letterhead {
  return letterheadFor(declaration, ctx)
}
