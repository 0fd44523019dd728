import path from 'node:path'
import type { CollectFailure } from '../../../domain/inbox/collectFailure.ts'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { ProviderAdapter } from '../../contract.ts'
import { CollectError } from '../collectError.ts'
import type { CollectContext, CollectedDocument, Session } from '../transport.ts'
import { type OpenedSftp, openRemote } from './connection.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type FileLook, looksFrom, looksText } from './looks.ts'
import { sha256, whyRefused } from './place.ts'
import { type Remote, RemoteRefusal } from './remote.ts'
import { waitUntilStable } from './stable.ts'
import { endKeeping, nameBefore, tidy } from './tidy.ts'

const TIDY = durableEffect({
  name: 'tidy',
  in: 'worker',
  channels: ['sftp'],
  after: 'one file is archived or deleted, and the cursor stands where it was',
})

/** SFTP's own number. */
const NO_SUCH_FILE = 2
/** Larger files are refused before they fill the memory. */
const LARGEST_BYTES = 50_000_000
const DAY_SECONDS = 86_400

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
  if (opened.kind === 'failed')
    throw new CollectError(failureOf(opened), `collecting: ${opened.step}: ${opened.because}`)
  const { remote } = opened
  try {
    const { stable, looks } = await listed(remote, session, context.cursor)
    const left = new Map(looks)
    const unread: string[] = []
    const open = { remote, session, store }
    if (context.reread === true) await rereadArchive(open, unread)
    for (const name of stable) {
      session.heartbeat('collecting')
      const seen = looks.get(name)
      const outcome =
        seen?.stored === true && context.reread !== true
          ? await endKeeping(remote, session, name, seen)
          : await collectOne(open, name, seen)
      if (outcome === 'collected' || outcome === 'gone') left.delete(name)
      else if (outcome === 'kept' && seen !== undefined) left.set(name, { ...seen, stored: true })
      else if (outcome !== 'changing') unread.push(outcome)
    }
    if (unread.length > 0)
      throw new CollectError(
        'files',
        `collecting: ${unread.length} files could not be read (${[...new Set(unread)].join('; ')})`,
      )
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
 * `seen`: the file at the last look. Any answer but the four named ones says why it was not read.
 */
async function collectOne(
  { remote, session, store }: OpenFolder,
  name: string,
  seen: FileLook | undefined,
): Promise<'collected' | 'kept' | 'gone' | 'changing' | string> {
  if (seen === undefined) return 'changing'
  const read = await readWhole({ remote, session }, path.posix.join(session.endpoint.outFolder, name), seen)
  if (typeof read === 'string') return read
  const { body, hash } = read
  await store(foundOf(name, hash, body))
  const outcome = await tidy(remote, session, name, { ...seen, hash })
  TIDY.after('sftp')
  return outcome
}

function foundOf(name: string, hash: string, body: Uint8Array): CollectedDocument {
  return { key: `${name}:${hash}`, message: { transport: 'sftp', name, body }, mediaType: mediaTypeOf(body) }
}

/** The bytes of a file that is as it was seen; else in words why they are not there. */
async function readWhole(
  { remote, session }: Pick<OpenFolder, 'remote' | 'session'>,
  file: string,
  seen: Pick<FileLook, 'size' | 'modified'>,
): Promise<{ body: Uint8Array; hash: string } | string> {
  if (seen.size > LARGEST_BYTES) return `larger than ${LARGEST_BYTES} bytes`
  let body: Uint8Array | null
  try {
    body = await remote.read(file, LARGEST_BYTES, () => session.heartbeat('downloading'))
    const now = await remote.look(file)
    // The provider still writes. One that is gone is stored all the same: whoever took it away may
    // not have stored it, and we have its bytes.
    if (now !== null && (now.size !== seen.size || now.modified !== seen.modified)) return 'changing'
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error
    return error.status === NO_SUCH_FILE ? 'gone' : error.message
  }
  if (body === null || body.length !== seen.size) return 'changing'
  return { body, hash: sha256(body) }
}

/** Everything of the archive that is not older than the window, known or not; nothing is moved. */
async function rereadArchive({ remote, session, store }: OpenFolder, unread: string[]): Promise<void> {
  const { archiveFolder, rereadDays } = session.endpoint
  if (archiveFolder === undefined) return
  const since = Date.now() / 1000 - rereadDays * DAY_SECONDS
  for (const name of (await remote.list(archiveFolder)).sort()) {
    session.heartbeat('reading the archive')
    const file = path.posix.join(archiveFolder, name)
    const seen = whyRefused(name) === null ? await remote.look(file) : null
    if (seen?.kind !== 'file' || seen.modified < since) continue
    const read = await readWhole({ remote, session }, file, seen)
    if (typeof read === 'string') unread.push(read)
    else await store(foundOf(nameBefore(name, read.hash), read.hash, read.body))
  }
}

function failureOf({ step, needsPerson }: Extract<OpenedSftp, { kind: 'failed' }>): CollectFailure {
  if (!needsPerson) return 'unreachable'
  return step === 'host key' ? 'host-key' : 'sign-in'
}

/**
 * A folder that the server refuses to list is another matter than a connection that ends meanwhile.
 */
async function listed(remote: Remote, session: Session<SftpEndpoint>, cursor: string | null) {
  try {
    return await waitUntilStable(remote, session, looksFrom(cursor))
  } catch (error) {
    const failure = error instanceof RemoteRefusal ? 'folder' : 'unreachable'
    throw new CollectError(failure, error instanceof Error ? error.message : 'unknown', { cause: error })
  }
}

/** By the first bytes; names prove nothing. */
function mediaTypeOf(body: Uint8Array): string {
  return Buffer.from(body.subarray(0, 3)).toString('latin1') === 'ISA'
    ? 'application/edi-x12'
    : 'application/octet-stream'
}
