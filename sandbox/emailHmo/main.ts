import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { type Faults, NO_FAULTS } from '../faults.ts'
import { LATER_MS } from '../lateAcceptance.ts'
import { CLINIC, CLINIC_SERVER, DESK, passwordIn, USERNAME } from './account.ts'
import { openBook } from './book.ts'
import { startImapServer } from './imapServer.ts'
import { receiveMail } from './intake.ts'
import { startPublisher } from './publisher.ts'
import { NO_INTERFERENCE, startSmtpServer } from './smtpServer.ts'
import { bounce, letter } from './writeMail.ts'

export interface EmailHmoOptions {
  /** Of the desk's SMTP server and of the clinic's mailbox; 0 takes a free one. */
  ports: number[]
  /** Ledger and password; the same folder goes on where it was. */
  folder: string
  clock: Clock
  faults?: Faults
}

export interface EmailHmo {
  port: number
  /** What a connection of provider `visayas-health` needs. */
  connection: {
    endpoint: {
      smtp: { host: string; port: number; tls: 'none' }
      imap: { host: string; port: number; tls: 'none'; folder: string }
      from: string
      to: string
      allowedSenders: string[]
      authservId: string
      connectTimeoutMs: number
      silenceTimeoutMs: number
    }
    settings: { accountNumber: string; contactName: string; contactPhone: string }
    secrets: { username: string; password: string; imapUsername: string; imapPassword: string }
  }
  stop(): Promise<void>
}

/**
 * Starts the twin of Visayas Health: a real SMTP server that takes claims, and the clinic's real
 * IMAP mailbox, with a durable memory.
 */
export async function startEmailHmo(options: EmailHmoOptions): Promise<EmailHmo> {
  const { folder, clock, faults = NO_FAULTS } = options
  const [smtpPort = 0, imapPort = 0] = options.ports
  const password = passwordIn(folder)
  const account = { username: USERNAME, password }
  const book = openBook(folder)
  const imap = await startImapServer({ port: imapPort, ...account, mails: book.mailbox.map((raw) => ({ raw })) })
  const publisher = startPublisher({ book, clock, faults }, imap.deliver)

  async function receive(raw: Buffer): Promise<void> {
    const answers = /^Message-ID: (<[^<>\r\n]+>)/im.exec(raw.toString('latin1'))?.[1] ?? ''
    const now = clock.now()
    if (faults.next('bounce')) {
      const bytesSha256 = createHash('sha256').update(raw).digest('hex')
      book.append({ kind: 'refused', at: now.toISOString(), because: 'bounced', bytesSha256 })
      return publisher.write((id) => bounce(id, now, answers))
    }
    const taken = await receiveMail(book, now, raw)
    if (faults.next('autoReply')) {
      const headers = ['Auto-Submitted: auto-replied', 'Return-Path: <>']
      const text = 'RECEIVED. I am out of office and back on Monday.'
      publisher.write((id) => letter({ id, at: now, subject: 'Out of office', text, headers, answers }))
    }
    if (faults.next('freeText')) {
      const text = 'Hello, could you please call me about this one? I cannot open the picture.'
      publisher.write((id) => letter({ id, at: now, subject: 'Re: your claim', text, answers }))
    }
    for (const claim of taken) publisher.watch(claim)
  }

  const smtp = await startSmtpServer({
    port: smtpPort,
    ...account,
    interference: {
      ...NO_INTERFERENCE,
      refuses: () => faults.next('refuse'),
      cutsMail: () => (faults.next('dropConnectionDuringMail') ? 1_000 : null),
      losesReply: () => faults.next('replyLost'),
      delaysMail: (receiveLate) => {
        const isLate = faults.next('acceptLater')
        // Nobody can look into a mailbox that is not theirs: it comes by itself.
        if (isLate) setTimeout(receiveLate, LATER_MS).unref()
        return isLate
      },
    },
    receive,
  })
  return {
    port: smtp.port,
    connection: {
      endpoint: {
        smtp: { host: '127.0.0.1', port: smtp.port, tls: 'none' },
        imap: { host: '127.0.0.1', port: imap.port, tls: 'none', folder: 'INBOX' },
        from: CLINIC,
        to: DESK,
        allowedSenders: [DESK],
        authservId: CLINIC_SERVER,
        connectTimeoutMs: 10_000,
        silenceTimeoutMs: 20_000,
      },
      settings: { accountNumber: 'BRIGHT-77', contactName: 'Billing, Bright Smile', contactPhone: '+63 2 8555 0110' },
      secrets: { username: USERNAME, password, imapUsername: USERNAME, imapPassword: password },
    },
    async stop() {
      publisher.stop()
      await smtp.stop()
      await imap.stop()
      book.close()
    },
  }
}
