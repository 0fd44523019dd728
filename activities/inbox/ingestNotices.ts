import { createHash } from 'node:crypto'
import type { Notice } from '../../adapters/contract.ts'
import { messageReturned } from '../../db/delivery/interchangeMessages.ts'
import { closeInquiry } from '../../db/delivery/interchanges.ts'
import type { UnprocessedDocument } from '../../db/inbox/documents.ts'
import { supersedeHeld } from '../../db/inbox/heldMatches.ts'
import { type AcknowledgedInterchange, batchSubmissions } from '../../db/inbox/interchangeByControlNumber.ts'
import { lockNamedClaims } from '../../db/inbox/lockNamedClaims.ts'
import { insertNotices, type NewNotice } from '../../db/inbox/notices.ts'
import { closeReadingItems, withoutKnownNotices } from '../../db/inbox/rereadDocument.ts'
import { liftTimeLimits } from '../../db/longWork.ts'
import { lockNumber } from '../../db/money/identity/postedPayments.ts'
import { soughtOf } from '../../db/money/placeClaims.ts'
import { postRemittance } from '../../db/money/remittances.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import { type Ingest, raiseAuthorisationAnswered, raiseUnmatched, raiseUnreadable } from './inboxItems.ts'
import { type Ingested, ingestClaimNotices } from './ingestClaimNotices.ts'

type Kind<K extends Notice['kind']> = Extract<Notice, { kind: K }>

/** What a document comes to. */
export interface IngestedDocument {
  /** One outcome for each notice. */
  outcomes: string[]
  /** The claims that it concerns, each once. */
  claimIds: string[]
}

/** From so many notices on, a document decides how long its work takes. */
const MANY = 100

/**
 * Stores what a document says, in the caller's transaction: notices for its claims, remittances in
 * the ledger, and worklist items for what a person must read.
 */
export async function ingestNotices(ingest: Ingest, notices: Notice[]): Promise<IngestedDocument> {
  const { deps, tx, connection, document } = ingest
  const remittances = notices.flatMap((notice) => (notice.kind === 'remittance' ? [notice.remittance] : []))
  if (remittances.length > 0 || notices.length > MANY) await liftTimeLimits(tx)
  if (notices.length > 1 && notices.some(locksClaims)) await lockInOrder(ingest, notices, remittances)
  const touched = new Set<string>()
  const of = { organisationId: connection.organisationId, documentId: document.documentId }
  if (document.first > 0) {
    await closeReadingItems(tx, { ...of, now: deps.clock.now() })
    await supersedeHeld(tx, of)
  }
  const claims = await ingestClaimNotices(ingest, notices)
  const others = await ingestOtherNotices(ingest, notices, touched)
  const fresh = [...claims.fresh, ...others.fresh]
  const unknown = document.first === 0 ? fresh : await withoutKnownNotices(tx, of, document.first, fresh)
  await insertNotices(tx, { ...of, connectionId: connection.connectionId }, unknown)
  for (const notice of fresh) touched.add(notice.claimId)
  return { outcomes: [...claims.outcomes, ...others.outcomes], claimIds: [...touched] }
}

/** A payment locks the claims that it pays, a correction the claim that it puts on the worklist. */
function locksClaims(notice: Notice): boolean {
  return notice.kind === 'remittance' || (notice.kind === 'claim' && notice.correction !== undefined)
}

/**
 * Everything that the parts of the document lock, once and in the order in which everybody locks:
 * the payments' numbers, then the claims. A document of one part does so by itself.
 */
async function lockInOrder({ tx, connection }: Ingest, notices: Notice[], remittances: Remittance[]): Promise<void> {
  const numbers = new Set(remittances.map(({ traceNumber }) => traceNumber))
  for (const number of [...numbers].sort()) await lockNumber(tx, connection.organisationId, number)
  const named = notices.flatMap((notice) => (notice.kind === 'claim' ? [notice.match] : []))
  const paid = remittances.flatMap(({ claims }) => claims.map(soughtOf))
  await lockNamedClaims(tx, connection, [...named, ...paid])
}

/**
 * Everything else; what a remittance and a batch say of claims is numbered behind the document's
 * own notices.
 */
async function ingestOtherNotices(ingest: Ingest, notices: Notice[], touched: Set<string>): Promise<Ingested> {
  const { tx, connection, document } = ingest
  const outcomes: string[] = []
  const fresh: NewNotice[] = []
  let next = document.first + notices.length
  for (const notice of notices) {
    switch (notice.kind) {
      case 'claim':
        break
      case 'batch': {
        const batch = await batchSubmissions(tx, connection.organisationId, connection.connectionId, notice)
        outcomes.push(`batch ${notice.verdict}`)
        fresh.push(...(await ingestBatch(ingest, notice, batch, next)))
        // By place, settled or not: a second reading gives every notice the number of the first.
        next += batch?.size ?? 1
        break
      }
      case 'remittance': {
        const posted = await ingestRemittance(ingest, notice, next)
        outcomes.push(`remittance ${posted.state}`)
        next += 4 * notice.remittance.claims.length + 1
        for (const { claimId } of posted.claims) touched.add(claimId)
        break
      }
      case 'authorisation':
        outcomes.push(`authorisation ${notice.answer.granted ? 'granted' : 'refused'}`)
        await raiseAuthorisationAnswered(ingest, notice.answer)
        break
      case 'unreadable':
        outcomes.push('unreadable')
        await raiseUnreadable(ingest, notice.because)
        break
    }
  }
  return { outcomes, fresh }
}

/**
 * What an acknowledgement of a whole interchange says of each of its claims; of an inquiry,
 * nothing.
 */
async function ingestBatch(
  ingest: Ingest,
  notice: Kind<'batch'>,
  batch: Awaited<ReturnType<typeof batchSubmissions>>,
  first: number,
): Promise<NewNotice[]> {
  const { deps, tx, connection, document } = ingest
  if (batch === null) {
    await raiseUnmatched(ingest, first, `interchange ${notice.controlNumber}`)
    return []
  }
  if (notice.verdict === 'undelivered' && notice.message !== undefined) {
    const { interchangeId } = batch
    await messageReturned(tx, connection.organisationId, interchangeId, notice.message)
  }
  if (batch.kind !== 'inquiry') return batchEvents(batch, notice, document, first)
  const verdict = notice.verdict === 'accepted' ? 'accepted' : 'rejected'
  const { organisationId } = connection
  await closeInquiry(tx, { organisationId, interchangeId: batch.interchangeId, verdict, now: deps.clock.now() })
  return []
}

/**
 * A rejected batch fails each of its claims by name. An accepted one says nothing about claims, but
 * proves that an unsettled sending arrived.
 */
function batchEvents(
  batch: AcknowledgedInterchange,
  notice: Kind<'batch'>,
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

/**
 * `undelivered`: the provider never had it, so nothing was rejected there; a person must look
 * before anything is sent again.
 */
const BATCH_FACTS = { accepted: 'sent', rejected: 'rejected_front_end', undelivered: 'delivery_refused' } as const

async function ingestRemittance(
  { deps, tx, connection, document }: Ingest,
  { remittance }: Kind<'remittance'>,
  sequence: number,
) {
  const { organisationId, connectionId, mode } = connection
  const { documentId } = document
  const contentSha256 = createHash('sha256').update(JSON.stringify(remittance)).digest()
  const now = deps.clock.now()
  return postRemittance(tx, {
    organisationId,
    connectionId,
    documentId,
    sequence,
    remittance,
    contentSha256,
    now,
    mode,
  })
}
