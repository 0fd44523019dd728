import { sql } from 'kysely'
import { isCurrency, moneyInWords } from '../../domain/amounts.ts'
import { remittanceEvents } from '../../domain/claims/remittanceEvents.ts'
import { isPaymentDay } from '../../domain/money/paymentDay.ts'
import { checkRemittance, placeOf } from '../../domain/money/remittance.ts'
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
import {
  type ArrivedRemittance,
  insertRemittance,
  insertRemittanceLines,
  type Quarantined,
  type StoredRemittance,
} from './remittanceRows.ts'

export interface PostedRemittance {
  state: RemittancesTable['state']
  remittanceId: string
  problem?: Quarantined
  /** Each claim that has notices now and must be signalled, once. */
  claims: { claimId: string }[]
}

/**
 * Takes one remittance in, whole or not at all: posted to the ledger with notices for its claims;
 * quarantined when it does not balance or is in another currency; a duplicate (same payer, trace
 * number, amount, date and content) posts nothing; in test mode the ledger stays untouched. Money
 * that finds no claim waits in suspense, and every doubt is an item on the worklist. The same place
 * of the same document again answers as before, but a quarantined one that balances by today's
 * reading is posted now. Notices take the numbers `sequence` to `sequence + 2 × claims − 1` of the
 * document.
 */
export async function postRemittance(
  tx: Tx,
  arrived: ArrivedRemittance & { mode: 'test' | 'production' },
): Promise<PostedRemittance> {
  const known = await knownBefore(tx, arrived)
  const { traceUsed } = known
  const problem = problemOf(arrived, known.currency)
  const sameReading = known.again?.content === arrived.contentSha256.toString('hex') && problem !== null
  if (known.again?.state === 'quarantined' && !sameReading)
    return reread(tx, { ...arrived, traceUsed, remittanceId: known.again.remittanceId }, problem)
  if (known.again !== null) return answerAsBefore(tx, arrived, known.again)
  if (problem !== null) {
    return quarantine(tx, await mustInsert(tx, arrived, 'quarantined', problem), problem)
  }
  if (arrived.mode === 'test') return passOnTestRemittance(tx, await mustInsert(tx, arrived, 'test'))
  const remittanceId = await insertRemittance(tx, arrived, { state: 'posted', source: 'document', problem: null })
  return remittanceId === null ? duplicate(tx, arrived) : postToLedger(tx, { ...arrived, traceUsed, remittanceId })
}

/**
 * The document of a quarantined remittance once more: its row becomes what it says by today's
 * reading.
 */
async function reread(
  tx: Tx,
  stored: StoredRemittance & { mode: 'test' | 'production'; traceUsed: boolean },
  problem: Quarantined | null,
): Promise<PostedRemittance> {
  const { mode, remittanceId } = stored
  const wanted = problem !== null ? 'quarantined' : mode === 'test' ? 'test' : 'posted'
  const state = await rewriteRemittance(tx, stored, { wanted, problem })
  if (problem !== null) return quarantine(tx, stored, problem)
  if (state === 'test') return passOnTestRemittance(tx, stored)
  return state === 'duplicate' ? { state, remittanceId, claims: [] } : postToLedger(tx, stored)
}

async function postToLedger(tx: Tx, stored: StoredRemittance & { traceUsed: boolean }): Promise<PostedRemittance> {
  const { remittance, remittanceId, now } = stored
  const placing = await placeClaims(tx, stored)
  const posted = await postPlan(tx, {
    ...stored,
    ...placing,
    actor: 'provider',
    kind: 'remittance',
    key: `remittance:${remittanceId}`,
  })
  const claimIds = posted.placed.map((place) => place?.claimId ?? null)
  await insertRemittanceLines(tx, stored, claimIds)
  const events = remittanceEvents(remittance, posted.placed, posted.balances, paidAt(remittance.paidOn, now))
  await notifyClaims(tx, stored, placing.submissionIds, events)
  return { state: 'posted', remittanceId, claims: claimsOf(events) }
}

/**
 * In test mode the claims still get the decisions, so that a test claim goes its whole way; no
 * money is posted.
 */
async function passOnTestRemittance(tx: Tx, stored: StoredRemittance): Promise<PostedRemittance> {
  const { remittance, remittanceId, now } = stored
  const { placed, submissionIds } = await placeClaims(tx, stored)
  await insertRemittanceLines(tx, stored, placed.map(claimIdOf))
  const events = remittanceEvents(remittance, placed, null, paidAt(remittance.paidOn, now))
  await notifyClaims(tx, stored, submissionIds, events)
  return { state: 'test', remittanceId, claims: claimsOf(events) }
}

async function notifyClaims(
  tx: Tx,
  stored: StoredRemittance,
  submissionIds: (string | null)[],
  events: ReturnType<typeof remittanceEvents>,
): Promise<void> {
  const notices = events.map(({ claimId, index, event }) => ({
    claimId,
    submissionId: submissionIds[index] ?? null,
    event,
    sequence: stored.sequence + 2 * index + (event.fact.type === 'money_posted' ? 1 : 0),
  }))
  await insertLedgerNotices(tx, stored, notices)
}

async function quarantine(tx: Tx, stored: StoredRemittance, problem: Quarantined): Promise<PostedRemittance> {
  const { remittanceId } = stored
  const { traceNumber, currency } = stored.remittance
  // The console shows the place that broke beside what the document says there.
  await insertRemittanceLines(tx, stored, [])
  const difference = problem.difference === null ? null : moneyInWords(problem.difference, currency)
  await raiseItem(tx, stored, { ...quarantined(stored), words: { traceNumber, ...problem, difference } })
  return { state: 'quarantined', remittanceId, problem, claims: [] }
}

async function duplicate(tx: Tx, arrived: ArrivedRemittance): Promise<PostedRemittance> {
  const { remittanceId } = await mustInsert(tx, arrived, 'duplicate')
  return { state: 'duplicate', remittanceId, claims: [] }
}

async function mustInsert(
  tx: Tx,
  arrived: ArrivedRemittance,
  state: 'quarantined' | 'duplicate' | 'test',
  problem: Quarantined | null = null,
): Promise<StoredRemittance> {
  const remittanceId = await insertRemittance(tx, arrived, { state, source: 'document', problem })
  if (remittanceId === null)
    throw new Error(`remittance at ${arrived.sequence} of document ${arrived.documentId} was not stored`)
  return { ...arrived, remittanceId }
}

function problemOf({ remittance, now }: ArrivedRemittance, currency: string): Quarantined | null {
  if (remittance.currency !== currency || !isCurrency(remittance.currency)) {
    return { rule: 'currency', where: `${remittance.currency} instead of ${currency}`, difference: null }
  }
  const { paidOn } = remittance
  if (!isPaymentDay(paidOn, now)) return { rule: 'payment-date', where: `paid on ${paidOn}`, difference: null }
  const [first] = checkRemittance(remittance)
  return first === undefined ? null : { rule: first.rule, where: placeOf(first), difference: first.difference }
}

interface Known {
  currency: string
  /**
   * The same place of the same document was taken in before, or the same payment by an earlier
   * reading of it.
   */
  again: { remittanceId: string; state: PostedRemittance['state']; problem: Quarantined | null; content: string } | null
  /** Another payment of the connection has the same trace number. */
  traceUsed: boolean
}

async function knownBefore(tx: Tx, arrived: ArrivedRemittance): Promise<Known> {
  const { organisationId, connectionId, documentId, sequence, remittance, contentSha256 } = arrived
  // What an earlier reading of the same document took in: places may have shifted, payer and trace
  // number say which it is.
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

function claimsOf(events: { claimId: string }[]): { claimId: string }[] {
  return [...new Set(events.map(({ claimId }) => claimId))].map((claimId) => ({ claimId }))
}
