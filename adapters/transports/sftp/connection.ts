import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2'
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

function signIn(sock: Socket, session: Session<SftpEndpoint>): Promise<OpenedSftp> {
  const { endpoint, secrets, signal } = session
  const client = new Client()
  let step: SftpStep = 'host key'
  let shown = ''
  return new Promise((resolve) => {
    const stop = () => {
      client.destroy()
      sock.destroy()
    }
    const fail = (because: string, needsPerson = false) => {
      resolve({ kind: 'failed', step, because: signal.aborted ? 'called off' : because, needsPerson })
      stop()
    }
    const opened = (sftp: SFTPWrapper) => {
      // Errors also come late, after the last answer; pending requests fail when the connection
      // closes.
      sftp.on('error', () => undefined)
      resolve({ kind: 'open', remote: remoteOver(client, sftp), hostKeySha256: shown })
    }
    signal.addEventListener('abort', stop, { once: true })
    client.on('error', (error) => {
      if (step === 'host key' && shown !== '')
        fail(`the server shows another host key (SHA256:${shown.replace(/=+$/, '')})`, true)
      else if (error.level === 'client-authentication') fail('the server does not accept our sign-in', true)
      else if (error.level === 'client-timeout') fail('the server takes too long')
      else fail(`the connection failed (${error.level ?? 'unknown'})`)
    })
    client.once('close', () => {
      signal.removeEventListener('abort', stop)
      fail('the server closed the connection')
    })
    client.once('ready', () => {
      step = 'sftp'
      client.sftp((error, sftp) => (error ? fail('the server offers no SFTP') : opened(sftp)))
    })
    try {
      client.connect({
        sock,
        username: endpoint.username,
        ...credentials(secrets),
        readyTimeout: endpoint.connectTimeoutMs,
        keepaliveInterval: KEEPALIVE_MS,
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => {
          shown = createHash('sha256').update(key).digest('base64')
          const trusted = sameKey(shown, endpoint.hostKeySha256)
          if (trusted) step = 'sign-in'
          return trusted
        },
      })
    } catch {
      // ssh2 throws for a private key that it can't read; its words may hold part of the key.
      step = 'sign-in'
      fail('the private key or its passphrase is not usable', true)
    }
  })
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
