import type { Attachment } from 'mailparser'
import { idsIn } from './ids.ts'
import type { DeliveryReport } from './mail.ts'

/** What a bounce in plain words is known by. */
export interface PlainMail {
  from: string
  /** X-Failed-Recipients, which Exim and Gmail write. */
  failedRecipients: string
  /** Whether a program wrote it, by its headers. */
  automatic: boolean
  subject: string
  text: string
  /** Ids that its headers say it answers. */
  answers: string[]
}

/**
 * Senders that are mail servers, by the names that servers give themselves (source: RFC 2142,
 * 3834).
 */
const SERVER = /mailer-daemon|mail[ -]?daemon|postmaster|mail delivery (?:sub)?system|mail system|system administrator/i

/**
 * Sentences of bounces that are no report by RFC 3464: qmail ("wasn't able to deliver"), Exim,
 * SmarterMail ("Could not deliver message"), Exchange and Postfix.
 */
const FAILED =
  /wasn't able to deliver your message|could not be delivered|could not deliver (?:the |your )?message|delivery (?:has )?failed|undeliverable|undelivered mail|delivery (?:to the following recipients? )?failed|returning message to sender|permanent (?:fatal )?error|failed recipient/i

/** A warning, or a receipt: the mail is still tried, or has arrived. */
const NOT_FINAL =
  /not yet been delivered|has been delayed|delayed (?:for )?\d+|delivery (?:is |will be )?(?:delayed|attempted|retried)|will be retried|still trying|no action is required|warning: message|delivery status notification \(delay\)|successfully delivered|successful mail delivery/i

/** Where a server begins to repeat the mail that it returns: nothing below is the server's own. */
const COPY =
  /^.{0,10}(?:-{2,}.*(?:copy of (?:the|your) message|original message|below this line|header).*|.*(?:header and top \d+ lines|returned message|message headers follow).*|[>\s]*(?:message-id|received|return-path):.*)$/im

const RETURNED_TYPES = ['message/rfc822', 'message/global', 'text/rfc822-headers', 'message/global-headers']
const LONGEST = 100_000

/**
 * What a mail server says in its own words of a mail of ours; null for what is no such mail. In
 * doubt between a failure and a warning of a server's, it failed: all that follows of it is that a
 * person looks.
 */
export function plainBounceIn(mail: PlainMail, parts: Attachment[]): DeliveryReport | null {
  const { from, failedRecipients, automatic, subject, answers } = mail
  const text = mail.text.slice(0, LONGEST)
  const returned = [text, ...parts.filter(isReturned).map(({ content }) => headersOf(content))]
  const copied = returned.flatMap((each) =>
    [...each.matchAll(/^[>\s]*(?:original-|x-original-)?message-id:(.*)$/gim)].flatMap(([, value = '']) =>
      idsIn(value),
    ),
  )
  const isServer = SERVER.test(from)
  const says = FAILED.test(`${subject}\n${text}`)
  const known =
    failedRecipients.trim() !== '' || (automatic && (isServer || says)) || (says && (isServer || copied.length > 0))
  if (!known) return null
  const own = text.slice(0, COPY.exec(text)?.index ?? text.length)
  const isDelay = NOT_FINAL.test(`${subject}\n${own}`) && failedRecipients.trim() === ''
  return {
    action: isDelay ? 'delayed' : 'failed',
    status: /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(own)?.[0] ?? '',
    said: (/^.*\b[45]\d\d[ -].*$/m.exec(own)?.[0] ?? '').trim().slice(0, 200),
    about: [...copied, ...answers],
  }
}

function isReturned({ contentType }: Attachment): boolean {
  return RETURNED_TYPES.includes(contentType.toLowerCase())
}

function headersOf(content: Buffer): string {
  return content
    .subarray(0, LONGEST)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ')
}
