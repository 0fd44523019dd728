import { type Attachment, type ParsedMail, simpleParser } from 'mailparser'
import { whyNotRead } from './bomb.ts'
import { reportIn } from './deliveryReport.ts'
import { idsIn } from './ids.ts'
import type { Mail, ReceivedFile } from './mail.ts'
import { plainBounceIn } from './plainBounce.ts'

export type ReadMail = { kind: 'mail'; mail: Mail } | { kind: 'unreadable'; because: string }

/** Characters of a text that are kept: no decoder needs more. */
const LONGEST_TEXT = 20_000

/**
 * Reads a mail as the server gave it. What would be dear to parse is refused before the parser sees
 * it.
 */
export async function readMail(raw: Uint8Array): Promise<ReadMail> {
  const because = whyNotRead(raw)
  if (because !== null) return { kind: 'unreadable', because }
  try {
    return { kind: 'mail', mail: mailOf(await parsed(raw)) }
  } catch {
    // The parser's words may quote the mail.
    return { kind: 'unreadable', because: 'it is no mail' }
  }
}

function parsed(raw: Uint8Array): Promise<ParsedMail> {
  return simpleParser(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
    skipTextLinks: true,
    keepCidLinks: true,
    keepDeliveryStatus: true,
    checksumAlgo: false,
  })
}

function mailOf(parsed: ParsedMail): Mail {
  const { headers, attachments } = parsed
  const header = (name: string): string => {
    const value = headers.get(name)
    return typeof value === 'string' ? value : Array.isArray(value) ? value.join(' ') : ''
  }
  const lines = new Map(parsed.headerLines?.map(({ key, line }) => [key, line]))
  if (lines.size === 0) throw new Error('a mail without a header')
  const subject = (parsed.subject ?? '').slice(0, 1_000)
  const from = (parsed.from?.text ?? '').slice(0, 1_000)
  const answers = [...idsIn(header('in-reply-to')), ...idsIn(header('references')).reverse()]
  const kind = automatic(header('auto-submitted'), header('precedence'), lines.get('return-path') ?? '')
  const text = textOf(parsed)
  const failedRecipients = header('x-failed-recipients')
  const plain = { subject, from, answers, text, failedRecipients, automatic: kind !== 'no' }
  return {
    subject,
    from,
    sentAt: parsed.date === undefined || Number.isNaN(parsed.date.getTime()) ? null : parsed.date.toISOString(),
    answers,
    automatic: kind,
    text,
    files: attachments.map(fileOf),
    report: reportIn(attachments) ?? plainBounceIn(plain, attachments),
  }
}

/**
 * Whether a program wrote the mail (RFC 3834). An empty return path means an automatic reply,
 * unless the headers say that a system generated the mail.
 */
function automatic(autoSubmitted: string, precedence: string, returnPath: string): Mail['automatic'] {
  const word = autoSubmitted.trim().toLowerCase()
  if (word.startsWith('auto-generated') || word.startsWith('auto-notified')) return 'generated'
  if (word !== '' && !word.startsWith('no')) return 'reply'
  if (/^auto[_-]?reply/i.test(precedence.trim())) return 'reply'
  return /^return-path:\s*<\s*>\s*$/i.test(returnPath) ? 'reply' : 'no'
}

/** The text of a mail, or its HTML without the markup: shown to people, never decoded. */
function textOf({ text, html }: ParsedMail): string {
  if (text !== undefined && text.trim() !== '') return text.slice(0, LONGEST_TEXT)
  if (typeof html !== 'string') return ''
  return html
    .slice(0, LONGEST_TEXT)
    .replace(/<(style|script)\b[^<>]*>[^<]*/gi, ' ')
    .replace(/<[^<>]*>/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim()
}

/** Signatures and receipts: parts of the mail itself, which nobody enclosed. */
const OF_THE_MAIL = /^(?:application\/(?:(?:x-)?pkcs7|pgp)-signature|message\/disposition-notification)$/i

/**
 * File names are shown to people and never used as a path; their endings only suggest how a file is
 * decoded.
 */
function fileOf({ filename, contentType, content, related }: Attachment): ReceivedFile {
  return {
    embedded: related === true || OF_THE_MAIL.test(contentType),
    name: (filename ?? '').replace(/[\p{Cc}\p{Cf}/\\]/gu, ' ').slice(0, 200),
    mediaType: contentType.toLowerCase(),
    body: new Uint8Array(content),
  }
}
