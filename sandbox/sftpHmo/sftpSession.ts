import { promises as fs, type Stats } from 'node:fs'
import path from 'node:path'
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2'
import type { Interference } from './interference.ts'

const { STATUS_CODE, flagsToString } = ssh2.utils.sftp
const MOST_READ_BYTES = 262_144

interface SessionOptions {
  root: string
  interference: Interference
  /** Ends the connection without an answer. */
  cut(): void
}

type Open = { file: fs.FileHandle; name: string } | { names: string[]; real: Set<string>; folder: string }

/** Thrown where the client gets no answer, because the connection is gone. */
class Cut extends Error {}

/**
 * Answers one client's SFTP requests below the root. A rename never overwrites; links cannot be
 * made and are not followed out of a listing.
 */
export function serveSftp(sftp: SFTPWrapper, options: SessionOptions): void {
  const session = new SftpSession(sftp, options)
  sftp.on('error', () => undefined)
  sftp.on('close', () => session.closeAll())
  serveFiles(sftp, session)
  serveAttributes(sftp, session)
  serveFolders(sftp, session)
  serveChanges(sftp, session)
  for (const event of ['MKDIR', 'RMDIR', 'SYMLINK', 'READLINK'] as const) {
    sftp.on(event, (id: number) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED))
  }
  sftp.on('EXTENDED', (id) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED))
}

/** What one client has open, and how its requests are answered. */
class SftpSession {
  readonly interference: Interference
  readonly #sftp: SFTPWrapper
  readonly #root: string
  readonly #cut: () => void
  readonly #open = new Map<number, Open>()
  #handles = 0

  constructor(sftp: SFTPWrapper, { root, interference, cut }: SessionOptions) {
    this.#sftp = sftp
    this.#root = root
    this.interference = interference
    this.#cut = cut
  }

  inside(asked: string): string {
    return path.join(this.#root, path.posix.normalize(`/${asked}`))
  }

  ok(id: number): void {
    this.#sftp.status(id, STATUS_CODE.OK)
  }

  answer<A extends unknown[]>(work: (id: number, ...args: A) => Promise<unknown>) {
    return async (id: number, ...args: A): Promise<void> => {
      try {
        await this.interference.beforeAnswer()
        await work(id, ...args)
      } catch (error) {
        if (error instanceof Cut) this.#cut()
        else this.#sftp.status(id, statusOf(error))
      }
    }
  }

  keep(what: Open): Buffer {
    this.#handles += 1
    this.#open.set(this.#handles, what)
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(this.#handles)
    return handle
  }

  find(handle: Buffer): Open | undefined {
    return this.#open.get(handle.readUInt32BE())
  }

  fileOf(handle: Buffer): Extract<Open, { file: fs.FileHandle }> {
    const found = this.find(handle)
    if (!found || !('file' in found)) throw new Error('no such open file')
    return found
  }

  async close(handle: Buffer): Promise<void> {
    const found = this.find(handle)
    this.#open.delete(handle.readUInt32BE())
    if (found && 'file' in found) await found.file.close()
  }

  closeAll(): void {
    for (const each of this.#open.values()) if ('file' in each) each.file.close().catch(() => undefined)
  }
}

function serveFiles(sftp: SFTPWrapper, session: SftpSession): void {
  sftp.on(
    'OPEN',
    session.answer(async (id: number, asked: string, flags: number) => {
      const name = session.inside(asked)
      const file = await fs.open(name, flagsToString(flags) ?? 'r')
      sftp.handle(id, session.keep({ file, name }))
    }),
  )
  sftp.on(
    'READ',
    session.answer(async (id: number, handle: Buffer, offset: number, length: number) => {
      const buffer = Buffer.alloc(Math.min(length, MOST_READ_BYTES))
      const { bytesRead } = await session.fileOf(handle).file.read(buffer, 0, buffer.length, offset)
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, buffer.subarray(0, bytesRead))
    }),
  )
  sftp.on(
    'WRITE',
    session.answer(async (id: number, handle: Buffer, offset: number, bytes: Buffer) => {
      const { file, name } = session.fileOf(handle)
      const arrives = session.interference.cutsWrite(name, offset, bytes.length)
      await file.write(bytes, 0, arrives ?? bytes.length, offset)
      if (arrives !== null) throw new Cut()
      session.ok(id)
    }),
  )
  sftp.on(
    'CLOSE',
    session.answer(async (id: number, handle: Buffer) => {
      await session.close(handle)
      session.ok(id)
    }),
  )
}

function serveAttributes(sftp: SFTPWrapper, session: SftpSession): void {
  sftp.on('REALPATH', (id, asked) => {
    const filename = path.posix.normalize(`/${asked}`)
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }])
  })
  sftp.on(
    'FSTAT',
    session.answer(async (id: number, handle: Buffer) =>
      sftp.attrs(id, attributesOf(await session.fileOf(handle).file.stat())),
    ),
  )
  sftp.on(
    'STAT',
    session.answer(async (id: number, asked: string) => {
      session.interference.lookedFor(session.inside(asked))
      sftp.attrs(id, attributesOf(await fs.stat(session.inside(asked))))
    }),
  )
  sftp.on(
    'LSTAT',
    session.answer(async (id: number, asked: string) => {
      session.interference.lookedFor(session.inside(asked))
      sftp.attrs(id, attributesOf(await fs.lstat(session.inside(asked))))
    }),
  )
  sftp.on('SETSTAT', (id) => session.ok(id))
  sftp.on('FSETSTAT', (id) => session.ok(id))
}

function serveFolders(sftp: SFTPWrapper, session: SftpSession): void {
  sftp.on(
    'OPENDIR',
    session.answer(async (id: number, asked: string) => {
      const folder = session.inside(asked)
      const real = await fs.readdir(folder)
      sftp.handle(id, session.keep({ names: session.interference.listed(asked, real), real: new Set(real), folder }))
    }),
  )
  sftp.on(
    'READDIR',
    session.answer(async (id: number, handle: Buffer) => {
      const listing = session.find(handle)
      if (!listing || !('names' in listing)) throw new Error('no such open folder')
      const names = listing.names.splice(0, 100)
      if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF)
      const entries = await Promise.all(names.map((name) => entryOf(listing.folder, name, listing.real.has(name))))
      sftp.name(
        id,
        entries.filter((entry) => entry !== null),
      )
    }),
  )
}

function serveChanges(sftp: SFTPWrapper, session: SftpSession): void {
  sftp.on(
    'REMOVE',
    session.answer(async (id: number, asked: string) => {
      await fs.unlink(session.inside(asked))
      session.ok(id)
    }),
  )
  sftp.on(
    'RENAME',
    session.answer(async (id: number, from: string, to: string) => {
      const target = session.inside(to)
      if (await fs.lstat(target).catch(() => null)) return sftp.status(id, STATUS_CODE.FAILURE, 'exists')
      const source = session.inside(from)
      // What its client has taken away meanwhile can't be renamed any more.
      const late = () => void fs.rename(source, target).catch(() => undefined)
      if (session.interference.delaysRename(target, late)) throw new Cut()
      await fs.rename(source, target)
      if (session.interference.cutsRename(target)) throw new Cut()
      session.ok(id)
    }),
  )
}

/**
 * Null for a file that somebody took between the listing and this. A name that is not in the folder
 * (a test's) is shown as a plain file.
 */
async function entryOf(folder: string, filename: string, isReal: boolean) {
  const stats = isReal ? await fs.lstat(path.join(folder, filename)).catch(() => null) : await fs.stat(folder)
  if (stats === null) return null
  const kind = stats.isSymbolicLink() ? 'l' : stats.isDirectory() && isReal ? 'd' : '-'
  const longname = `${kind}rw-r----- 1 hmo hmo ${stats.size} Jan 1 00:00 ${filename}`
  return { filename, longname, attrs: attributesOf(stats) }
}

function attributesOf(stats: Stats): Attributes {
  const seconds = (ms: number) => Math.floor(ms / 1000)
  return {
    mode: stats.mode,
    uid: 1000,
    gid: 1000,
    size: stats.size,
    atime: seconds(stats.atimeMs),
    mtime: seconds(stats.mtimeMs),
  }
}

function statusOf(error: unknown): number {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE
  return code === 'EACCES' || code === 'EPERM' ? STATUS_CODE.PERMISSION_DENIED : STATUS_CODE.FAILURE
}
