import { isIP, type Socket } from 'node:net'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { AddressRefused, whyNot } from '../../../platform/addresses/reach.ts'
import type { Session } from '../transport.ts'
import { destinationOf, domainOf, type EmailEndpoint, type MailServer } from './endpoint.ts'

/** An error of nodemailer: what the server said, and to which command. */
export interface SmtpError extends Error {
  code?: string
  originalCode?: string
  responseCode?: number
  response?: string
  command?: string
}

export type MailStep = 'connect' | 'tls' | 'sign-in'

/**
 * `needsPerson`: signing in was refused, or the address is not allowed; trying again does not help.
 * `because` is of our own words only.
 */
export interface NotOpened {
  kind: 'failed'
  step: MailStep
  because: string
  needsPerson: boolean
}
/** `failed`: nothing of a message has left. */
export type OpenedSmtp = { kind: 'open'; connection: SMTPConnection } | NotOpened

/** Connects, secures and signs in. The session's signal ends the connection at once. */
export async function openSmtp(session: Session<EmailEndpoint>): Promise<OpenedSmtp> {
  const socket = await reach(session, session.endpoint.smtp)
  if ('kind' in socket) return socket
  const { endpoint, signal } = session
  const connection = connectionOver(socket, endpoint)
  const stop = () => connection.close()
  signal.addEventListener('abort', stop, { once: true })
  connection.once('end', () => signal.removeEventListener('abort', stop))
  // Errors also come late; without a listener they would end the process.
  connection.on('error', () => undefined)
  const failed = (step: MailStep, error: SmtpError): OpenedSmtp => {
    connection.close()
    const because = signal.aborted ? 'called off' : reasonOf(step, error)
    return { kind: 'failed', step, because, needsPerson: step === 'sign-in' && isFinal(error) }
  }
  const refused = await connected(connection)
  if (refused !== null)
    return failed(refused.code === 'ETLS' || isAboutTls(refused.originalCode) ? 'tls' : 'connect', refused)
  const denied = await signedIn(connection, session)
  return denied === null ? { kind: 'open', connection } : failed('sign-in', denied)
}

/** The connected socket, not yet encrypted. */
export async function reach(
  { endpoint, addresses, signal }: Session<EmailEndpoint>,
  server: MailServer,
): Promise<Socket | NotOpened> {
  try {
    return await addresses.connect(destinationOf(server), { timeoutMs: endpoint.connectTimeoutMs, signal })
  } catch (error) {
    return {
      kind: 'failed',
      step: 'connect',
      because: whyNot(error, server),
      needsPerson: error instanceof AddressRefused,
    }
  }
}

function connectionOver(socket: Socket, endpoint: EmailEndpoint): SMTPConnection {
  const { host, port, tls } = endpoint.smtp
  return new SMTPConnection({
    connection: socket,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: trustOf(endpoint, endpoint.smtp),
    name: domainOf(endpoint.from),
    connectionTimeout: endpoint.connectTimeoutMs,
    greetingTimeout: endpoint.connectTimeoutMs,
    socketTimeout: endpoint.silenceTimeoutMs,
    socketCloseTimeout: 1_000,
  })
}

/** What we know a server by: the agreed authority, or the public ones. */
export function trustOf({ caCertificate }: EmailEndpoint, { host }: MailServer) {
  return {
    ...(caCertificate === undefined ? {} : { ca: caCertificate }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2' as const,
  }
}

/**
 * A permanent refusal: 5xx, and an answer of our own library that the credentials cannot be used.
 */
export function isFinal({ responseCode, code }: SmtpError): boolean {
  return responseCode === undefined ? code === 'EAUTH' : responseCode >= 500
}

/** Node's codes for certificates and handshakes. */
export function isAboutTls(code: string | undefined): boolean {
  return /CERT|TLS|SSL|UNABLE_TO/.test(code ?? '')
}

/** RFC 3463: `5.7.1` in `550 5.7.1 not wanted`. */
export function enhancedCode(response = ''): string | null {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? null
}

/**
 * The server's own line, or one word. Only for what a provider says of a message of ours, after it
 * let us in.
 */
export function wordsOf({ response, originalCode, code }: SmtpError): string {
  return response?.split(/\r?\n/)[0]?.slice(0, 200) ?? originalCode ?? code ?? 'the connection failed'
}

/**
 * The reply in numbers: its code, and the enhanced one (RFC 3463); nothing that a server could
 * write freely.
 */
export function numbersOf(error: SmtpError): string {
  return [error.responseCode, enhancedCode(error.response)].filter((part) => part != null).join(' ')
}

/**
 * Our own words from a closed list: what answers may be no mail server at all, and its text must
 * not reach logs.
 */
function reasonOf(step: MailStep, error: SmtpError): string {
  const { responseCode, originalCode, code } = error
  if (responseCode !== undefined && responseCode >= 400 && responseCode < 600)
    return step === 'sign-in'
      ? `the server does not accept our sign-in (${numbersOf(error)})`
      : `the server turns us away (${responseCode})`
  if (code === 'EPROTOCOL') return 'what answers is no mail server'
  return originalCode ?? code ?? 'the server closed the connection'
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
