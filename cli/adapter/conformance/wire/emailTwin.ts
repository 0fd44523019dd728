import type { MailIn, MailOut, OutMessage } from '../../../../adapters/contract.ts'
import type { CollectedDocument, Sent, Session } from '../../../../adapters/transports/transport.ts'
import { startImapServer } from '../../../../sandbox/emailHmo/imapServer.ts'
import { type MailInterference, NO_INTERFERENCE, startSmtpServer } from '../../../../sandbox/emailHmo/smtpServer.ts'
import { demand } from '../check.ts'
import { claimWith } from '../claims.ts'
import { type Subject, TWIN_ADDRESSES } from '../subject.ts'
import type { Post } from './documents.ts'
import { bytesOf, CLINIC, CLINIC_SERVER, DESK, senderOf, stamped, textOf } from './mails.ts'

const PASSWORD = 'kit-password'

/** Where a scenario differs from what was agreed. */
interface Change {
  secrets?: Record<string, string>
  folder?: string
  archiveFolder?: string
  caCertificate?: string
}

/** A generic HMO's SMTP server, our own mailbox over IMAP, and our end of both. */
export interface EmailTwin {
  /** Read at each event: a scenario changes it on the way. */
  interference: MailInterference
  /** Mails that the HMO's server has taken, in order. */
  taken: { mail: Buffer; recipients: string[]; marks: string[] }[]
  session(change?: Change): Session
  send(message: OutMessage, session?: Session): Promise<Sent>
  /** Puts a mail into our mailbox; it has the next number. */
  deliver(mail: string): void
  /** Collects what is new since the cursor. */
  collect(cursor?: string | null, session?: Session): Promise<{ found: CollectedDocument[]; cursor: string | null }>
  folder(name: string): { flags: string[] }[]
  stop(): Promise<void>
}

/**
 * `validity` numbers the mailbox (UIDVALIDITY); with `tls` the SMTP server speaks it from the first
 * byte.
 */
export async function startEmailTwin(
  subject: Subject,
  { validity = 1, tls }: { validity?: number; tls?: { key: string; cert: string } } = {},
): Promise<EmailTwin> {
  const { adapter, transport } = subject
  const interference = { ...NO_INTERFERENCE }
  const taken: EmailTwin['taken'] = []
  const marks: string[] = []
  const account = { username: 'clinic', password: PASSWORD }
  const smtp = await startSmtpServer({
    port: 0,
    ...account,
    interference,
    receive: (mail, recipients) => void taken.push({ mail, recipients, marks: [...marks] }),
    ...(tls ? { tls: { ...tls, implicit: true } } : {}),
  })
  const imap = await startImapServer({ port: 0, ...account, validity })
  const twin: EmailTwin = {
    interference,
    taken,
    session: ({ secrets, folder = 'INBOX', archiveFolder, caCertificate } = {}) => ({
      connectionId: 'kit',
      endpoint: transport.endpoint.parse({
        smtp: { host: '127.0.0.1', port: smtp.port, tls: tls ? 'implicit' : 'none' },
        imap: { host: '127.0.0.1', port: imap.port, tls: 'none', folder, ...(archiveFolder ? { archiveFolder } : {}) },
        from: CLINIC,
        to: DESK,
        allowedSenders: believed(subject),
        authservId: CLINIC_SERVER,
        connectTimeoutMs: 5_000,
        silenceTimeoutMs: 5_000,
        ...(caCertificate ? { caCertificate } : {}),
      }),
      secrets: { username: 'clinic', password: PASSWORD, imapUsername: 'clinic', imapPassword: PASSWORD, ...secrets },
      auth: 'password',
      addresses: TWIN_ADDRESSES,
      signal: new AbortController().signal,
      heartbeat: () => undefined,
    }),
    send: (message, session = twin.session()) =>
      transport.send(message, session, { idempotencyKey: 'kit', mark: async (step) => void marks.push(step) }),
    deliver: (mail) => imap.deliver(mail),
    async collect(cursor = null, session = twin.session()) {
      const found: CollectedDocument[] = []
      const context = { cursor, ctx: subject.context() }
      const ended = await transport.collect(adapter, context, session, async (each) => void found.push(each))
      return { found, cursor: ended.cursor }
    },
    folder: (name) => imap.mails(name),
    async stop() {
      await Promise.all([smtp.stop(), imap.stop()])
    },
  }
  return twin
}

/** Whom the connection believes: whoever the cases' trusted mails are from. */
export function believed(subject: Subject): [string, ...string[]] {
  const senders = subject.messages('decode').flatMap((each) => {
    const sender = each.transport === 'email' && each.sender === 'trusted' ? senderOf(textOf(each.body)) : null
    return sender === null ? [] : [sender]
  })
  const [first = DESK, ...others] = new Set(senders)
  return [first, ...others]
}

const written = new WeakMap<Subject, Promise<MailOut[]>>()

/** The claim of the folder as its mails; made once, because rendering the form is slow. */
export function claimMails(subject: Subject): Promise<MailOut[]> {
  const known = written.get(subject) ?? writtenMails(subject)
  written.set(subject, known)
  return known
}

async function writtenMails(subject: Subject): Promise<MailOut[]> {
  const mails = await subject.write([claimWith(subject)])
  return mails.map((mail) => {
    demand(mail.transport === 'email', 'the claim does not go by mail')
    return mail
  })
}

/**
 * The provider's mails in our mailbox, oldest first, each with the line of our own server above it.
 */
export function emailPost(subject: Subject): Post {
  return {
    async carry(documents) {
      const twin = await startEmailTwin(subject)
      try {
        const mails = documents.map(stamped)
        for (const mail of mails) twin.deliver(mail)
        const { found } = await twin.collect()
        return found.map(({ message }) => withoutStamp(message as MailIn))
      } finally {
        await twin.stop()
      }
    },
  }
}

/** Without the line of our own server, which is no byte of the provider's. */
function withoutStamp(message: MailIn): MailIn {
  const mail = textOf(message.body)
  const end = mail.indexOf('\r\n')
  demand(mail.startsWith(`Authentication-Results: ${CLINIC_SERVER};`), 'the line of our own mail server is gone')
  return { ...message, body: bytesOf(mail.slice(end + 2)) }
}
