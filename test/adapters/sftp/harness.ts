import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ssh2 from 'ssh2'
import type { FileOut } from '../../../adapters/contract.ts'
import { type SftpEndpoint, sftpEndpoint } from '../../../adapters/transports/sftp/endpoint.ts'
import type { CollectedDocument, Session } from '../../../adapters/transports/transport.ts'
import { type Interference, NO_INTERFERENCE } from '../../../sandbox/sftpHmo/interference.ts'
import { startSftpServer } from '../../../sandbox/sftpHmo/sftpServer.ts'
import { usableKeyPair } from '../../../sandbox/sshKeys.ts'

export const CLIENT_KEY = usableKeyPair()

/** A provider's SFTP server with folders /in, /out, /out/archive, and our end of it. */
export async function startProvider(changes: Partial<Interference> = {}) {
  const root = await mkdtemp(path.join(tmpdir(), 'sftp-'))
  const hostKey = usableKeyPair().private
  // Read at each event, so that a test can change it on the way.
  const interference = { ...NO_INTERFERENCE, ...changes }
  const server = await startSftpServer({
    port: 0,
    root,
    folders: ['in', 'out/archive'],
    hostKey,
    users: { clinic: { password: 'pw', publicKey: CLIENT_KEY.public } },
    interference,
  })
  const heartbeats: (string | undefined)[] = []
  return {
    root,
    interference,
    port: server.port,
    heartbeats,
    session: (
      more: { endpoint?: Partial<SftpEndpoint>; secrets?: Record<string, string>; signal?: AbortSignal } = {},
    ) => sessionTo(server.port, fingerprintOf(hostKey), more, (detail) => heartbeats.push(detail)),
    put: (file: string, bytes: string | Uint8Array) => writeFile(path.join(root, file), bytes),
    read: (file: string) => readFile(path.join(root, file)),
    list: async (folder: string) => (await readdir(path.join(root, folder))).sort(),
    async stop() {
      await server.stop()
      await rm(root, { recursive: true })
    },
  }
}

export type Provider = Awaited<ReturnType<typeof startProvider>>

export function sessionTo(
  port: number,
  hostKeySha256: string,
  more: { endpoint?: Partial<SftpEndpoint>; secrets?: Record<string, string>; signal?: AbortSignal } = {},
  heartbeat: (detail?: string) => void = () => undefined,
): Session<SftpEndpoint> {
  const endpoint = sftpEndpoint.parse({
    host: '127.0.0.1',
    port,
    username: 'clinic',
    hostKeySha256,
    inFolder: '/in',
    outFolder: '/out',
    archiveFolder: '/out/archive',
    connectTimeoutMs: 5_000,
    stableAfterMs: 20,
    ...more.endpoint,
  })
  return {
    connectionId: 'c-1',
    endpoint,
    secrets: more.secrets ?? { password: 'pw' },
    auth: 'password-or-key',
    signal: more.signal ?? new AbortController().signal,
    heartbeat,
  }
}

export function fingerprintOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error) throw key
  return createHash('sha256').update(key.getPublicSSH()).digest('base64')
}

export function fileOut(name: string, text: string | Uint8Array): FileOut {
  return { transport: 'sftp', name, body: typeof text === 'string' ? new TextEncoder().encode(text) : text }
}

/** A sender's marks, as the database would keep them. */
export function marks() {
  const made: string[] = []
  return { made, options: { idempotencyKey: 'k-1', mark: async (step: 'RENAMING') => void made.push(step) } }
}

/** A store that commits at once. */
export function memoryStore() {
  const found: CollectedDocument[] = []
  return { found, store: async (each: CollectedDocument) => void found.push(each) }
}
