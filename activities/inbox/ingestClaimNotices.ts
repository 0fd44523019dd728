import { createHash } from 'node:crypto'
import type { Notice } from '../../adapters/contract.ts'
import type { UnprocessedDocument } from '../../db/inbox/documents.ts'
import { doubtsOf, holdMatch } from '../../db/inbox/heldMatches.ts'
import { type Match, matchClaims } from '../../db/inbox/matchClaims.ts'
import { learnCorrection } from '../../db/inbox/memberCorrections.ts'
import type { NewNotice } from '../../db/inbox/notices.ts'
import { type ReadClaimNotice, recordedOn } from '../../db/inbox/noticeTarget.ts'
import { countable, type Minor } from '../../domain/amounts.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import { type Ingest, raiseUnmatched, raiseUnreadable } from './inboxItems.ts'

type ClaimNotice = Extract<Notice, { kind: 'claim' }>

/** What notices of a document come to. */
export interface Ingested {
  /** One outcome for each notice, for the document's row. */
  outcomes: string[]
  /** Notices for claims that are ours. */
  fresh: NewNotice[]
}

/**
 * Where the notices stand that a notice causes beside itself (a correction, a word on a claim that
 * was replaced): behind all that a reading numbers by place.
 */
const BESIDE = 5_000_000

/**
 * Notices about single claims; each is numbered by its place in the document. What the marks of a
 * notice contradict is held whole and recorded nowhere.
 */
export async function ingestClaimNotices(ingest: Ingest, notices: Notice[]): Promise<Ingested> {
  const ingested: Ingested = { outcomes: [], fresh: [] }
  const about = notices.flatMap((notice, place) => (notice.kind === 'claim' ? [{ notice, place }] : []))
  if (about.length === 0) return ingested
  const matches = await matchClaims(
    ingest.tx,
    ingest.connection,
    about.map(({ notice }) => notice.match),
  )
  for (const [index, each] of about.entries()) {
    const match = matches[index]
    if (match !== undefined) await ingestOne(ingest, { ...each, match }, ingested)
  }
  return ingested
}

async function ingestOne(
  ingest: Ingest,
  { notice, place, match }: { notice: ClaimNotice; place: number; match: Match },
  { outcomes, fresh }: Ingested,
): Promise<void> {
  const { document } = ingest
  const { fact } = notice
  const sequence = document.first + place
  if (fact.type === 'decided' && !countable(amountsOf(fact.lines))) {
    outcomes.push('unreadable')
    return raiseUnreadable(ingest, 'it decides over amounts too large to be added up')
  }
  if (match.verdict === 'unknown') {
    outcomes.push(`${fact.type} for an unknown claim`)
    return raiseUnmatched(ingest, sequence, notice.match.submissionNumber ?? notice.match.references[0]?.value)
  }
  const read: ReadClaimNotice = { event: eventOf(notice, document), marks: notice.match.marks ?? {} }
  const target = match.verdict === 'certain' ? recordedOn(match, read) : null
  if (target === null) {
    outcomes.push(`${fact.type} ${await hold(ingest, { notice, sequence, match, read })}`)
    return
  }
  outcomes.push(fact.type)
  const { claimId, submissionId } = target
  fresh.push({ sequence, claimId, submissionId, event: target.event })
  const beside = document.first + BESIDE + 2 * place
  fresh.push(...(await corrected(ingest, notice, { ...target, sequence: beside })))
  if (target.passedOn === null) return
  const passed = { type: 'answered_on_successor' as const, byClaimId: claimId }
  const event = { fact: passed, at: read.event.at, said: notice.said, references: [] }
  fresh.push({ sequence: beside + 1, claimId: target.passedOn, submissionId: null, event })
}

async function corrected(
  { deps, tx, connection, document }: Ingest,
  { correction, at }: ClaimNotice,
  on: { claimId: string; submissionId: string | null; sequence: number },
): Promise<NewNotice[]> {
  if (correction === undefined) return []
  const { organisationId } = connection
  const { documentId } = document
  const { claimId } = on
  const saidAt = at ?? document.receivedAt.toISOString()
  const now = deps.clock.now()
  const event = await learnCorrection(tx, { organisationId, claimId, documentId, correction, at: saidAt, now })
  return event === null ? [] : [{ ...on, event }]
}

/** Answers the state in which it is held, or what a person has decided of it. */
async function hold(
  { deps, tx, connection, document }: Ingest,
  { notice, sequence, match, read }: { notice: ClaimNotice; sequence: number; match: Match; read: ReadClaimNotice },
): Promise<string> {
  const { organisationId, connectionId } = connection
  const body = { ...read, correction: notice.correction ?? null }
  const contentSha256 = createHash('sha256')
    .update(JSON.stringify([notice.match, body]))
    .digest()
  const asked = { organisationId, connectionId }
  const isCertain = match.verdict === 'certain'
  const doubtful = { place: 0, sought: notice.match, match: isCertain ? withUnclearLines(match) : match }
  const { state } = await holdMatch(tx, {
    ...asked,
    documentId: document.documentId,
    sequence,
    what: 'notice',
    contentSha256,
    body,
    remittance: null,
    doubts: await doubtsOf(tx, asked, [doubtful]),
    now: deps.clock.now(),
  })
  return state
}

/** The claim is known, and its lines cannot be told. */
function withUnclearLines(match: Match): Match {
  const ranked = match.ranked.map((each) =>
    each.claimId === match.named?.claimId ? { ...each, against: [...each.against, 'lines' as const] } : each,
  )
  return { ...match, verdict: 'ambiguous', ranked }
}

function eventOf(notice: ClaimNotice, document: UnprocessedDocument): ClaimEvent {
  const at = notice.at ?? document.receivedAt.toISOString()
  return { fact: notice.fact, at, said: notice.said, references: notice.references }
}

function amountsOf(decisions: LineDecision[]): Minor[] {
  return decisions.flatMap(({ payable, adjustments }) => [payable, ...adjustments.map((each) => each.amount)])
}
