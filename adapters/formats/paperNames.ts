import type { Submission } from '../../domain/claim.ts'

/**
 * Name of the claim form of a submission. Nothing of the patient, as with every name here: file
 * names show in mail clients and download lists.
 */
export function formName({ submissionNumber }: Submission): string {
  return `${submissionNumber}-claim-form.pdf`
}

/**
 * Name of an attachment as it travels with its form: number, place, kind, and what the bytes are
 * (never the name that somebody gave the file).
 */
export function attachmentName({ submissionNumber, attachments }: Submission, index: number): string {
  const attachment = attachments[index]
  if (attachment === undefined) throw new RangeError(`submission ${submissionNumber} has no attachment ${index}`)
  const kind = attachment.kind.replaceAll('_', '-')
  return `${submissionNumber}-${index + 1}-${kind}.${EXTENSIONS[attachment.mediaType] ?? 'bin'}`
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/dicom': 'dcm',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'image/webp': 'webp',
  'text/plain': 'txt',
}
