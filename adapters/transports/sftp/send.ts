import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { OutMessage } from '../../contract.ts'
import type { SendOptions, Sent, Session } from '../transport.ts'
import { openRemote } from './connection.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { compare, fileOnly, type Place, placeOf } from './place.ts'
import { type Remote, RemoteRefusal } from './remote.ts'

const MARK = durableEffect({
  name: 'mark',
  in: 'worker',
  channels: ['sftp'],
  before: 'the whole file stands under its .part name, and nothing says so',
})
const RENAME = durableEffect({
  name: 'rename',
  in: 'worker',
  channels: ['sftp'],
  before: 'the mark says that the rename is next, and the file is not visible',
  after: 'the file is visible, and the sending has not returned',
})

/**
 * Uploads under a name that the provider ignores, checks, and renames without overwriting. Until
 * the rename is asked for, whatever goes wrong is `not_sent`; from then on only a look at the
 * folder may say more than `unknown` (failure modes C1 to C6).
 */
export async function send(message: OutMessage, session: Session<SftpEndpoint>, options: SendOptions): Promise<Sent> {
  const { body, ...file } = fileOnly(message)
  const place = placeOf({ ...file, body }, session.endpoint)
  const opened = await openRemote(session)
  if (opened.kind === 'failed') {
    const because = `${opened.step}: ${opened.because}`
    return opened.needsPerson ? { kind: 'stopped', because } : { kind: 'not_sent', because }
  }
  const { remote } = opened
  try {
    const before = await upload(remote, place, body, session)
    if (before !== null) return before
    MARK.before('sftp')
    await options.mark('RENAMING')
    // Called off while the mark was written: somebody else may be sending by now.
    if (session.signal.aborted) return { kind: 'not_sent', because: 'called off before the rename' }
    return await makeVisible(remote, place, body, session)
  } finally {
    remote.close()
  }
}

/** Null when the whole file stands under its `.part` name. */
async function upload(
  remote: Remote,
  place: Place,
  body: Uint8Array,
  session: Session<SftpEndpoint>,
): Promise<Sent | null> {
  const progress = () => session.heartbeat('uploading')
  try {
    const there = await compare(remote, place.final, body, progress)
    if (there === 'same') return { kind: 'arrived' }
    if (there === 'other') return OTHER_CONTENT
    if (there === 'gone') return { kind: 'unknown', because: 'a file of this name was taken while we looked at it' }
    await remote.write(place.part, body, progress)
    const written = await remote.look(place.part)
    if (written?.size === body.length) return null
    await removeQuietly(remote, place.part)
    return { kind: 'not_sent', because: 'the uploaded file has another size than ours' }
  } catch (error) {
    if (error instanceof RemoteRefusal) await removeQuietly(remote, place.part)
    return { kind: 'not_sent', because: `upload: ${wordsOf(error, session)}` }
  }
}

async function makeVisible(
  remote: Remote,
  place: Place,
  body: Uint8Array,
  session: Session<SftpEndpoint>,
): Promise<Sent> {
  try {
    RENAME.before('sftp')
    await remote.rename(place.part, place.final)
    RENAME.after('sftp')
    return { kind: 'arrived' }
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) return { kind: 'unknown', because: `rename: ${wordsOf(error, session)}` }
    const progress = () => session.heartbeat('comparing')
    try {
      const outcome = await afterRefusedRename(remote, place, body, progress)
      return outcome === 'not-renamed' ? { kind: 'not_sent', because: `rename: ${error.message}` } : outcome
    } catch (later) {
      return { kind: 'unknown', because: `looking after a refused rename: ${wordsOf(later, session)}` }
    }
  }
}

/** The server says that it did not rename; the folder shows whether that is so. */
async function afterRefusedRename(
  remote: Remote,
  place: Place,
  body: Uint8Array,
  progress: () => void,
): Promise<Sent | 'not-renamed'> {
  // The part first: if the file moves in between, it is seen in its new place.
  const part = await remote.look(place.part)
  const there = await compare(remote, place.final, body, progress)
  if (there === 'same') return { kind: 'arrived' }
  if (there === 'other') {
    await removeQuietly(remote, place.part)
    return OTHER_CONTENT
  }
  if (there === 'gone' || part === null)
    return { kind: 'unknown', because: 'the rename was refused, yet the file is gone' }
  await removeQuietly(remote, place.part)
  return 'not-renamed'
}

/**
 * Never overwritten: one of two different files with our control number is wrong, and a person must
 * say which.
 */
const OTHER_CONTENT: Sent = {
  kind: 'stopped',
  because: 'a file with our name and other content lies in the provider’s folder; it was not overwritten',
}

async function removeQuietly(remote: Remote, file: string): Promise<void> {
  await remote.remove(file).catch(() => undefined)
}

function wordsOf(error: unknown, session: Session<SftpEndpoint>): string {
  return session.signal.aborted ? 'called off' : (error as Error).message
}
