import { isIP } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { Session } from '../transport.ts'
import { domainOf, type EmailEndpoint, type MailServer } from './endpoint.ts'

/** An error of nodemailer: what the server said, and to which command. */
export interface SmtpError extends Error {
  code?: string
  originalCode?: string
  responseCode?: number
  response?: string
  command?: string
}

export type Step = 'connect' | 'tls' | 'sign-in'
/** `failed`: nothing of a message has left. `needsPerson`: signing in was refused, trying again does not help. */
export type OpenedSmtp =
  | { kind: 'open'; connection: SMTPConnection }
  | { kind: 'failed'; step: Step; because: string; needsPerson: boolean }

/** Connects, secures and signs in. The session's signal ends the connection at once. */
export async function openSmtp(session: Session<EmailEndpoint>): Promise<OpenedSmtp> {
  const { endpoint, signal } = session
  if (signal.aborted) return { kind: 'failed', step: 'connect', because: 'called off', needsPerson: false }
  const { host, port, tls } = endpoint.smtp
  const connection = new SMTPConnection({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: trustOf(endpoint, endpoint.smtp),
    name: domainOf(endpoint.from),
    connectionTimeout: endpoint.connectTimeoutMs,
    greetingTimeout: endpoint.connectTimeoutMs,
    dnsTimeout: endpoint.connectTimeoutMs,
    socketTimeout: endpoint.silenceTimeoutMs,
    socketCloseTimeout: 1_000,
  })
  const stop = () => connection.close()
  signal.addEventListener('abort', stop, { once: true })
  connection.once('end', () => signal.removeEventListener('abort', stop))
  // Errors also come late; without a listener they would end the process.
  connection.on('error', () => undefined)
  const failed = (step: Step, error: SmtpError): OpenedSmtp => {
    connection.close()
    const because = signal.aborted ? 'called off' : causeOf(error)
    return { kind: 'failed', step, because, needsPerson: step === 'sign-in' && isFinal(error) }
  }
  const refused = await connected(connection)
  if (refused !== null)
    return failed(refused.code === 'ETLS' || isAboutTls(refused.originalCode) ? 'tls' : 'connect', refused)
  const denied = await signedIn(connection, session)
  return denied === null ? { kind: 'open', connection } : failed('sign-in', denied)
}

/** What we know a server by: the agreed authority, or the public ones. */
export function trustOf({ caCertificate }: EmailEndpoint, { host }: MailServer) {
  return {
    ...(caCertificate === undefined ? {} : { ca: caCertificate }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2' as const,
  }
}

/** A refusal that stays one: 5xx, and an answer of our own library that the credentials cannot be used. */
export function isFinal({ responseCode, code }: SmtpError): boolean {
  return responseCode === undefined ? code === 'EAUTH' : responseCode >= 500
}

/** Node's codes for certificates and handshakes. */
export function isAboutTls(code: string | undefined): boolean {
  return /CERT|TLS|SSL|UNABLE_TO/.test(code ?? '')
}

/** Why nothing was sent, for people who mend a connection: the server's code or the cause's, never its words, which may quote what was sent. */
export function causeOf(error: SmtpError): string {
  const { response, responseCode, originalCode, code } = error
  if (responseCode === undefined) return originalCode ?? code ?? 'the connection failed'
  return ['the server answered', responseCode, enhancedCode(response) ?? ''].join(' ').trim()
}

/** RFC 3463: `5.7.1` in `550 5.7.1 not wanted`. */
export function enhancedCode(response = ''): string | null {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null
}

/** The server's own line, or one word. For what the provider said of a claim, and nowhere else. */
export function wordsOf({ response, originalCode, code }: SmtpError): string {
  return response?.split(/\r?\n/)[0]?.slice(0, 200) ?? originalCode ?? code ?? 'the connection failed'
}

function connected(connection: SMTPConnection): Promise<SmtpError | null> {
  return new Promise((resolve) => {
    connection.once('error', (error: SmtpError) => resolve(error))
    connection.once('end', () => resolve(new Error('the server closed the connection')))
    connection.connect((error) => resolve((error as SmtpError | undefined) ?? null))
  })
}

function signedIn(connection: SMTPConnection, { secrets }: Session<EmailEndpoint>): Promise<SmtpError | null> {
  return new Promise((resolve) => {
    connection.once('error', (error: SmtpError) => resolve(error))
    connection.once('end', () => resolve(new Error('the server closed the connection')))
    connection.login({ user: secrets['username'] ?? '', pass: secrets['password'] ?? '' }, (error) =>
      resolve((error as SmtpError | null | undefined) ?? null),
    )
  })
}
