import { ImapFlow } from 'imapflow'
import type { Session } from '../transport.ts'
import type { EmailEndpoint } from './endpoint.ts'
import { isAboutTls, type Step, trustOf } from './smtp.ts'

export type OpenedImap =
  | { kind: 'open'; client: ImapFlow }
  | { kind: 'failed'; step: Step; because: string; needsPerson: boolean }

/** Connects, secures and signs in. The session's signal ends the connection at once. */
export async function openImap(session: Session<EmailEndpoint>): Promise<OpenedImap> {
  const { endpoint, secrets, signal } = session
  if (signal.aborted) return { kind: 'failed', step: 'connect', because: 'called off', needsPerson: false }
  const { host, port, tls } = endpoint.imap
  const client = new ImapFlow({
    host,
    port,
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

function failureOf(error: unknown, calledOff: boolean): { step: Step; because: string; needsPerson: boolean } {
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
