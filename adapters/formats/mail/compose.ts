import { encode, wrap } from 'nodemailer/lib/qp'

/**
 * A file in a mail. Its name is ours and plain ASCII, so that every reader shows it and no header
 * can be added through it.
 */
export interface MailFile {
  name: string
  mediaType: string
  body: Uint8Array
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]+$/
const BOUNDARY = /^[A-Za-z0-9-]{1,60}$/
/** Base64 in lines of 76 characters and their ends. */
const BYTES_A_LINE = 57
const LINE_LENGTH = 78
/** What the headers of a part come to at most. */
const PART_HEADER_BYTES = 400

/**
 * A mail's MIME entity, from its Content-Type on: text and files, in that order. Same input, same
 * bytes. `unique` makes the boundary; neither of the two encodings can contain it. Throws for a
 * name, type or boundary that could be read as more than one.
 */
export function composeMail(text: string, files: MailFile[], unique: string): Uint8Array {
  if (!BOUNDARY.test(unique)) throw new Error('a mail needs a plain boundary')
  // `=_` stands in no quoted-printable and in no base64 text.
  const boundary = `=_${unique}`
  const lines = [
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    wrap(encode(text.replace(/\r?\n/g, '\r\n')), 76),
    ...files.flatMap((file) => [`--${boundary}`, ...partOf(file)]),
    `--${boundary}--`,
    '',
  ]
  return new TextEncoder().encode(lines.join('\r\n'))
}

/** How much a file adds to a mail, so that mails can be filled up to a limit. */
export function sizeInMail({ body }: MailFile): number {
  return PART_HEADER_BYTES + Math.ceil(body.length / BYTES_A_LINE) * LINE_LENGTH
}

function partOf({ name, mediaType, body }: MailFile): string[] {
  if (!NAME.test(name)) throw new Error('a file in a mail needs a plain name')
  if (!MEDIA_TYPE.test(mediaType)) throw new Error('a file in a mail needs a plain media type')
  const base64 = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64')
  // Our texts are UTF-8; without a charset a reader takes them for ASCII (source: RFC 2046, 4.1.2).
  const charset = mediaType.startsWith('text/') ? '; charset=utf-8' : ''
  return [
    `Content-Type: ${mediaType}${charset}; name="${name}"`,
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment; filename="${name}"`,
    '',
    ...(base64.match(/.{1,76}/g) ?? []),
  ]
}
