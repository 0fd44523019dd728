import { Writable } from 'node:stream'
import type { SFTPWrapper, Stats } from 'ssh2'
import type SftpClient from 'ssh2-sftp-client'

/**
 * The SFTP operations that we need. Two of them ask the connection's own handle instead of
 * ssh2-sftp-client. A look: the client answers "no such file" also for the server's general
 * failure, and here that difference decides whether a claim is sent again. A write: the client sets
 * the file's mode to 0666 on the provider's server, and sends one chunk after another.
 */
export interface Remote {
  /** Null only when the server says that there is no such file. Links are not followed. */
  look(path: string): Promise<RemoteFile | null>
  list(folder: string): Promise<string[]>
  /** Null when the file is larger than `limit` bytes. */
  read(path: string, limit: number, progress: () => void): Promise<Uint8Array | null>
  /** Makes the file or writes over it. */
  write(path: string, body: Uint8Array, progress: () => void): Promise<void>
  /** Never overwrites (SFTP version 3). */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  close(): void
}

export interface RemoteFile {
  kind: 'file' | 'folder' | 'other'
  size: number
  /** Seconds, as the server's clock says. */
  modified: number
}

/**
 * The server said no. `status` is SFTP's own (2 no such file, 3 permission denied, 4 failure …).
 */
export class RemoteRefusal extends Error {
  override readonly name = 'RemoteRefusal'
  readonly status: number
  constructor(status: number) {
    super(`the server refused it (${WORDS[status] ?? `status ${status}`})`)
    this.status = status
  }
}

/** The connection ended before the server answered: what was asked may have happened. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

const WORDS: Readonly<Record<number, string>> = {
  2: 'no such file',
  3: 'permission denied',
  4: 'failure',
  8: 'not supported',
}
const NO_SUCH_FILE = 2
/** What every server accepts in one packet. */
const CHUNK_BYTES = 32_768
/** Chunks under way at once, so that a distant server is not asked one by one. */
const CHUNKS_AT_ONCE = 16

export function remoteOver(client: SftpClient, sftp: SFTPWrapper): Remote {
  const lost = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new ConnectionLost('the connection ended'))
    client.on('close', end)
    sftp.once('close', end)
  })
  lost.catch(() => undefined)

  /**
   * The server's answer, with its status where it refuses; the end of the connection where that
   * comes first.
   */
  function answerOf<T>(asked: Promise<T>): Promise<T> {
    const answered = asked.catch((error) => {
      throw readError(error)
    })
    return Promise.race([answered, lost])
  }

  /**
   * One request on the handle; ssh2 answers the open ones with an error without status when the
   * connection goes.
   */
  function ask<T>(request: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
    return answerOf(
      new Promise<T>((resolve, reject) => request((error, value) => (error ? reject(error) : resolve(value as T)))),
    )
  }

  async function writeTo(handle: Buffer, body: Uint8Array, progress: () => void): Promise<void> {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    const offsets = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) => index * CHUNK_BYTES)
    for (let first = 0; first < offsets.length; first += CHUNKS_AT_ONCE) {
      const batch = offsets.slice(first, first + CHUNKS_AT_ONCE)
      const length = (offset: number) => Math.min(CHUNK_BYTES, bytes.length - offset)
      await Promise.all(batch.map((at) => ask((done) => sftp.write(handle, bytes, at, length(at), at, done))))
      progress()
    }
  }

  return {
    async look(path) {
      try {
        return fileOf(await ask<Stats>((done) => sftp.lstat(path, done)))
      } catch (error) {
        if (error instanceof RemoteRefusal && error.status === NO_SUCH_FILE) return null
        throw error
      }
    },
    list: async (folder) => (await answerOf(client.list(folder))).map(({ name }) => name),
    async read(path, limit, progress) {
      const { into, bytes } = gather(limit, progress)
      try {
        await answerOf(client.get(path, into))
      } catch (error) {
        if (bytes() !== null) throw error
      }
      return bytes()
    },
    async write(path, body, progress) {
      const handle = await ask<Buffer>((done) => sftp.open(path, 'w', done))
      try {
        await writeTo(handle, body, progress)
      } catch (error) {
        await ask((done) => sftp.close(handle, done)).catch(() => undefined)
        throw error
      }
      // A full disk may show only here.
      await ask((done) => sftp.close(handle, done))
    },
    rename: async (from, to) => void (await answerOf(client.rename(from, to))),
    remove: async (path) => void (await answerOf(client.delete(path))),
    close: () => void client.end().catch(() => undefined),
  }
}

/**
 * A stream that keeps what is written to it; beyond `limit` bytes it breaks off, and `bytes` are
 * null.
 */
function gather(limit: number, progress: () => void): { into: Writable; bytes(): Uint8Array | null } {
  const chunks: Buffer[] = []
  let size = 0
  const into = new Writable({
    // Takes each chunk at once, so that nothing waits here when the client says that the source has
    // ended.
    write(chunk: Buffer, _encoding, taken) {
      size += chunk.length
      if (size > limit) return taken(new Error('the file is larger than the limit'))
      chunks.push(chunk)
      progress()
      taken()
    },
  })
  return { into, bytes: () => (size > limit ? null : new Uint8Array(Buffer.concat(chunks))) }
}

/** The client keeps the status that the server gave; its own errors have a word instead. */
function readError(error: Error & { code?: unknown }): Error {
  if (typeof error.code === 'number') return new RemoteRefusal(error.code)
  return new ConnectionLost('the connection ended before the server answered', { cause: error })
}

function fileOf(stats: Stats): RemoteFile {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
  return { kind, size: stats.size, modified: stats.mtime }
}
