import { CLINIC, CLINIC_SERVER, DESK } from './account.ts'

/** What the clinic's own server writes above a mail that it could prove. */
const PROVEN = `Authentication-Results: ${CLINIC_SERVER}; dmarc=pass header.from=visayas-health.example`

interface Letter {
  id: string
  at: Date
  subject: string
  text: string
  /** Message-ID that it answers, with its brackets. */
  answers?: string
  headers?: string[]
  list?: { name: string; csv: string }
}

/** A mail of the desk as it lies in the clinic's mailbox. */
export function letter({ id, at, subject, text, answers, headers = [], list }: Letter): string {
  const boundary = `b-${id}`
  const head = [
    PROVEN,
    `From: Visayas Health claims desk <${DESK}>`,
    `To: <${CLINIC}>`,
    `Subject: ${subject}`,
    `Date: ${dateOf(at)}`,
    `Message-ID: <${id}@visayas-health.example>`,
    ...(answers ? [`In-Reply-To: ${answers}`, `References: ${answers}`] : []),
    ...headers,
    'MIME-Version: 1.0',
  ]
  if (list === undefined) return lines([...head, 'Content-Type: text/plain; charset=utf-8', '', text, ''])
  return lines([
    ...head,
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    `--${boundary}`,
    `Content-Type: text/csv; name="${list.name}"`,
    `Content-Disposition: attachment; filename="${list.name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    ...(Buffer.from(list.csv)
      .toString('base64')
      .match(/.{1,76}/g) ?? []),
    `--${boundary}--`,
    '',
  ])
}

/** What the desk's server sends back with a mail that nobody there got. */
export function bounce(id: string, at: Date, about: string): string {
  return lines([
    `From: Mail delivery <MAILER-DAEMON@visayas-health.example>`,
    `To: <${CLINIC}>`,
    'Subject: Undelivered mail returned to sender',
    `Date: ${dateOf(at)}`,
    `Message-ID: <${id}@visayas-health.example>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="b-${id}"`,
    '',
    `--b-${id}`,
    '',
    'The mailbox of the recipient is full.',
    `--b-${id}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.visayas-health.example',
    '',
    `Final-Recipient: rfc822; ${DESK}`,
    'Action: failed',
    'Status: 5.2.2',
    'Diagnostic-Code: smtp; 552 5.2.2 mailbox full',
    `--b-${id}`,
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${about}`,
    `--b-${id}--`,
    '',
  ])
}

function lines(all: string[]): string {
  return all.join('\r\n')
}

function dateOf(at: Date): string {
  return at.toUTCString().replace('GMT', '+0000')
}
