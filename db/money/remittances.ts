import { sql } from 'kysely'
import { isCurrency } from '../../domain/amounts.ts'
import { remittanceEvents } from '../../domain/claims/remittanceEvents.ts'
import { checkRemittance, placeOf, type Remittance } from '../../domain/money/remittance.ts'
import type { PlacedClaim } from '../../domain/money/remittanceLines.ts'
import type { Tx } from '../connect.ts'
import { NUMBERS_A_READING } from '../inbox/documents.ts'
import type { RemittancesTable } from '../schema/moneyTables.ts'
import { raiseItem } from '../worklist/worklistItems.ts'
import { placeClaims } from './placeClaims.ts'
import { quarantined } from './quarantined.ts'
import { insertLedgerNotices, paidAt } from './remittanceNotices.ts'
import { postPlan } from './remittancePosting.ts'
import { rewriteRemittance } from './remittanceReread.ts'
import { type ArrivedRemittance, insertRemittance, insertRemittanceLines } from './remittanceRows.ts'

/** The rule of balance or currency that kept a remittance out of the ledger, and the place where it broke. */
export interface Quarantined {
  rule: 'line-balance' | 'claim-balance' | 'payment-balance' | 'amount-range' | 'currency'
  where: string
  /** What the document says less what it adds up to, minor units; null where amounts were not compared. */
  difference: number | null
}

export interface PostedRemittance {
  state: RemittancesTable['state']
  remittanceId: string
  problem?: Quarantined
  /** Each claim that has news now and must be signalled, once. */
  claims: { claimId: string }[]
}

/**
 * Takes one remittance in, whole or not at all: posted to the ledger with news for its claims; quarantined when it does not balance or is in
 * another currency; a duplicate (same payer, trace number, amount, date and content) posts nothing; in test mode the ledger stays untouched.
 * Money that finds no claim waits in suspense, and every doubt is an item on the worklist. The same place of the same document again answers as
 * before, but a quarantined one that balances by today's reading is posted now. News takes the numbers `sequence` to `sequence + 2 × claims − 1` of the document.
 */
export async function postRemittance(
  tx: Tx,
  arrived: ArrivedRemittance & { mode: 'test' | 'production' },
): Promise<PostedRemittance> {
  const known = await knownBefore(tx, arrived)
  const problem = problemOf(arrived.remittance, known.currency)
  const sameReading = known.again?.content === arrived.contentSha256.toString('hex') && problem !== null
  if (known.again?.state === 'quarantined' && !sameReading)
    return reread(tx, arrived, known.again.remittanceId, known.traceUsed, problem)
  if (known.again !== null) return answerAsBefore(tx, arrived, known.again)
  if (problem !== null) {
    return quarantine(tx, arrived, await mustInsert(tx, arrived, 'quarantined', { ...problem }), problem)
  }
  if (arrived.mode === 'test') return takeTest(tx, arrived, await mustInsert(tx, arrived, 'test'))
  const remittanceId = await insertRemittance(tx, arrived, 'posted', 'document')
  return remittanceId === null ? duplicate(tx, arrived) : postToLedger(tx, arrived, remittanceId, known.traceUsed)
}

/** The document of a quarantined remittance once more: its row becomes what it says by today's reading. */
async function reread(
  tx: Tx,
  arrived: ArrivedRemittance & { mode: 'test' | 'production' },
  remittanceId: string,
  traceUsed: boolean,
  problem: Quarantined | null,
): Promise<PostedRemittance> {
  const wanted = problem !== null ? 'quarantined' : arrived.mode === 'test' ? 'test' : 'posted'
  const state = await rewriteRemittance(tx, arrived, remittanceId, wanted, problem === null ? null : { ...problem })
  if (problem !== null) return quarantine(tx, arrived, remittanceId, problem)
  if (state === 'test') return takeTest(tx, arrived, remittanceId)
  return state === 'duplicate'
    ? { state, remittanceId, claims: [] }
    : postToLedger(tx, arrived, remittanceId, traceUsed)
}

async function postToLedger(
  tx: Tx,
  arrived: ArrivedRemittance,
  remittanceId: string,
  traceUsed: boolean,
): Promise<PostedRemittance> {
  const { organisationId, remittance, now } = arrived
  const placing = await placeClaims(tx, arrived)
  const posted = await postPlan(tx, {
    ...arrived,
    ...placing,
    remittanceId,
    traceUsed,
    actor: 'provider',
    kind: 'remittance',
    key: `remittance:${remittanceId}`,
  })
  const claimIds = posted.placed.map((place) => place?.claimId ?? null)
  await insertRemittanceLines(tx, organisationId, remittanceId, remittance.claims, claimIds)
  const news = remittanceEvents(remittance, posted.placed, posted.balances, paidAt(remittance.paidOn, now))
  await notifyClaims(tx, arrived, remittanceId, placing.submissionIds, news)
  return { state: 'posted', remittanceId, claims: named(news) }
}

/** In test mode the claims still hear the decisions: their way to the end can be watched, without money. */
async function takeTest(tx: Tx, arrived: ArrivedRemittance, remittanceId: string): Promise<PostedRemittance> {
  const { organisationId, remittance, now } = arrived
  const { placed, submissionIds } = await placeClaims(tx, arrived)
  await insertRemittanceLines(tx, organisationId, remittanceId, remittance.claims, placed.map(claimIdOf))
  const news = remittanceEvents(remittance, placed, null, paidAt(remittance.paidOn, now))
  await notifyClaims(tx, arrived, remittanceId, submissionIds, news)
  return { state: 'test', remittanceId, claims: named(news) }
}

async function notifyClaims(
  tx: Tx,
  arrived: ArrivedRemittance,
  remittanceId: string,
  submissionIds: (string | null)[],
  news: ReturnType<typeof remittanceEvents>,
): Promise<void> {
  const notices = news.map(({ claimId, index, event }) => ({
    claimId,
    submissionId: submissionIds[index] ?? null,
    event,
    sequence: arrived.sequence + 2 * index + (event.fact.type === 'money_posted' ? 1 : 0),
  }))
  await insertLedgerNotices(tx, { ...arrived, remittanceId }, notices)
}

async function quarantine(
  tx: Tx,
  arrived: ArrivedRemittance,
  remittanceId: string,
  problem: Quarantined,
): Promise<PostedRemittance> {
  const { traceNumber, claims } = arrived.remittance
  // The place that broke is only worth something beside what the document says.
  await insertRemittanceLines(tx, arrived.organisationId, remittanceId, claims, [])
  await raiseItem(tx, { ...arrived, remittanceId }, { ...quarantined(arrived), words: { traceNumber, ...problem } })
  return { state: 'quarantined', remittanceId, problem, claims: [] }
}

async function duplicate(tx: Tx, arrived: ArrivedRemittance): Promise<PostedRemittance> {
  return { state: 'duplicate', remittanceId: await mustInsert(tx, arrived, 'duplicate'), claims: [] }
}

async function mustInsert(
  tx: Tx,
  arrived: ArrivedRemittance,
  state: 'quarantined' | 'duplicate' | 'test',
  problem: Record<string, unknown> | null = null,
): Promise<string> {
  const id = await insertRemittance(tx, arrived, state, 'document', problem)
  if (id === null) throw new Error(`remittance at ${arrived.sequence} of document ${arrived.documentId} was not stored`)
  return id
}

function problemOf(remittance: Remittance, currency: string): Quarantined | null {
  if (remittance.currency !== currency || !isCurrency(remittance.currency)) {
    return { rule: 'currency', where: `${remittance.currency} instead of ${currency}`, difference: null }
  }
  const [first] = checkRemittance(remittance)
  return first === undefined ? null : { rule: first.rule, where: placeOf(first), difference: first.difference }
}

interface Known {
  currency: string
  /** The same place of the same document was taken in before, or the same payment by an earlier reading of it. */
  again: { remittanceId: string; state: PostedRemittance['state']; problem: Quarantined | null; content: string } | null
  /** Another payment of the connection has the same trace number. */
  traceUsed: boolean
}

async function knownBefore(tx: Tx, arrived: ArrivedRemittance): Promise<Known> {
  const { organisationId, connectionId, documentId, sequence, remittance, contentSha256 } = arrived
  // What an earlier reading of the same document took in: places may have shifted, payer and trace number say which it is.
  const reading = sequence - (sequence % NUMBERS_A_READING)
  const { rows } = await sql<Known>`
    select n.currency,
      (select jsonb_build_object('remittanceId', r.id, 'state', r.state, 'problem', r.problem,
        'content', encode(r.content_sha256, 'hex')) from remittances r
        where r.organisation_id = n.organisation_id and r.document_id = ${documentId}::uuid and (r.sequence = ${sequence}
          or (r.sequence < ${reading} and r.payer = ${remittance.payer} and r.trace_number = ${remittance.traceNumber}))
        order by r.sequence = ${sequence} desc, r.content_sha256 = ${contentSha256} desc, r.sequence limit 1) as again,
      exists (select 1 from remittances r where r.organisation_id = n.organisation_id and r.connection_id = n.id
        and r.trace_number = ${remittance.traceNumber} and r.state = 'posted' and r.content_sha256 <> ${contentSha256}) as "traceUsed"
    from connections n where n.organisation_id = ${organisationId} and n.id = ${connectionId}`.execute(tx)
  const [row] = rows
  if (row === undefined) throw new Error(`a remittance for connection ${connectionId}, which does not exist`)
  return row
}

async function answerAsBefore(
  tx: Tx,
  arrived: ArrivedRemittance,
  known: NonNullable<Known['again']>,
): Promise<PostedRemittance> {
  const { remittanceId, state, problem } = known
  if (state === 'posted' && known.content !== arrived.contentSha256.toString('hex'))
    await raiseItem(
      tx,
      { ...arrived, remittanceId },
      {
        kind: 'remittance-reads-otherwise',
        ids: { remittanceId },
        words: { traceNumber: arrived.remittance.traceNumber },
      },
    )
  const claims = await tx
    .selectFrom('remittance_lines')
    .select('claim_id')
    .distinct()
    .where('organisation_id', '=', arrived.organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('claim_id', 'is not', null)
    .execute()
  return {
    state,
    remittanceId,
    ...(problem === null ? {} : { problem }),
    claims: claims.flatMap(({ claim_id }) => (claim_id === null ? [] : [{ claimId: claim_id }])),
  }
}

function claimIdOf(place: PlacedClaim | null): string | null {
  return place?.claimId ?? null
}

function named(news: { claimId: string }[]): { claimId: string }[] {
  return [...new Set(news.map(({ claimId }) => claimId))].map((claimId) => ({ claimId }))
}
