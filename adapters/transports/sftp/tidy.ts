import path from 'node:path'
import type { Session } from '../transport.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type Remote, RemoteRefusal } from './remote.ts'

/**
 * Moves a stored file into the archive, or keeps it for a while where there is none. Left alone
 * when it has changed meanwhile: those bytes are not stored. When the server refuses, the file
 * stays and is read and recognised again next time.
 */
export async function tidy(
  remote: Remote,
  session: Session<SftpEndpoint>,
  name: string,
  stored: { size: number; modified: number; hash: string },
): Promise<'collected' | 'kept' | 'changing'> {
  const { outFolder, archiveFolder, keepDays } = session.endpoint
  const file = path.posix.join(outFolder, name)
  try {
    const now = await remote.look(file)
    if (now === null) return 'collected'
    if (now.size !== stored.size || now.modified !== stored.modified) return 'changing'
    if (archiveFolder === undefined && keepDays > 0) return 'kept'
    if (archiveFolder === undefined) await remote.remove(file)
    else await archive(remote, file, path.posix.join(archiveFolder, name), stored.hash)
    await remote.remove(`${file}.done`).catch(() => undefined)
  } catch (error) {
    passOver(error, session)
  }
  return 'collected'
}

/** Deletes a file that was stored and has been kept for long enough. */
export async function endKeeping(
  remote: Remote,
  session: Session<SftpEndpoint>,
  name: string,
  { since }: { since: number },
): Promise<'collected' | 'kept'> {
  const { outFolder, archiveFolder, keepDays } = session.endpoint
  if (archiveFolder === undefined && Date.now() < since + keepDays * DAY_MS) return 'kept'
  const file = path.posix.join(outFolder, name)
  try {
    await remote.remove(file)
    await remote.remove(`${file}.done`).catch(() => undefined)
  } catch (error) {
    passOver(error, session)
  }
  return 'collected'
}

const DAY_MS = 86_400_000

function passOver(error: unknown, session: Session<SftpEndpoint>): void {
  if (!(error instanceof RemoteRefusal)) throw error
  // Another collector was faster.
  if (error.status !== 2) session.heartbeat(`a stored file stays in the folder: ${error.message}`)
}

/**
 * The same name may come again with other content, and the same file twice; nothing in the archive
 * is overwritten.
 */
async function archive(remote: Remote, file: string, target: string, hash: string): Promise<void> {
  if ((await remote.look(target)) === null) return remote.rename(file, target)
  const other = `${target}${markOf(hash)}`
  if ((await remote.look(other)) === null) return remote.rename(file, other)
  return remote.remove(file)
}

/** What the archived copy of a file adds to its name where another file had that name before. */
function markOf(hash: string): string {
  return `.${hash.slice(0, 16)}`
}

/** The name by which an archived file was collected. */
export function nameBefore(archived: string, hash: string): string {
  return archived.endsWith(markOf(hash)) ? archived.slice(0, -markOf(hash).length) : archived
}
