import type { ImapFlow } from 'imapflow'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { MailIn, ProviderAdapter } from '../../contract.ts'
import { CollectError, orCollectError } from '../collectError.ts'
import type { CollectContext, CollectedDocument, Session } from '../transport.ts'
import { type Progress, progressFrom } from './cursor.ts'
import type { EmailEndpoint } from './endpoint.ts'
import { headerOf, valuesOf } from './headers.ts'
import { closeImap, openImap } from './imap.ts'
import { trustIn } from './trust.ts'

const PUT_AWAY = durableEffect({
  name: 'put_away',
  in: 'worker',
  channels: ['email'],
  after: 'one mail is flagged or moved, and the cursor stands where it was',
})

/** Of a larger mail the beginning is stored, and a person reads the rest in the mailbox. */
const LARGEST_BYTES = 40_000_000
/**
 * The rest is left to the next collection, so that a full mailbox is worked off in steps that last.
 */
const MAILS_AT_ONCE = 200
const DAY_MS = 86_400_000

/**
 * Reads the mails that are not stored yet, oldest first. Each is committed before it is marked as
 * seen or moved away; killed in between, it is read again and recognised by its bytes.
 */
export async function collect(
  _adapter: ProviderAdapter,
  context: CollectContext,
  session: Session<EmailEndpoint>,
  store: (found: CollectedDocument) => Promise<void>,
): Promise<{ cursor: string | null }> {
  const opened = await openImap(session)
  if (opened.kind === 'failed')
    throw new CollectError(
      opened.needsPerson ? 'sign-in' : 'unreachable',
      `collecting: ${opened.step}: ${opened.because}`,
    )
  const { client } = opened
  try {
    const folder = await orCollectError('folder', () => client.mailboxOpen(session.endpoint.imap.folder))
    const progress = progressFrom(context.reread === true ? null : context.cursor, String(folder.uidValidity))
    for (const uid of await orCollectError('folder', () => unread(client, progress))) {
      session.heartbeat('collecting')
      const raw = await orCollectError('unreachable', () => read(client, uid))
      // Somebody has deleted or moved it meanwhile.
      if (raw !== null) {
        const found = foundOf(raw, session.endpoint)
        await store(found)
        if (raw.length <= LARGEST_BYTES) await putAway(client, uid, session)
        PUT_AWAY.after('email')
      }
      progress.stored(uid)
    }
    if (context.reread === true) await rereadArchive(client, session, store)
    return { cursor: progress.text() }
  } finally {
    await closeImap(client)
  }
}

/** Everything of the archive that is not older than the window, known or not; nothing is moved. */
async function rereadArchive(
  client: ImapFlow,
  { endpoint, heartbeat }: Session<EmailEndpoint>,
  store: (found: CollectedDocument) => Promise<void>,
): Promise<void> {
  const { archiveFolder, rereadDays } = endpoint.imap
  if (archiveFolder === undefined) return
  await orCollectError('folder', () => client.mailboxOpen(archiveFolder, { readOnly: true }))
  const since = new Date(Date.now() - rereadDays * DAY_MS)
  const found = await orCollectError('folder', () => client.search({ since }, { uid: true }))
  for (const uid of Array.isArray(found) ? found : []) {
    heartbeat('reading the archive')
    const raw = await orCollectError('unreachable', () => read(client, uid))
    if (raw !== null) await store(foundOf(raw, endpoint))
  }
}

async function unread(client: ImapFlow, progress: Progress): Promise<number[]> {
  const found = await client.search({ uid: `${progress.from}:*` }, { uid: true })
  if (!Array.isArray(found)) throw new Error('collecting: the server does not search the folder')
  return found
    .filter((uid) => uid >= progress.from && !progress.isStored(uid))
    .sort((a, b) => a - b)
    .slice(0, MAILS_AT_ONCE)
}

async function read(client: ImapFlow, uid: number): Promise<Buffer | null> {
  const mail = await client.fetchOne(String(uid), { source: { start: 0, maxLength: LARGEST_BYTES + 1 } }, { uid: true })
  if (mail === false) return null
  // Named, but not given: it is not stored, and counts as unread.
  if (mail.source === undefined)
    throw new CollectError('files', 'collecting: the server gives a mail without its bytes')
  return mail.source
}

/**
 * The same mail in two folders, or numbered anew, has the same id and bytes; two mails may share an
 * id, and some have none.
 */
function foundOf(raw: Buffer, endpoint: EmailEndpoint): CollectedDocument {
  const id = valuesOf(headerOf(raw) ?? [], 'message-id')[0] ?? ''
  return { key: `mail ${id.slice(0, 200)}`, message: mailIn(raw, endpoint), mediaType: 'message/rfc822' }
}

function mailIn(raw: Buffer, endpoint: EmailEndpoint): MailIn {
  const body = new Uint8Array(raw)
  if (raw.length <= LARGEST_BYTES) return { transport: 'email', ...trustIn(body, endpoint), body }
  const because = `larger than ${LARGEST_BYTES} bytes; the whole mail is still in the mailbox`
  return { transport: 'email', sender: 'untrusted', because, body: body.subarray(0, LARGEST_BYTES) }
}

/** When the server refuses, the mail stays as it is; it is known by its number. */
async function putAway(client: ImapFlow, uid: number, { endpoint, heartbeat }: Session<EmailEndpoint>): Promise<void> {
  const { archiveFolder } = endpoint.imap
  const done = await (archiveFolder === undefined
    ? client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
    : client.messageMove(String(uid), archiveFolder, { uid: true }))
  if (!done) heartbeat('a stored mail could not be marked or moved')
}
