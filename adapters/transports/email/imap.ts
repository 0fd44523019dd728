import type { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ImapFlow, type ImapTransport } from 'imapflow'
import type { Session } from '../transport.ts'
import type { EmailEndpoint } from './endpoint.ts'
import { isAboutTls, type MailStep, type NotOpened, reach, trustOf } from './smtp.ts'

export type OpenedImap = { kind: 'open'; client: ImapFlow } | NotOpened

/** Connects, secures and signs in. The session's signal ends the connection at once. */
export async function openImap(session: Session<EmailEndpoint>): Promise<OpenedImap> {
  const { endpoint, secrets, signal } = session
  const { host, port, tls } = endpoint.imap
  const socket = await reach(session, endpoint.imap)
  if ('kind' in socket) return socket
  const client = new ImapFlow({
    host,
    port,
    transport: transportOver(socket),
    secure: tls === 'implicit',
    ...(tls === 'implicit' ? {} : { doSTARTTLS: tls === 'starttls' }),
    tls: trustOf(endpoint, endpoint.imap),
    auth: { user: secrets['imapUsername'] ?? '', pass: secrets['imapPassword'] ?? '' },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: endpoint.connectTimeoutMs,
    greetingTimeout: endpoint.connectTimeoutMs,
    socketTimeout: endpoint.silenceTimeoutMs,
  })
  // An error without a listener would end the process.
  client.on('error', () => undefined)
  const stop = () => client.close()
  signal.addEventListener('abort', stop, { once: true })
  client.once('close', () => signal.removeEventListener('abort', stop))
  try {
    await client.connect()
    return { kind: 'open', client }
  } catch (error) {
    client.close()
    return { kind: 'failed', ...failureOf(error, signal.aborted) }
  }
}

/** ImapFlow over the socket that the guard of addresses opened; it opens none of its own. */
function transportOver(socket: Socket): ImapTransport {
  const secured: NonNullable<ImapTransport['upgrade']> = (_plain, { host, servername, tls }, onSecure) =>
    connectTls({ ...tls, socket, host, ...(servername === undefined ? {} : { servername }) }, onSecure)
  return {
    connect: (options, onConnect) => {
      if (options.secure) return secured(socket, options, onConnect)
      setImmediate(onConnect)
      return socket
    },
    upgrade: secured,
  }
}

/** Ends a session; a server that doesn't answer the goodbye is left. */
export async function closeImap(client: ImapFlow): Promise<void> {
  await client.logout().catch(() => undefined)
  client.close()
}

interface ImapError {
  code?: string
  authenticationFailed?: boolean
  serverResponseCode?: string
}

/** A server that only cannot sign in anybody now says so by its response code (RFC 5530). */
const FOR_NOW = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'SERVERBUG', 'CONTACTADMIN'])
const REFUSED = new Set(['AUTHENTICATIONFAILED', 'AUTHORIZATIONFAILED', 'EXPIRED', 'PRIVACYREQUIRED'])

function failureOf(error: unknown, calledOff: boolean): { step: MailStep; because: string; needsPerson: boolean } {
  const { code, authenticationFailed, serverResponseCode = '' } = error as ImapError
  if (calledOff) return { step: 'connect', because: 'called off', needsPerson: false }
  if (authenticationFailed) {
    const forNow = FOR_NOW.has(serverResponseCode)
    // Of its answer only a code that the RFC knows.
    const code = forNow || REFUSED.has(serverResponseCode) ? ` (${serverResponseCode})` : ''
    return { step: 'sign-in', because: `the server does not accept our sign-in${code}`, needsPerson: !forNow }
  }
  return { step: isAboutTls(code) ? 'tls' : 'connect', because: code ?? 'the connection failed', needsPerson: false }
}
