import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import ssh2 from 'ssh2'
import type { InMessage, OutMessage } from '../../../../adapters/contract.ts'
import type { Sent, Session } from '../../../../adapters/transports/transport.ts'
import { type Interference, NO_INTERFERENCE } from '../../../../sandbox/sftpHmo/interference.ts'
import { startSftpServer } from '../../../../sandbox/sftpHmo/sftpServer.ts'
import { usableKeyPair } from '../../../../sandbox/sshKeys.ts'
import { demand } from '../check.ts'
import { type Subject, TWIN_ADDRESSES } from '../subject.ts'
import type { Post } from './documents.ts'

/** A generic HMO's SFTP server with folders /in, /out and /out/archive, and our end of it. */
export interface SftpTwin {
  /** Read at each event: a scenario changes it on the way. */
  interference: Interference
  session(change?: { password?: string; hostKeySha256?: string; signal?: AbortSignal }): Session
  send(message: OutMessage, session?: Session): Promise<Sent>
  list(folder: string): Promise<string[]>
  read(file: string): Promise<Buffer>
  put(file: string, bytes: Uint8Array | string): Promise<void>
  move(from: string, to: string): Promise<void>
  /** Collects what lies in /out, as it arrived. */
  collect(session?: Session): Promise<InMessage[]>
  stop(): Promise<void>
}

const HOST_KEY = usableKeyPair().private

export async function startSftpTwin({ adapter, transport }: Subject): Promise<SftpTwin> {
  const root = await mkdtemp(path.join(tmpdir(), 'claimhub-kit-'))
  const interference = { ...NO_INTERFERENCE }
  const server = await startSftpServer({
    port: 0,
    root,
    folders: ['in', 'out/archive'],
    hostKey: HOST_KEY,
    users: { clinic: { password: 'kit-password' } },
    interference,
  })
  const at = (file: string) => path.join(root, file)
  const twin: SftpTwin = {
    interference,
    session: (change = {}) => ({
      connectionId: 'kit',
      endpoint: transport.endpoint.parse({
        host: '127.0.0.1',
        port: server.port,
        username: 'clinic',
        hostKeySha256: change.hostKeySha256 ?? fingerprint(HOST_KEY),
        inFolder: '/in',
        outFolder: '/out',
        archiveFolder: '/out/archive',
        connectTimeoutMs: 5_000,
        stableAfterMs: 10,
      }),
      secrets: { password: change.password ?? 'kit-password' },
      auth: 'password-or-key',
      addresses: TWIN_ADDRESSES,
      signal: change.signal ?? new AbortController().signal,
      heartbeat: () => undefined,
    }),
    send: (message, session = twin.session()) =>
      transport.send(message, session, { idempotencyKey: 'kit', mark: async () => undefined }),
    list: async (folder) =>
      (await readdir(at(folder), { withFileTypes: true }))
        .filter((each) => each.isFile())
        .map((each) => each.name)
        .sort(),
    read: (file) => readFile(at(file)),
    put: (file, bytes) => writeFile(at(file), bytes),
    move: (from, to) => rename(at(from), at(to)),
    async collect(session = twin.session()) {
      const found: InMessage[] = []
      const context = { cursor: null, ctx: {} as never }
      await transport.collect(adapter, context, session, async ({ message }) => void found.push(message))
      return found
    },
    async stop() {
      await server.stop()
      await rm(root, { recursive: true })
    },
  }
  return twin
}

/**
 * The provider's files in its out folder, collected one after the other: the order is the
 * scenario's.
 */
export function sftpPost(subject: Subject): Post {
  return {
    async carry(documents) {
      const twin = await startSftpTwin(subject)
      try {
        const found: InMessage[] = []
        for (const [index, document] of documents.entries()) {
          await twin.put(`out/document-${index + 1}.dat`, document.body)
          const arrived = await twin.collect()
          demand(arrived.length === 1, `${arrived.length} files arrived instead of 1`)
          // Two names of one content are two files; a mapping that looks at names finds its own.
          found.push(...arrived.map((each) => ({ ...each, ...('name' in document ? { name: document.name } : {}) })))
        }
        return found
      } finally {
        await twin.stop()
      }
    },
  }
}

export function fingerprint(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey)
  if (key instanceof Error) throw key
  return createHash('sha256').update(key.getPublicSSH()).digest('base64')
}
