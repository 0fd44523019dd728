import path from 'node:path'
import type { Session } from '../transport.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type Remote, RemoteRefusal } from './remote.ts'

/**
 * Moves a stored file into the archive, or deletes it where there is none. Left alone when it has
 * changed meanwhile: those bytes are not stored. When the server refuses, the file stays and is
 * read and recognised again next time.
 */
export async function tidy(
  remote: Remote,
  session: Session<SftpEndpoint>,
  name: string,
  stored: { size: number; modified: number; hash: string },
): Promise<'collected' | 'changing'> {
  const { outFolder, archiveFolder } = session.endpoint
  const file = path.posix.join(outFolder, name)
  try {
    const now = await remote.look(file)
    if (now === null) return 'collected'
    if (now.size !== stored.size || now.modified !== stored.modified) return 'changing'
    if (archiveFolder === undefined) await remote.remove(file)
    else await archive(remote, file, path.posix.join(archiveFolder, name), stored.hash)
    await remote.remove(`${file}.done`).catch(() => undefined)
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error
    // Another collector was faster.
    if (error.status !== 2) session.heartbeat(`a stored file stays in the folder: ${error.message}`)
  }
  return 'collected'
}

/**
 * The same name may come again with other content, and the same file twice; nothing in the archive
 * is overwritten.
 */
async function archive(remote: Remote, file: string, target: string, hash: string): Promise<void> {
  if ((await remote.look(target)) === null) return remote.rename(file, target)
  const other = `${target}.${hash.slice(0, 16)}`
  if ((await remote.look(other)) === null) return remote.rename(file, other)
  return remote.remove(file)
}
