import { type InboxPass, insertWakes, takeOverWakes, wakesDone } from '../../db/inbox/claimWakes.ts'
import { forgetTries, markProcessed, type UnprocessedDocument, unprocessedDocuments } from '../../db/inbox/documents.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import { newId } from '../../platform/ids.ts'
import type { MailboxActivities, MailboxRef } from '../../workflows/activityContract.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { Deps } from '../deps.ts'
import { heartbeating, loadConnection, type ProviderConnection } from '../providerConnection.ts'
import { raiseUnreadable } from './inboxItems.ts'
import { ingestNotices } from './ingestNotices.ts'
import { readDocument, TRIES } from './readDocument.ts'
import { recordDocument } from './recordDocument.ts'

/**
 * Documents read in one pass; a claim is signalled once per pass, however many documents speak of
 * it.
 */
const PASS = 100
/**
 * A pass begins no further document after so long (real time): slow ones must not make the activity
 * overrun its own limit.
 */
const PASS_MS = 5 * 60_000

const INGEST = durableEffect({
  name: 'ingest',
  in: 'worker',
  before: 'notices and postings of a document are written, nothing is committed',
})
const CLAIMS_SIGNAL = durableEffect({
  name: 'claims_signal',
  in: 'worker',
  before: 'notices and postings are committed, and no claim has heard of them',
  after: 'the claims are signalled, and the documents count as unprocessed',
})
const PROCESSED = durableEffect({
  name: 'processed',
  in: 'worker',
  after: 'the documents are processed, and the inbox’s workflow has not heard of it',
})

/**
 * Works off unprocessed documents: decode, match, post money, store notices and record them on
 * their claims (one transaction a document), then signal the claims whose workflow must read its
 * row again, then mark the documents processed. Killed anywhere, it runs again: notices and
 * remittances are stored once, and who was not signalled is by the next pass.
 */
export async function processInbox(deps: Deps, mailbox: MailboxRef): ReturnType<MailboxActivities['processInbox']> {
  const { organisationId, connectionId } = mailbox
  const pass = { organisationId, connectionId, pass: newId() }
  const { connection, documents, left } = await deps.databases.within(organisationId, async (tx) => ({
    connection: await loadConnection(deps, tx, organisationId, connectionId),
    documents: await unprocessedDocuments(tx, connectionId, PASS),
    left: await takeOverWakes(tx, pass),
  }))
  const wakes = new Set(left)
  const done: { documentId: string; outcome: string }[] = []
  const broken: number[] = []
  const began = performance.now()
  let begun = 0
  await heartbeating(deps.timings.heartbeatMs / 3, async () => {
    for (const document of documents) {
      if (performance.now() - began > PASS_MS) break
      begun += 1
      const { documentId } = document
      const worked = await workOff(deps, connection, document, pass)
      if (worked.kind === 'done') {
        done.push({ documentId, outcome: worked.outcome })
        for (const claimId of worked.wakes) wakes.add(claimId)
      } else if (worked.kind === 'broke') broken.push(worked.attempts)
    }
  })
  if (done.length > 0) CLAIMS_SIGNAL.before()
  await wakeClaims(deps.client, mailbox, [...wakes])
  if (done.length > 0) CLAIMS_SIGNAL.after()
  await deps.databases.within(organisationId, async (tx) => {
    if (wakes.size > 0) await wakesDone(tx, pass)
    await markProcessed(tx, organisationId, done, deps.clock.now())
  })
  if (done.length > 0) PROCESSED.after()
  const more = documents.length === PASS || begun < documents.length
  const rest = broken.length === 0 ? {} : { restMs: restAfter(Math.min(...broken)) }
  return { left: more || broken.length > 0, ...rest }
}

/**
 * Before a broken document is tried again: 1 s, 4 s, 16 s, 64 s. The cause may pass (a deadlock, a
 * database away).
 */
function restAfter(attempts: number): number {
  return 1_000 * 4 ** Math.min(attempts - 1, 3)
}

/** `broke`: it failed for the `attempts`th time and is tried again. */
type Worked =
  | { kind: 'done'; outcome: string; wakes: string[] }
  | { kind: 'broke'; attempts: number }
  | { kind: 'gone' }

async function workOff(
  deps: Deps,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  pass: InboxPass,
): Promise<Worked> {
  const { organisationId } = connection
  const { documentId } = document
  const read = await readDocument(deps, connection, document)
  if (read.kind === 'gone') return read
  if (read.kind === 'broke') return giveUp(deps, connection, document, read)
  try {
    const { outcomes, wakes } = await deps.databases.within(organisationId, async (tx) => {
      await forgetTries(tx, organisationId, documentId, connection.adapter.declaration.id)
      const ingest = { deps, tx, connection, document }
      const ingested = await ingestNotices(ingest, read.notices)
      const recorded = await recordDocument(ingest, ingested.claimIds)
      await insertWakes(tx, pass, recorded)
      INGEST.before()
      return { outcomes: ingested.outcomes, wakes: recorded }
    })
    return { kind: 'done', outcome: outcomes.join(', ') || 'says nothing', wakes }
  } catch (error) {
    // Never its message: it may quote a row, and with it a patient.
    const { name, code } = error as Error & { code?: unknown }
    deps.log.error({ documentId, attempts: read.attempts, error: name, code }, 'a document could not be taken in')
    return giveUp(deps, connection, document, { because: 'it cannot be taken in', attempts: read.attempts })
  }
}

/** After the last try the document goes to the worklist; before that it is tried again. */
async function giveUp(
  deps: Deps,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  { because, attempts }: { because: string; attempts: number },
): Promise<Worked> {
  if (attempts < TRIES) return { kind: 'broke', attempts }
  await deps.databases.within(connection.organisationId, (tx) =>
    raiseUnreadable({ deps, tx, connection, document }, because),
  )
  return { kind: 'done', outcome: 'broken', wakes: [] }
}
