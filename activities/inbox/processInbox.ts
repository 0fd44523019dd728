import { createHash } from 'node:crypto'
import { heartbeat } from '@temporalio/activity'
import type { AuthorisationAnswer, InMessage, Notice } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { closeInquiry } from '../../db/delivery/interchanges.ts'
import { markProcessed, type UnprocessedDocument, unprocessedDocuments } from '../../db/inbox/documents.ts'
import { type AcknowledgedInterchange, batchSubmissions } from '../../db/inbox/interchangeByControlNumber.ts'
import { matchSubmissions } from '../../db/inbox/matchClaims.ts'
import { insertNotices, type NewNotice } from '../../db/inbox/notices.ts'
import { postRemittance } from '../../db/money/remittances.ts'
import { raiseAttention } from '../../db/worklist/worklistItems.ts'
import { countable, formatMinor, type Minor } from '../../domain/amounts.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import type { MailboxActivities, MailboxRef } from '../../workflows/activityContract.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { Deps } from '../deps.ts'
import { loadConnection, type ProviderConnection, readingContext } from '../providerConnection.ts'

/** Documents read in one pass; their claims are signalled once per pass, however many documents speak of them. */
const PASS = 100
/** A document that breaks the reading this often goes to a person and leaves the queue. */
const TRIES = 5

/**
 * Works off unprocessed documents: decode, match, post money, store notices (one transaction a document), then signal the claims, then mark the
 * documents processed. Killed anywhere, it runs again: notices and remittances are stored once.
 */
export async function processInbox(deps: Deps, mailbox: MailboxRef): ReturnType<MailboxActivities['processInbox']> {
  const { organisationId, connectionId } = mailbox
  const { line, documents } = await deps.databases.within(organisationId, async (tx) => ({
    line: await loadConnection(deps, tx, organisationId, connectionId),
    documents: await unprocessedDocuments(tx, connectionId, PASS),
  }))
  const touched = new Set<string>()
  const done: { documentId: string; outcome: string }[] = []
  for (const document of documents) {
    heartbeat(document.documentId)
    const outcome = await readDocument(deps, line, document, touched)
    if (outcome !== null) done.push({ documentId: document.documentId, outcome })
  }
  deps.failpoint('before_signal:inbox')
  await wakeClaims(deps.client, mailbox, [...touched])
  deps.failpoint('after_signal:inbox')
  await deps.databases.within(organisationId, (tx) => markProcessed(tx, organisationId, done, deps.clock.now()))
  const broken = documents.filter((each) => !done.some(({ documentId }) => documentId === each.documentId))
  const rest = broken.length === 0 ? {} : { restMs: restAfter(Math.min(...broken.map((each) => each.attempts)) + 1) }
  return { left: documents.length === PASS || broken.length > 0, ...rest }
}

/** Before a broken document is tried again: 1 s, 4 s, 16 s, 64 s. What broke it may pass (a deadlock, a database away); nobody spins. */
function restAfter(attempts: number): number {
  return 1_000 * 4 ** Math.min(attempts - 1, 3)
}

/** Answers what became of the document; null when it broke and is to be tried again. */
async function readDocument(
  deps: Deps,
  line: ProviderConnection,
  document: UnprocessedDocument,
  touched: Set<string>,
): Promise<string | null> {
  const { organisationId } = line
  try {
    const message = { ...document.head, body: new Uint8Array(document.body) } as unknown as InMessage
    const notices = await line.adapter.decode(message, readingContext(deps, line))
    const words = await deps.databases.within(organisationId, (tx) =>
      ingestNotices(deps, tx, line, document, notices, touched),
    )
    return words.join(', ') || 'says nothing'
  } catch (error) {
    deps.log.error(
      { documentId: document.documentId, error: (error as Error).message },
      'a document could not be processed',
    )
    return deps.databases.within(organisationId, async (tx) => {
      const attempts = document.attempts + 1
      await tx
        .updateTable('documents')
        .set({ attempts })
        .where('organisation_id', '=', organisationId)
        .where('id', '=', document.documentId)
        .execute()
      if (attempts < TRIES) return null
      await unread(deps, tx, line, document, 'it breaks our reading')
      return 'broken'
    })
  }
}

async function ingestNotices(
  deps: Deps,
  tx: Tx,
  line: ProviderConnection,
  document: UnprocessedDocument,
  notices: Notice[],
  touched: Set<string>,
): Promise<string[]> {
  const words: string[] = []
  const fresh: NewNotice[] = []
  const about = notices.flatMap((notice, sequence) => (notice.kind === 'claim' ? [{ notice, sequence }] : []))
  const matches =
    about.length === 0
      ? []
      : await matchSubmissions(
          tx,
          line.organisationId,
          line.connectionId,
          about.map(({ notice }) => notice.match),
        )
  for (const [index, { notice, sequence }] of about.entries()) {
    const match = matches[index]
    if (notice.fact.type === 'decided' && !countable(amountsOf(notice.fact.lines))) {
      words.push('unreadable')
      await unread(deps, tx, line, document, 'it decides over amounts too large to be added up')
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
        line,
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
  let next = notices.length
  for (const notice of notices) {
    switch (notice.kind) {
      case 'claim':
        break
      case 'batch': {
        const batch = await batchSubmissions(tx, line.organisationId, line.connectionId, notice)
        words.push(`batch ${notice.verdict}`)
        if (batch === null) await unmatched(deps, tx, line, document, next, `interchange ${notice.controlNumber}`)
        else if (batch.kind === 'inquiry') {
          const verdict = notice.verdict === 'accepted' ? 'accepted' : 'rejected'
          await closeInquiry(tx, line.organisationId, batch.interchangeId, verdict, deps.clock.now())
        } else fresh.push(...batchEvents(batch, notice, document, next))
        // Numbered by place, whatever is settled by now: a second reading gives every notice its number of the first.
        next += batch?.size ?? 1
        break
      }
      case 'remittance': {
        const contentSha256 = createHash('sha256').update(JSON.stringify(notice.remittance)).digest()
        const posted = await postRemittance(tx, {
          organisationId: line.organisationId,
          connectionId: line.connectionId,
          documentId: document.documentId,
          sequence: next,
          remittance: notice.remittance,
          contentSha256,
          now: deps.clock.now(),
          mode: line.mode,
        })
        words.push(`remittance ${posted.state}`)
        next += 2 * notice.remittance.claims.length + 1
        for (const { claimId } of posted.claims) touched.add(claimId)
        break
      }
      case 'authorisation':
        words.push(`authorisation ${notice.answer.granted ? 'granted' : 'refused'}`)
        await authorisationAnswered(deps, tx, line, document, notice.answer)
        break
      case 'unreadable':
        words.push('unreadable')
        await unread(deps, tx, line, document, notice.because)
        break
    }
  }
  await insertNotices(
    tx,
    { organisationId: line.organisationId, connectionId: line.connectionId, documentId: document.documentId },
    fresh,
  )
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
  line: ProviderConnection,
  document: UnprocessedDocument,
  sequence: number,
  reference: string | undefined,
): Promise<void> {
  await raiseAttention(tx, {
    organisationId: line.organisationId,
    connectionId: line.connectionId,
    documentId: document.documentId,
    kind: 'unmatched-notice',
    role: 'billing',
    dedupeKey: `unmatched-notice:${document.documentId}:${sequence}`,
    because: `${line.adapter.declaration.name} sent news about ${reference ? `reference ${reference}` : 'a claim without a reference'}, which matches none of our claims`,
    now: deps.clock.now(),
  })
}

/** The practice app owns authorisations: a person puts the answer on the patient's record there, and the sync brings it here. */
async function authorisationAnswered(
  deps: Deps,
  tx: Tx,
  line: ProviderConnection,
  document: UnprocessedDocument,
  { granted, number, requestId, validFrom, validUntil, amount, said }: AuthorisationAnswer,
): Promise<void> {
  const limit = amount === null ? '' : `, up to ${line.currency} ${formatMinor(amount, line.currency)}`
  const codes = said.flatMap(({ code }) => code ?? []).join(', ')
  const words = granted
    ? `granted authorisation ${number} for request ${requestId}, valid from ${validFrom} to ${validUntil}${limit}; put it on the patient's record`
    : `refused the authorisation of request ${requestId}${codes === '' ? '' : ` (${codes})`}; tell the patient and the dentist`
  await raiseAttention(tx, {
    organisationId: line.organisationId,
    connectionId: line.connectionId,
    documentId: document.documentId,
    kind: 'authorisation-answered',
    role: 'billing',
    dedupeKey: `authorisation-answered:${line.connectionId}:${number}:${requestId}`,
    because: `${line.adapter.declaration.name} ${words}`,
    now: deps.clock.now(),
  })
}

async function unread(
  deps: Deps,
  tx: Tx,
  line: ProviderConnection,
  document: UnprocessedDocument,
  because: string,
): Promise<void> {
  await raiseAttention(tx, {
    organisationId: line.organisationId,
    connectionId: line.connectionId,
    documentId: document.documentId,
    kind: 'unreadable-document',
    role: 'billing',
    dedupeKey: `unreadable-document:${document.documentId}`,
    because: `${line.adapter.declaration.name} sent a document that cannot be read: ${because}. It is kept as it came`,
    now: deps.clock.now(),
  })
}
