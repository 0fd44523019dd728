import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '../transport.ts'
import type { SftpEndpoint } from './endpoint.ts'
import { type Looks, lookedAgain } from './looks.ts'
import { whyRefused } from './place.ts'
import type { Remote, RemoteFile } from './remote.ts'

/** A longer wait is left to the next collection. */
const LONGEST_WAIT_MS = 5_000

/**
 * The names of the files that have stopped changing, oldest first: two looks that agree and lie far
 * enough apart, or a `.done` file beside it. When something is still too young there is a second
 * look after a short wait; what needs longer is left to the next collection.
 */
export async function waitUntilStable(
  remote: Remote,
  session: Session<SftpEndpoint>,
  before: Looks,
): Promise<{ stable: string[]; looks: Looks }> {
  const { stableAfterMs } = session.endpoint
  const { files, done } = await look(remote, session)
  let looks = lookedAgain(before, files, Date.now())
  const young = [...looks].filter(
    ([name, { since, twice }]) => !done.has(name) && !(twice && since + stableAfterMs <= Date.now()),
  )
  const waitMs = Math.max(0, ...young.map(([, { since }]) => since + stableAfterMs - Date.now()))
  if (young.length > 0 && waitMs <= LONGEST_WAIT_MS) {
    session.heartbeat('waiting until files are whole')
    // Timers may fire a moment early.
    await pause(waitMs + 5, undefined, { signal: session.signal })
    looks = lookedAgain(looks, (await look(remote, session)).files, Date.now())
  }
  const now = Date.now()
  const isStable = ([name, { since, twice }]: [string, { since: number; twice: boolean }]) =>
    done.has(name) || (twice && since + stableAfterMs <= now)
  const stable = [...looks].filter(isStable).map(([name]) => name)
  const age = (name: string) => looks.get(name)?.modified ?? 0
  // Oldest first: acknowledgements before payments, as the provider wrote them.
  return { stable: stable.sort((a, b) => age(a) - age(b) || (a < b ? -1 : 1)), looks }
}

/** The folder's plain files by name, and the names that have a `.done` file beside them. */
async function look(
  remote: Remote,
  session: Session<SftpEndpoint>,
): Promise<{ files: Map<string, RemoteFile>; done: Set<string> }> {
  const { outFolder } = session.endpoint
  const names = await remote.list(outFolder)
  const files = new Map<string, RemoteFile>()
  for (const name of names) {
    if (isUnfinished(name)) continue
    const because = whyRefused(name)
    if (because !== null) {
      session.heartbeat(`refused a file: its name ${because}`)
      continue
    }
    const file = await remote.look(path.posix.join(outFolder, name))
    if (file?.kind === 'file') files.set(name, file)
    else if (file?.kind === 'other') session.heartbeat('refused a file: it is a link or a device')
  }
  const all = new Set(names)
  return { files, done: new Set(names.filter((name) => all.has(`${name}.done`))) }
}

/** Half-written by agreement, or a marker beside a file. */
function isUnfinished(name: string): boolean {
  return /^\.[^./\\]|\.(part|tmp|filepart|done)$/i.test(name)
}
