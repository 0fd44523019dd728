import type { MailOut } from '../../../adapters/contract.ts'
import { summitDental } from '../../../adapters/providers/summit-dental/index.ts'
import { type EmailEndpoint, emailEndpoint } from '../../../adapters/transports/email/endpoint.ts'
import type { CollectContext, CollectedDocument, Session } from '../../../adapters/transports/transport.ts'
import { startImapServer } from '../../../sandbox/emailHmo/imapServer.ts'
import { type MailInterference, NO_INTERFERENCE, startSmtpServer } from '../../../sandbox/emailHmo/smtpServer.ts'
import { TWIN_ADDRESSES } from '../../support/addresses.ts'

export const SECRETS = { username: 'clinic', password: 'pw', imapUsername: 'clinic', imapPassword: 'pw' }

/** A provider's SMTP server, our own mailbox, and our end of both. */
export async function startMail(
  options: {
    changes?: Partial<MailInterference>
    tls?: { key: string; cert: string; implicit: boolean }
    mails?: { raw: string; uid?: number }[]
    validity?: number
  } = {},
) {
  const { tls, mails, validity } = options
  const interference = { ...NO_INTERFERENCE, ...options.changes }
  const received: string[] = []
  const account = { username: 'clinic', password: 'pw' }
  const smtp = await startSmtpServer({
    port: 0,
    ...account,
    interference,
    receive: (raw) => void received.push(raw.toString('latin1')),
    ...(tls ? { tls } : {}),
  })
  const imap = await startImapServer({
    port: 0,
    ...account,
    ...(mails ? { mails } : {}),
    ...(validity ? { validity } : {}),
    ...(tls?.implicit ? { tls } : {}),
  })
  return {
    received,
    interference,
    imap,
    smtp,
    session: (
      more: { endpoint?: Partial<EmailEndpoint>; secrets?: Record<string, string>; signal?: AbortSignal } = {},
    ) => sessionTo(smtp.port, imap.port, more),
    async stop() {
      await smtp.stop()
      await imap.stop()
    },
  }
}

export function sessionTo(
  smtpPort: number,
  imapPort: number,
  more: { endpoint?: Partial<EmailEndpoint>; secrets?: Record<string, string>; signal?: AbortSignal } = {},
): Session<EmailEndpoint> {
  return {
    connectionId: 'c-1',
    endpoint: emailEndpoint.parse({
      smtp: { host: '127.0.0.1', port: smtpPort, tls: 'none' },
      imap: { host: '127.0.0.1', port: imapPort, tls: 'none' },
      from: 'claims@clinic.example',
      to: 'claims@hmo.example',
      allowedSenders: ['claims@hmo.example', '@desk.hmo.example'],
      authservId: 'mx.clinic.example',
      connectTimeoutMs: 5_000,
      silenceTimeoutMs: 5_000,
      ...more.endpoint,
    }),
    secrets: more.secrets ?? SECRETS,
    auth: 'password',
    addresses: TWIN_ADDRESSES,
    signal: more.signal ?? new AbortController().signal,
    heartbeat: () => undefined,
  }
}

export const INTERCHANGE = '0195c0de-0000-7000-8000-000000000001'

export function mailOut(change: Partial<MailOut> = {}): MailOut {
  return {
    transport: 'email',
    messageId: `117.1.${INTERCHANGE}`,
    subject: 'Dental claim 7K2M9QX4TB6VH0RC',
    date: '2026-03-10T20:05:00.000Z',
    body: new TextEncoder().encode(
      'Content-Type: text/plain; charset=utf-8\r\n\r\nThe claim.\r\n.\r\nAfter a dot.\r\n',
    ),
    ...change,
  }
}

/** A sender's marks, as the database would keep them. */
export function marks() {
  const made: string[] = []
  return { made, options: { idempotencyKey: 'k-1', mark: async (step: string) => void made.push(step) } }
}

/** A store that commits at once. */
export function memoryStore() {
  const found: CollectedDocument[] = []
  return { found, store: async (each: CollectedDocument) => void found.push(each) }
}

/** The transport never asks the adapter. */
export const ADAPTER = summitDental as never
export const from = (cursor: string | null): CollectContext => ({ cursor, ctx: {} as never })

export const PASSED = 'Authentication-Results: mx.clinic.example; dmarc=pass header.from=hmo.example'

/** A mail as our server keeps it. */
export function mailFrom(lines: string[], text = 'Hello'): string {
  return [...lines, '', text, ''].join('\r\n')
}

/** What a mail server reports of our first mail of interchange 117. */
export function bounce(action: string, status: string, about = '117.1.abc@clinic.example'): string {
  return [
    'From: MAILER-DAEMON@mx.hmo.example',
    'Auto-Submitted: auto-replied',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    '',
    'It did not work.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.hmo.example',
    '',
    'Final-Recipient: rfc822; claims@hmo.example',
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status}`,
    ' no such user',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'From: <claims@clinic.example>',
    `Message-ID: <${about}>`,
    '',
    'The claim.',
    '--b--',
    '',
  ].join('\r\n')
}
