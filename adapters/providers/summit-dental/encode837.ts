import type { Submission, SubmissionAttachment } from '../../../domain/claim.ts'
import type { BatchContext, Context, FileOut, Part } from '../../contract.ts'
import { DENTAL_CLAIM_GUIDE, dentalClaim, dentalClaimHeader } from '../../formats/x12/dentalClaim/dentalClaim.ts'
import { batchReference, type Line, refuseUnwritable, writeInterchange, X12Refusal } from '../../formats/x12/write.ts'
import { declaration } from './declaration.ts'
import { envelopeOf, partiesOf, type SummitSettings } from './settings.ts'

/** What a part of ours carries: the claim's loops and its files. */
interface Content {
  lines: Line[]
  files: { extension: string; body: Uint8Array }[]
}

/**
 * One claim as an 837D transaction without its envelope. Throws `X12Refusal` when the format cannot
 * carry it.
 */
export function encode(submission: Submission, ctx: Context<SummitSettings>): Part {
  const lines = dentalClaim(submission, partiesOf(ctx.settings))
  refuseUnwritable(lines)
  const content: Content = {
    lines,
    files: submission.attachments.map((attachment) => ({
      extension: extensionOf(attachment),
      body: ctx.attachment(attachment.attachmentId),
    })),
  }
  return { submissionNumber: submission.submissionNumber, content }
}

/**
 * Attachments first, each a file of its own: when Summit reads the claim, all that it names is
 * there.
 */
export function assemble(parts: Part[], ctx: BatchContext<SummitSettings>): FileOut[] {
  const contents = parts.map((part) => part.content as Content)
  const files = parts.flatMap(({ submissionNumber, content }) =>
    (content as Content).files.map((file) => ({ ...file, submissionNumber })),
  )
  const claims = parts.map(({ submissionNumber }) => submissionNumber)
  return [
    ...files.map(({ extension, body, submissionNumber }, index) => ({
      ...fileOut(fileName(ctx, '837D', `_att_${index + 1}.${extension}`), body),
      carries: { claims: [], papers: [submissionNumber] },
    })),
    { ...fileOut(fileName(ctx, '837D', '.x12'), writeClaims(contents, ctx)), carries: { claims, papers: [] } },
  ]
}

/** `<sender>_<receiver>_<type>_<control number>…`: nothing of a patient. */
export function fileName(ctx: BatchContext<SummitSettings>, type: string, ending: string): string {
  return `${ctx.settings.senderId}_${ctx.settings.receiverId}_${type}_${ctx.controlNumber}${ending}`
}

function writeClaims(contents: Content[], ctx: BatchContext<SummitSettings>): Uint8Array {
  const parties = partiesOf(ctx.settings)
  const { controlNumber, now, zone } = ctx
  const envelope = {
    ...envelopeOf(ctx),
    functionalId: 'HC',
    guide: DENTAL_CLAIM_GUIDE,
    kind: '837',
  }
  const bytes = writeInterchange(
    envelope,
    contents.map(({ lines }, index) => [
      ...dentalClaimHeader(parties, batchReference(controlNumber, index + 1, contents.length), now, zone),
      ...lines,
    ]),
  )
  if (bytes.length > declaration.limits.messageBytes)
    throw new X12Refusal(`interchange ${ctx.interchangeId}`, 'it is larger than Summit takes: fewer claims in one file')
  return bytes
}

function fileOut(name: string, body: Uint8Array): FileOut {
  return { transport: 'sftp', name, body }
}

/** By what the bytes are, never by the name that somebody gave the file. */
function extensionOf({ mediaType }: SubmissionAttachment): string {
  return EXTENSIONS[mediaType] ?? 'bin'
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/dicom': 'dcm',
  'image/jpeg': 'jpg',
  'image/png': 'png',
}
