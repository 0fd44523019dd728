import { createHash, timingSafeEqual } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2'
import type { Session } from '../transport.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type Remote, remoteOver } from './remote.ts'

export const STEPS = ['connect', 'host key', 'sign-in', 'sftp'] as const
export type Step = (typeof STEPS)[number]

/**
 * `failed` says at which step; nothing of ours has reached the provider then. `needsPerson`: sign-in refused or another host key, trying again
 * does not help.
 */
export type Opened =
  | { kind: 'open'; remote: Remote; hostKeySha256: string }
  | { kind: 'failed'; step: Step; because: string; needsPerson: boolean }

const KEEPALIVE_MS = 5_000

/** Connects, checks the host key against the pinned one, signs in and opens SFTP. The session's signal ends the connection at once. */
export async function openRemote(session: Session<SftpEndpoint>): Promise<Opened> {
  const { signal } = session
  if (signal.aborted) return notConnected('called off')
  const tcp = await reach(session)
  if (typeof tcp === 'string') return notConnected(tcp)
  return signIn(tcp, session)
}

function notConnected(because: string): Opened {
  return { kind: 'failed', step: 'connect', because, needsPerson: false }
}

/** The socket, or why there is none. */
function reach({ endpoint, signal }: Session<SftpEndpoint>): Promise<Socket | string> {
  const where = `${endpoint.host}:${endpoint.port}`
  return new Promise((resolve) => {
    const socket = connectTcp({ host: endpoint.host, port: endpoint.port, noDelay: true })
    const timer = setTimeout(() => end(`${where} does not answer`), endpoint.connectTimeoutMs)
    const stop = () => end('called off')
    const end = (because: string | null) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      if (because === null) return resolve(socket)
      socket.destroy()
      resolve(because)
    }
    signal.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => end(null))
    // Stays for the socket's life: an error without a listener would end the process.
    socket.on('error', (error: NodeJS.ErrnoException) => end(`${where}: ${error.code ?? 'no connection'}`))
  })
}

function signIn(sock: Socket, session: Session<SftpEndpoint>): Promise<Opened> {
  const { endpoint, secrets, signal } = session
  const client = new Client()
  let step: Step = 'host key'
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
      // Errors also come late, after the last answer; the pending requests hear of them by the close.
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
