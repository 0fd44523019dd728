import type { Client, SFTPWrapper, Stats } from 'ssh2'

/**
 * The SFTP operations that we need, as promises. Over ssh2 itself: ssh2-sftp-client answers "no
 * such file" also for the server's general failure, and here that difference decides whether a
 * claim is sent again.
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

export function remoteOver(client: Client, sftp: SFTPWrapper): Remote {
  const lost = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new ConnectionLost('the connection ended'))
    client.once('close', end)
    sftp.once('close', end)
  })
  lost.catch(() => undefined)

  /**
   * One request; ssh2 answers the open ones with an error without status when the connection goes.
   */
  function ask<T>(request: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
    const answered = new Promise<T>((resolve, reject) => {
      try {
        request((error, value) => (error ? reject(readError(error)) : resolve(value as T)))
      } catch (error) {
        reject(readError(error as Error))
      }
    })
    return Promise.race([answered, lost])
  }

  async function within<T>(path: string, flags: 'r' | 'w', work: (handle: Buffer) => Promise<T>): Promise<T> {
    const handle = await ask<Buffer>((done) => sftp.open(path, flags, done))
    let result: T
    try {
      result = await work(handle)
    } catch (error) {
      await ask((done) => sftp.close(handle, done)).catch(() => undefined)
      throw error
    }
    // A full disk may show only here.
    await ask((done) => sftp.close(handle, done))
    return result
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
    list: async (folder) =>
      (await ask<{ filename: string }[]>((done) => sftp.readdir(folder, done))).map((each) => each.filename),
    read: (path, limit, progress) =>
      within(path, 'r', async (handle) => {
        const chunks: Buffer[] = []
        let size = 0
        for (;;) {
          const buffer = Buffer.alloc(CHUNK_BYTES)
          const count = await ask<number>((done) => sftp.read(handle, buffer, 0, CHUNK_BYTES, size, done))
          if (!count) return new Uint8Array(Buffer.concat(chunks))
          chunks.push(buffer.subarray(0, count))
          size += count
          if (size > limit) return null
          progress()
        }
      }),
    write: (path, body, progress) =>
      within(path, 'w', async (handle) => {
        const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
        const offsets = Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, index) => index * CHUNK_BYTES)
        for (let first = 0; first < offsets.length; first += CHUNKS_AT_ONCE) {
          const batch = offsets.slice(first, first + CHUNKS_AT_ONCE)
          const length = (offset: number) => Math.min(CHUNK_BYTES, bytes.length - offset)
          await Promise.all(batch.map((at) => ask((done) => sftp.write(handle, bytes, at, length(at), at, done))))
          progress()
        }
      }),
    rename: (from, to) => ask((done) => sftp.rename(from, to, done)),
    remove: (path) => ask((done) => sftp.unlink(path, done)),
    close: () => void client.end(),
  }
}

function readError(error: Error & { code?: unknown }): Error {
  if (typeof error.code === 'number') return new RemoteRefusal(error.code)
  return new ConnectionLost('the connection ended before the server answered', { cause: error })
}

function fileOf(stats: Stats): RemoteFile {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other'
  return { kind, size: stats.size, modified: stats.mtime }
}
