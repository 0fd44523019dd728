import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import ssh2, { type ConnectConfig } from 'ssh2'
import SftpClient from 'ssh2-sftp-client'
import { AddressRefused, whyNot } from '../../../platform/addresses/reach.ts'
import type { Session } from '../transport.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type Remote, remoteOver } from './remote.ts'

export const STEPS = ['connect', 'host key', 'sign-in', 'sftp'] as const
export type SftpStep = (typeof STEPS)[number]

/**
 * `failed` says at which step; nothing of ours has reached the provider then. `needsPerson`:
 * sign-in refused, another host key or an address that is not allowed; trying again does not help.
 */
export type OpenedSftp =
  | { kind: 'open'; remote: Remote; hostKeySha256: string }
  | { kind: 'failed'; step: SftpStep; because: string; needsPerson: boolean }

const KEEPALIVE_MS = 5_000

/**
 * Connects, checks the host key against the pinned one, signs in and opens SFTP. The session's
 * signal ends the connection at once.
 */
export async function openRemote(session: Session<SftpEndpoint>): Promise<OpenedSftp> {
  const { signal } = session
  if (signal.aborted) return notConnected('called off')
  const { host, port, connectTimeoutMs } = session.endpoint
  try {
    const to = { host, port, encrypted: true }
    const tcp = await session.addresses.connect(to, { timeoutMs: connectTimeoutMs, signal })
    return await signIn(tcp, session)
  } catch (error) {
    return notConnected(whyNot(error, { host, port }), error instanceof AddressRefused)
  }
}

function notConnected(because: string, needsPerson = false): OpenedSftp {
  return { kind: 'failed', step: 'connect', because, needsPerson }
}

/**
 * The client prints what nobody waits for; the requests under way hear of it by the connection's
 * end.
 */
const SILENT = { error: () => undefined, end: () => undefined, close: () => undefined }

async function signIn(sock: Socket, session: Session<SftpEndpoint>): Promise<OpenedSftp> {
  const { endpoint, secrets, signal } = session
  if (!isUsable(secrets)) {
    sock.destroy()
    return { kind: 'failed', step: 'sign-in', because: UNUSABLE_KEY, needsPerson: true }
  }
  const client = new SftpClient('claimhub', SILENT)
  const seen: Seen = { step: 'host key', hostKey: '', level: null }
  const stop = () => void sock.destroy()
  signal.addEventListener('abort', stop, { once: true })
  sock.once('close', () => signal.removeEventListener('abort', stop))
  // The client passes on an error's words and not its level.
  client.on('error', (error: Error & { level?: string }) => {
    seen.level ??= error.level ?? 'unknown'
  })
  client.on('ready', () => {
    seen.step = 'sftp'
  })
  try {
    const sftp = await client.connect({
      sock,
      username: endpoint.username,
      ...credentials(secrets),
      readyTimeout: endpoint.connectTimeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        seen.hostKey = createHash('sha256').update(key).digest('base64')
        const trusted = sameKey(seen.hostKey, endpoint.hostKeySha256)
        if (trusted) seen.step = 'sign-in'
        return trusted
      },
    })
    // Errors also come late, after the last answer.
    sftp.on('error', () => undefined)
    return { kind: 'open', remote: remoteOver(client, sftp), hostKeySha256: seen.hostKey }
  } catch {
    const { because, needsPerson } = whyNotIn(seen, sock.destroyed || sock.readableEnded)
    stop()
    return { kind: 'failed', step: seen.step, because: signal.aborted ? 'called off' : because, needsPerson }
  }
}

/** How far signing in came, and the level of the connection's error where it had one. */
interface Seen {
  step: SftpStep
  hostKey: string
  level: string | null
}

function whyNotIn({ step, hostKey, level }: Seen, closed: boolean): { because: string; needsPerson: boolean } {
  if (level === null) {
    const offersNone = step === 'sftp' && !closed
    return {
      because: offersNone ? 'the server offers no SFTP' : 'the server closed the connection',
      needsPerson: false,
    }
  }
  if (step === 'host key' && hostKey !== '')
    return { because: `the server shows another host key (SHA256:${hostKey.replace(/=+$/, '')})`, needsPerson: true }
  if (level === 'client-authentication') return { because: 'the server does not accept our sign-in', needsPerson: true }
  if (level === 'client-timeout') return { because: 'the server takes too long', needsPerson: false }
  return { because: `the connection failed (${level})`, needsPerson: false }
}

const UNUSABLE_KEY = 'the private key or its passphrase is not usable'

/**
 * Looked at before it is used: ssh2's own words about a key that it can't read may hold part of it.
 */
function isUsable({ privateKey, passphrase }: Record<string, string>): boolean {
  return !privateKey || !(ssh2.utils.parseKey(privateKey, passphrase) instanceof Error)
}

function credentials(secrets: Record<string, string>): Partial<ConnectConfig> {
  const { password, privateKey, passphrase } = secrets
  return {
    ...(password ? { password } : {}),
    ...(privateKey ? { privateKey } : {}),
    ...(passphrase ? { passphrase } : {}),
  }
}

function sameKey(shown: string, pinned: string): boolean {
  const [a, b] = [shown, pinned.replace(/^SHA256:/, '')].map((text) => Buffer.from(text, 'base64'))
  return a !== undefined && b !== undefined && a.length === b.length && timingSafeEqual(a, b)
}
