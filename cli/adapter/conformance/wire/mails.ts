import type { InMessage } from '../../../../adapters/contract.ts'

/** Our own mail server, which says who sent a mail, and the two who write to each other. */
export const CLINIC_SERVER = 'mx.clinic.example'
export const CLINIC = 'claims@clinic.example'
export const DESK = 'claims@hmo.example'

/** Mails as bytes with a character each, which is how both servers take them. */
export function textOf(body: Uint8Array): string {
  return Buffer.from(body).toString('latin1')
}

export function bytesOf(mail: string): Uint8Array {
  return new Uint8Array(Buffer.from(mail, 'latin1'))
}

/** The address in the mail's From; null where there is none. */
export function senderOf(mail: string): string | null {
  const [head = ''] = mail.split(/\r?\n\r?\n/)
  return /^From:[^\r\n]*?([^\s<>"@,;]+@[^\s<>"@,;]+)/im.exec(head)?.[1]?.toLowerCase() ?? null
}

/** What our own server writes above everything that came with the mail. */
export function stampOf(mail: string, verdict: 'pass' | 'fail'): string {
  const domain = senderOf(mail)?.split('@')[1] ?? 'nobody.example'
  return `Authentication-Results: ${CLINIC_SERVER}; dmarc=${verdict} header.from=${domain}\r\n`
}

/**
 * The provider's document as it lies in our mailbox: our server vouches for it where the case says
 * so.
 */
export function stamped(document: InMessage): string {
  const mail = textOf(document.body)
  const isTrusted = document.transport === 'email' && document.sender === 'trusted'
  return `${stampOf(mail, isTrusted ? 'pass' : 'fail')}${mail}`
}

/**
 * What the provider's server reports of our mail (RFC 3464), with the header that our mail had when
 * it got there.
 */
export function reportOf(ourMail: string, action: 'failed' | 'delayed', status: string): string {
  const [header = ''] = ourMail.split('\r\n\r\n')
  return [
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.hmo.example',
    `To: <${CLINIC}>`,
    'Message-ID: <report-1@mx.hmo.example>',
    'Subject: Delivery Status Notification',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="report"',
    '',
    '--report',
    'Content-Type: text/plain',
    '',
    action === 'failed' ? 'Your mail could not be delivered.' : 'Your mail is delayed; we still try.',
    '--report',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.hmo.example',
    '',
    `Final-Recipient: rfc822; ${DESK}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${status.replaceAll('.', '')} ${status} mailbox unavailable`,
    '--report',
    'Content-Type: text/rfc822-headers',
    '',
    header,
    '--report--',
    '',
  ].join('\r\n')
}

/**
 * An answer in words to our mail, from an address that we believe; `extra` are further header
 * lines.
 */
export function replyTo(ourMail: string, from: string, text: string, extra: string[] = []): string {
  const id = /^Message-ID:\s*(<[^>\r\n]+>)/im.exec(ourMail)?.[1] ?? ''
  const subject = /^Subject:\s*([^\r\n]*)/im.exec(ourMail)?.[1] ?? ''
  return [
    `From: Claims desk <${from}>`,
    `To: <${CLINIC}>`,
    'Message-ID: <reply-1@hmo.example>',
    `Subject: Re: ${subject}`,
    `In-Reply-To: ${id}`,
    `References: ${id}`,
    ...extra,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n')
}
