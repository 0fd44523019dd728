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

/** Answers one client's SFTP requests below the root. A rename never overwrites; links cannot be made and are not followed out of a listing. */
export function serveSftp(sftp: SFTPWrapper, { root, interference, cut }: SessionOptions): void {
  const open = new Map<number, Open>()
  let handles = 0
  const inside = (asked: string) => path.join(root, path.posix.normalize(`/${asked}`))
  const ok = (id: number) => sftp.status(id, STATUS_CODE.OK)

  function answer<A extends unknown[]>(work: (id: number, ...args: A) => Promise<unknown>) {
    return async (id: number, ...args: A): Promise<void> => {
      try {
        await interference.beforeAnswer()
        await work(id, ...args)
      } catch (error) {
        if (error instanceof Cut) cut()
        else sftp.status(id, statusOf(error))
      }
    }
  }

  function keep(what: Open): Buffer {
    handles += 1
    open.set(handles, what)
    const handle = Buffer.alloc(4)
    handle.writeUInt32BE(handles)
    return handle
  }

  function fileOf(handle: Buffer): Extract<Open, { file: fs.FileHandle }> {
    const found = open.get(handle.readUInt32BE())
    if (!found || !('file' in found)) throw new Error('no such open file')
    return found
  }

  sftp.on('error', () => undefined)
  sftp.on('close', () => {
    for (const each of open.values()) if ('file' in each) each.file.close().catch(() => undefined)
  })
  sftp.on('REALPATH', (id, asked) => {
    const filename = path.posix.normalize(`/${asked}`)
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }])
  })
  sftp.on(
    'OPEN',
    answer(async (id: number, asked: string, flags: number) => {
      const name = inside(asked)
      const file = await fs.open(name, flagsToString(flags) ?? 'r')
      sftp.handle(id, keep({ file, name }))
    }),
  )
  sftp.on(
    'READ',
    answer(async (id: number, handle: Buffer, offset: number, length: number) => {
      const buffer = Buffer.alloc(Math.min(length, MOST_READ_BYTES))
      const { bytesRead } = await fileOf(handle).file.read(buffer, 0, buffer.length, offset)
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, buffer.subarray(0, bytesRead))
    }),
  )
  sftp.on(
    'WRITE',
    answer(async (id: number, handle: Buffer, offset: number, bytes: Buffer) => {
      const { file, name } = fileOf(handle)
      const arrives = interference.cutsWrite(name, offset, bytes.length)
      await file.write(bytes, 0, arrives ?? bytes.length, offset)
      if (arrives !== null) throw new Cut()
      ok(id)
    }),
  )
  sftp.on(
    'CLOSE',
    answer(async (id: number, handle: Buffer) => {
      const number = handle.readUInt32BE()
      const found = open.get(number)
      open.delete(number)
      if (found && 'file' in found) await found.file.close()
      ok(id)
    }),
  )
  sftp.on(
    'FSTAT',
    answer(async (id: number, handle: Buffer) => sftp.attrs(id, attributesOf(await fileOf(handle).file.stat()))),
  )
  sftp.on(
    'STAT',
    answer(async (id: number, asked: string) => sftp.attrs(id, attributesOf(await fs.stat(inside(asked))))),
  )
  sftp.on(
    'LSTAT',
    answer(async (id: number, asked: string) => sftp.attrs(id, attributesOf(await fs.lstat(inside(asked))))),
  )
  sftp.on('SETSTAT', ok)
  sftp.on('FSETSTAT', ok)
  sftp.on(
    'OPENDIR',
    answer(async (id: number, asked: string) => {
      const folder = inside(asked)
      const real = await fs.readdir(folder)
      sftp.handle(id, keep({ names: interference.listed(asked, real), real: new Set(real), folder }))
    }),
  )
  sftp.on(
    'READDIR',
    answer(async (id: number, handle: Buffer) => {
      const listing = open.get(handle.readUInt32BE())
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
  sftp.on(
    'REMOVE',
    answer(async (id: number, asked: string) => {
      await fs.unlink(inside(asked))
      ok(id)
    }),
  )
  sftp.on(
    'RENAME',
    answer(async (id: number, from: string, to: string) => {
      const target = inside(to)
      if (await fs.lstat(target).catch(() => null)) return sftp.status(id, STATUS_CODE.FAILURE, 'exists')
      await fs.rename(inside(from), target)
      if (interference.cutsRename(target)) throw new Cut()
      ok(id)
    }),
  )
  for (const event of ['MKDIR', 'RMDIR', 'SYMLINK', 'READLINK'] as const) {
    sftp.on(event, (id: number) => sftp.status(id, STATUS_CODE.PERMISSION_DENIED))
  }
  sftp.on('EXTENDED', (id) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED))
}

/** Null for a file that somebody took between the listing and this. A name that is not in the folder (a test's) is shown as a plain file. */
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
