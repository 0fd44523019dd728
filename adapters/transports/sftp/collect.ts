import path from 'node:path'
import type { ProviderAdapter } from '../../contract.ts'
import type { CollectContext, CollectedDocument, Session } from '../transport.ts'
import { openRemote } from './connection.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type FileLook, looksFrom, looksText } from './looks.ts'
import { sha256 } from './place.ts'
import { type Remote, RemoteRefusal } from './remote.ts'
import { waitUntilStable } from './stable.ts'
import { tidy } from './tidy.ts'

/** Larger files are refused before they fill the memory. */
const LARGEST_BYTES = 50_000_000

/**
 * Reads every file that has stopped changing (same size and time on two looks, or a `.done` file
 * beside it), stores it, and only then moves or deletes it. Files that can't be read are left where
 * they are, and after the others have been read this throws.
 */
export async function collect(
  _adapter: ProviderAdapter,
  context: CollectContext,
  session: Session<SftpEndpoint>,
  store: (found: CollectedDocument) => Promise<void>,
): Promise<{ cursor: string | null }> {
  const opened = await openRemote(session)
  if (opened.kind === 'failed') throw new Error(`collecting: ${opened.step}: ${opened.because}`)
  const { remote } = opened
  try {
    const { stable, looks } = await waitUntilStable(remote, session, looksFrom(context.cursor))
    const left = new Map(looks)
    const unread: string[] = []
    for (const name of stable) {
      session.heartbeat('collecting')
      const outcome = await collectOne({ remote, session, store }, name, looks.get(name))
      if (outcome === 'collected') left.delete(name)
      if (outcome !== 'collected' && outcome !== 'changing') unread.push(outcome)
    }
    if (unread.length > 0)
      throw new Error(`collecting: ${unread.length} files could not be read (${[...new Set(unread)].join('; ')})`)
    return { cursor: looksText(left) }
  } finally {
    remote.close()
  }
}

interface OpenFolder {
  remote: Remote
  session: Session<SftpEndpoint>
  store: (found: CollectedDocument) => Promise<void>
}

/**
 * `seen`: the file at the last look. Any answer but the two named ones says why it was not read.
 */
async function collectOne(
  { remote, session, store }: OpenFolder,
  name: string,
  seen: FileLook | undefined,
): Promise<'collected' | 'changing' | string> {
  const file = path.posix.join(session.endpoint.outFolder, name)
  if (seen === undefined) return 'changing'
  if (seen.size > LARGEST_BYTES) return `larger than ${LARGEST_BYTES} bytes`
  let body: Uint8Array | null
  try {
    body = await remote.read(file, LARGEST_BYTES, () => session.heartbeat('downloading'))
    const now = await remote.look(file)
    // Another collector has taken it (its bytes are stored), or the provider still writes.
    if (now === null || now.size !== seen.size || now.modified !== seen.modified)
      return now === null ? 'collected' : 'changing'
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error
    return error.status === 2 ? 'collected' : error.message
  }
  if (body === null || body.length !== seen.size) return 'changing'
  const hash = sha256(body)
  await store({ key: `${name}:${hash}`, message: { transport: 'sftp', name, body }, mediaType: mediaTypeOf(body) })
  return tidy(remote, session, name, { ...seen, hash })
}

/** By the first bytes; names prove nothing. */
function mediaTypeOf(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 3)).toString('latin1') === 'ISA'
    ? 'application/edi-x12'
    : 'application/octet-stream'
}
