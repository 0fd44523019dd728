import { createHash } from 'node:crypto'
import type { AuthorisationAnswer, Notice } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { closeInquiry } from '../../db/delivery/interchanges.ts'
import { forgetTries, markProcessed, type UnprocessedDocument, unprocessedDocuments } from '../../db/inbox/documents.ts'
import { type AcknowledgedInterchange, batchSubmissions } from '../../db/inbox/interchangeByControlNumber.ts'
import { matchSubmissions } from '../../db/inbox/matchClaims.ts'
import { insertNotices, type NewNotice } from '../../db/inbox/notices.ts'
import { closeReadingItems, withoutKnownNotices } from '../../db/inbox/rereadDocument.ts'
import { liftTimeLimits } from '../../db/longWork.ts'
import { postRemittance } from '../../db/money/remittances.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { countable, formatMinor, type Minor } from '../../domain/amounts.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import type { MailboxActivities, MailboxRef } from '../../workflows/activityContract.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { Deps } from '../deps.ts'
import { heartbeating, loadConnection, type ProviderConnection } from '../providerConnection.ts'
import { readDocument, TRIES } from './readDocument.ts'

/** Documents read in one pass; their claims are signalled once per pass, however many documents speak of them. */
const PASS = 100
/** A pass begins no further document after so long (real time): slow ones must not make the activity overrun its own limit. */
const PASS_MS = 5 * 60_000

/**
 * Works off unprocessed documents: decode, match, post money, store notices (one transaction a document), then signal the claims, then mark the
 * documents processed. Killed anywhere, it runs again: notices and remittances are stored once.
 */
export async function processInbox(deps: Deps, mailbox: MailboxRef): ReturnType<MailboxActivities['processInbox']> {
  const { organisationId, connectionId } = mailbox
  const { connection, documents } = await deps.databases.within(organisationId, async (tx) => ({
    connection: await loadConnection(deps, tx, organisationId, connectionId),
    documents: await unprocessedDocuments(tx, connectionId, PASS),
  }))
  const touched = new Set<string>()
  const done: { documentId: string; outcome: string }[] = []
  const broken: number[] = []
  const began = performance.now()
  let begun = 0
  await heartbeating(deps.timings.heartbeatMs / 3, async () => {
    for (const document of documents) {
      if (performance.now() - began > PASS_MS) break
      begun += 1
      const { documentId } = document
      const worked = await workOff(deps, connection, document, touched)
      if (worked.kind === 'done') done.push({ documentId, outcome: worked.outcome })
      else if (worked.kind === 'broke') broken.push(worked.attempts)
    }
  })
  deps.failpoint('before_signal:inbox')
  await wakeClaims(deps.client, mailbox, [...touched])
  deps.failpoint('after_signal:inbox')
  await deps.databases.within(organisationId, (tx) => markProcessed(tx, organisationId, done, deps.clock.now()))
  const more = documents.length === PASS || begun < documents.length
  const rest = broken.length === 0 ? {} : { restMs: restAfter(Math.min(...broken)) }
  return { left: more || broken.length > 0, ...rest }
}

/** Before a broken document is tried again: 1 s, 4 s, 16 s, 64 s. What broke it may pass (a deadlock, a database away); nobody spins. */
function restAfter(attempts: number): number {
  return 1_000 * 4 ** Math.min(attempts - 1, 3)
}

/** `broke`: it is tried again, it was tried so often. */
type Worked = { kind: 'done'; outcome: string } | { kind: 'broke'; attempts: number } | { kind: 'gone' }

async function workOff(
  deps: Deps,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  touched: Set<string>,
): Promise<Worked> {
  const { organisationId } = connection
  const { documentId } = document
  const read = await readDocument(deps, connection, document)
  if (read.kind === 'gone') return read
  if (read.kind === 'broke') return giveUp(deps, connection, document, read)
  try {
    const words = await deps.databases.within(organisationId, async (tx) => {
      await forgetTries(tx, organisationId, documentId)
      return ingestNotices(deps, tx, connection, document, read.notices, touched)
    })
    return { kind: 'done', outcome: words.join(', ') || 'says nothing' }
  } catch (error) {
    // Never its message: it may quote a row, and with it a patient.
    const { name, code } = error as Error & { code?: unknown }
    deps.log.error({ documentId, attempts: read.attempts, error: name, code }, 'a document could not be taken in')
    return giveUp(deps, connection, document, { because: 'it cannot be taken in', attempts: read.attempts })
  }
}

/** The last try puts it on the worklist; before, it is tried again. */
async function giveUp(
  deps: Deps,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  { because, attempts }: { because: string; attempts: number },
): Promise<Worked> {
  if (attempts < TRIES) return { kind: 'broke', attempts }
  await deps.databases.within(connection.organisationId, (tx) => unread(deps, tx, connection, document, because))
  return { kind: 'done', outcome: 'broken' }
}

async function ingestNotices(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  notices: Notice[],
  touched: Set<string>,
): Promise<string[]> {
  if (notices.some(({ kind }) => kind === 'remittance')) await liftTimeLimits(tx)
  const words: string[] = []
  const fresh: NewNotice[] = []
  const of = { organisationId: connection.organisationId, documentId: document.documentId }
  if (document.first > 0) await closeReadingItems(tx, { ...of, now: deps.clock.now() })
  const about = notices.flatMap((notice, place) =>
    notice.kind === 'claim' ? [{ notice, sequence: document.first + place }] : [],
  )
  const matches =
    about.length === 0
      ? []
      : await matchSubmissions(
          tx,
          connection.organisationId,
          connection.connectionId,
          about.map(({ notice }) => notice.match),
        )
  for (const [index, { notice, sequence }] of about.entries()) {
    const match = matches[index]
    if (notice.fact.type === 'decided' && !countable(amountsOf(notice.fact.lines))) {
      words.push('unreadable')
      await unread(deps, tx, connection, document, 'it decides over amounts too large to be added up')
      continue
    }
    const event: ClaimEvent = {
      fact: notice.fact,
      at: notice.at ?? document.receivedAt.toISOString(),
      said: notice.said,
      references: notice.references,
    }
    if (!match) {
      words.push(`${notice.fact.type} for an unknown claim`)
      await unmatched(
        deps,
        tx,
        connection,
        document,
        sequence,
        notice.match.submissionNumber ?? notice.match.references[0]?.value,
      )
    } else {
      words.push(notice.fact.type)
      fresh.push({ sequence, claimId: match.claimId, submissionId: match.submissionId, event })
    }
  }
  // Notices of a remittance and of batches are numbered behind the document's own.
  let next = document.first + notices.length
  for (const notice of notices) {
    switch (notice.kind) {
      case 'claim':
        break
      case 'batch': {
        const batch = await batchSubmissions(tx, connection.organisationId, connection.connectionId, notice)
        words.push(`batch ${notice.verdict}`)
        if (batch === null) await unmatched(deps, tx, connection, document, next, `interchange ${notice.controlNumber}`)
        else if (batch.kind === 'inquiry') {
          const verdict = notice.verdict === 'accepted' ? 'accepted' : 'rejected'
          await closeInquiry(tx, connection.organisationId, batch.interchangeId, verdict, deps.clock.now())
        } else fresh.push(...batchEvents(batch, notice, document, next))
        // Numbered by place, whatever is settled by now: a second reading gives every notice its number of the first.
        next += batch?.size ?? 1
        break
      }
      case 'remittance': {
        const contentSha256 = createHash('sha256').update(JSON.stringify(notice.remittance)).digest()
        const posted = await postRemittance(tx, {
          organisationId: connection.organisationId,
          connectionId: connection.connectionId,
          documentId: document.documentId,
          sequence: next,
          remittance: notice.remittance,
          contentSha256,
          now: deps.clock.now(),
          mode: connection.mode,
        })
        words.push(`remittance ${posted.state}`)
        next += 2 * notice.remittance.claims.length + 1
        for (const { claimId } of posted.claims) touched.add(claimId)
        break
      }
      case 'authorisation':
        words.push(`authorisation ${notice.answer.granted ? 'granted' : 'refused'}`)
        await authorisationAnswered(deps, tx, connection, document, notice.answer)
        break
      case 'unreadable':
        words.push('unreadable')
        await unread(deps, tx, connection, document, notice.because)
        break
    }
  }
  const unheard = document.first === 0 ? fresh : await withoutKnownNotices(tx, of, document.first, fresh)
  await insertNotices(tx, { ...of, connectionId: connection.connectionId }, unheard)
  for (const notice of fresh) touched.add(notice.claimId)
  return words
}

function amountsOf(decisions: LineDecision[]): Minor[] {
  return decisions.flatMap(({ payable, adjustments }) => [payable, ...adjustments.map((each) => each.amount)])
}

/**
 * A rejected batch fails each of its claims by name. An accepted one says nothing about claims, but proves that an unsettled sending arrived.
 */
function batchEvents(
  batch: AcknowledgedInterchange,
  notice: Extract<Notice, { kind: 'batch' }>,
  document: UnprocessedDocument,
  first: number,
): NewNotice[] {
  if (notice.verdict === 'accepted' && batch.settled) return []
  const fact = { type: BATCH_FACTS[notice.verdict] }
  const at = notice.at ?? document.receivedAt.toISOString()
  return batch.submissions.map(({ claimId, submissionId, place }) => ({
    claimId,
    submissionId,
    sequence: first + place - 1,
    event: { fact, at, said: notice.said, references: [] },
  }))
}

/** `undelivered`: the provider never had it, so nothing was rejected there; a person must look before anything is sent again. */
const BATCH_FACTS = { accepted: 'sent', rejected: 'rejected_front_end', undelivered: 'delivery_refused' } as const

async function unmatched(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  sequence: number,
  reference: string | undefined,
): Promise<void> {
  const { documentId } = document
  const words = { provider: connection.adapter.declaration.name, about: named(reference) }
  await raiseItem(tx, raisingOf(deps, connection), { kind: 'unmatched-notice', ids: { documentId, sequence }, words })
}

function raisingOf(deps: Deps, { organisationId, connectionId }: ProviderConnection) {
  return { organisationId, connectionId, now: deps.clock.now() }
}

/** A number by which people look for a claim. What does not look like one may be a name that stands in the wrong place. */
function named(reference: string | undefined): string {
  if (reference === undefined || reference === '') return 'a claim without a reference'
  const isNumber = /^[A-Za-z0-9 ._/:-]{1,60}$/.test(reference) && /\d/.test(reference)
  return isNumber ? `reference ${reference}` : 'a reference that is no number'
}

/** The practice app owns authorisations: a person puts the answer on the patient's record there, and the sync brings it here. */
async function authorisationAnswered(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  { granted, number, requestId, validFrom, validUntil, amount, said }: AuthorisationAnswer,
): Promise<void> {
  const { connectionId } = connection
  const provider = connection.adapter.declaration.name
  const limit = amount === null ? null : `${connection.currency} ${formatMinor(amount, connection.currency)}`
  const words = granted
    ? { granted, provider, number, requestId, validFrom, validUntil, limit }
    : { granted, provider, requestId, codes: said.flatMap(({ code }) => code ?? []).join(', ') }
  const raising = { ...raisingOf(deps, connection), documentId: document.documentId }
  await raiseItem(tx, raising, { kind: 'authorisation-answered', ids: { connectionId, number, requestId }, words })
}

async function unread(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  document: UnprocessedDocument,
  because: string,
): Promise<void> {
  const { documentId } = document
  const words = { provider: connection.adapter.declaration.name, because }
  await raiseItem(tx, raisingOf(deps, connection), { kind: 'unreadable-document', ids: { documentId }, words })
}
