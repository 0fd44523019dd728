import { Readable } from 'node:stream'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { OutMessage } from '../../contract.ts'
import type { SendOptions, Sent, Session } from '../transport.ts'
import type { EmailEndpoint } from './endpoint.ts'
import { enhancedCode, isFinal, numbersOf, openSmtp, type SmtpError, wordsOf } from './smtp.ts'
import { mailOnly, wireOf } from './wire.ts'

const CHUNK_BYTES = 65_536

const DATA = durableEffect({
  name: 'data',
  in: 'worker',
  channels: ['email'],
  before: 'the mark says that the mail is handed over next, and nothing of it has left',
  after: 'the server has taken the mail, and the sending has not returned',
})

/**
 * Hands one mail to the provider's server once, and tells from how the conversation ended whether
 * the server may have it. Before the final dot is sent the server certainly has nothing; after it,
 * only its reply tells (RFC 1047: a lost 250 looks like a lost mail, failure D1).
 */
export async function send(message: OutMessage, session: Session<EmailEndpoint>, options: SendOptions): Promise<Sent> {
  const wire = wireOf(mailOnly(message), session.endpoint)
  const opened = await openSmtp(session)
  if (opened.kind === 'failed') {
    const because = `${opened.step}: ${opened.because}`
    return opened.needsPerson ? { kind: 'stopped', because } : { kind: 'not_sent', because }
  }
  const { connection } = opened
  try {
    await options.mark('HANDING_OVER')
    // Called off while the mark was written: somebody else may be sending by now.
    if (session.signal.aborted) return { kind: 'not_sent', because: 'called off before the mail was handed over' }
    DATA.before('email')
    const sent = await handOver(connection, wire, session)
    DATA.after('email')
    if (sent.kind === 'arrived') connection.quit()
    return sent
  } finally {
    if (!session.signal.aborted) setTimeout(() => connection.close(), 500).unref()
  }
}

async function handOver(
  connection: SMTPConnection,
  wire: Buffer,
  { endpoint, signal, heartbeat }: Session<EmailEndpoint>,
): Promise<Sent> {
  let allRead = false
  const source = Readable.from(
    chunksOf(wire, () => heartbeat('handing over a mail')),
    { objectMode: false },
  )
  source.once('end', () => {
    allRead = true
  })
  const error = await new Promise<SmtpError | null>((resolve) => {
    connection.once('error', (failure: SmtpError) => resolve(failure))
    connection.once('end', () => resolve(new Error('the server closed the connection')))
    connection.send({ from: endpoint.from, to: [endpoint.to], size: wire.length }, source, (failure) =>
      resolve((failure as SmtpError | null | undefined) ?? null),
    )
  })
  source.destroy()
  if (error === null) return { kind: 'arrived' }
  return endOf(error, allRead, signal.aborted ? 'called off' : reasonOf(error))
}

function endOf(error: SmtpError, allRead: boolean, because: string): Sent {
  const { responseCode } = error
  if (responseCode === undefined && error.code === 'EMESSAGE') return { kind: 'refused', said: [tooLarge] }
  if (responseCode === undefined)
    return allRead
      ? { kind: 'unknown', because: `no answer after the whole mail: ${because}` }
      : { kind: 'not_sent', because: `before the mail was complete: ${because}` }
  if (!isFinal(error)) return { kind: 'not_sent', because }
  const aboutTheMail = error.command === 'DATA' || responseCode === 552
  // Sender and recipient are the connection's, so every other claim would be refused too: a person
  // mends the address.
  return aboutTheMail ? { kind: 'refused', said: [saidOf(error)] } : { kind: 'stopped', because }
}

/** Why sending failed, in our words: the server's own text is kept only where it refused a mail. */
function reasonOf(error: SmtpError): string {
  const { responseCode, originalCode, code } = error
  return responseCode === undefined
    ? (originalCode ?? code ?? 'the connection failed')
    : `the server answered ${numbersOf(error)}`
}

/** Nodemailer compares with the size that the server announced, and asks nobody. */
const tooLarge = { list: 'SMTP', code: '552', text: 'larger than the server takes' }

function saidOf(error: SmtpError) {
  const text = wordsOf(error)
  return {
    list: 'SMTP',
    code: enhancedCode(text) ?? String(error.responseCode),
    text,
  }
}

function* chunksOf(wire: Buffer, progress: () => void): Generator<Buffer> {
  for (let at = 0; at < wire.length; at += CHUNK_BYTES) {
    progress()
    yield wire.subarray(at, at + CHUNK_BYTES)
  }
}
