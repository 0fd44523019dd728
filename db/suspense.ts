import { sql } from 'kysely'
import { emptyPosition } from '../domain/claimPosition.ts'
import { claimBalances, type Entry, negated } from '../domain/ledger.ts'
import type { Remittance, RemittanceClaim } from '../domain/remittance.ts'
import { placeClaim } from '../domain/remittanceLines.ts'
import { remittanceNews } from '../domain/remittanceNews.ts'
import { claimPlan } from '../domain/remittancePlan.ts'
import { audit } from './audit.ts'
import { type Refused, refused } from './claimsRefused.ts'
import type { Tx } from './connect.ts'
import { positionsOf } from './ledgerPositions.ts'
import { insertLedgerNotices, paidAt } from './remittanceNotices.ts'
import { postLists, suspenseKey } from './remittancePosting.ts'
import { lockForPosting, sentLinesOf } from './remittanceRows.ts'

export interface Allocation {
  organisationId: string
  remittanceId: string
  /** The line of the remittance, as `openSuspense` names it. */
  sequence: number
  claimId: string
  actor: string
  reason: string
  now: Date
}

export interface Allocated {
  kind: 'allocated'
  noticeIds: string[]
}

/** Lines of posted remittances that nobody has matched with a claim yet, oldest first. */
export async function openSuspense(tx: Tx, organisationId: string) {
  const rows = await tx
    .selectFrom('remittance_lines as l')
    .innerJoin('remittances as r', (join) =>
      join.onRef('r.organisation_id', '=', 'l.organisation_id').onRef('r.id', '=', 'l.remittance_id'),
    )
    .select(['l.remittance_id', 'l.sequence', 'l.submission_number', 'l.provider_reference', 'l.kind', 'l.paid'])
    .select(['r.trace_number', 'r.paid_on', 'r.currency', 'r.connection_id'])
    .where('l.organisation_id', '=', organisationId)
    .where('l.claim_id', 'is', null)
    .where('l.kind', '<>', 'not_ours')
    .where('r.state', '=', 'posted')
    .orderBy('l.remittance_id')
    .orderBy('l.sequence')
    .execute()
  return rows.map((row) => ({
    remittanceId: row.remittance_id,
    sequence: row.sequence,
    connectionId: row.connection_id,
    traceNumber: row.trace_number,
    paidOn: row.paid_on,
    submissionNumber: row.submission_number,
    providerReference: row.provider_reference,
    kind: row.kind,
    paid: row.paid,
    currency: row.currency,
  }))
}

/**
 * A person says whose money in suspense it is: the line is posted on the claim as if it had matched, the claim hears of it, and the item on the
 * worklist is closed. Only onto a claim of the same connection and currency.
 */
export async function allocateSuspense(tx: Tx, allocation: Allocation): Promise<Allocated | Refused> {
  const { organisationId, remittanceId, sequence, claimId, actor, reason, now } = allocation
  const line = await lockSuspended(tx, allocation)
  if (line === undefined) return refused('nothing-in-suspense', `line ${sequence} of the remittance is not in suspense`)
  const claims = await lockForPosting(tx, organisationId, [claimId])
  const claim = claims.get(claimId)
  if (claim === undefined || claim.connectionId !== line.connection_id) {
    return refused('claim-not-found', `the payment's connection has no claim ${claimId}`)
  }
  if (claim.currency !== line.currency) {
    return refused(
      'wrong-currency',
      `claim ${claim.claimNumber} is in ${claim.currency}, the payment in ${line.currency}`,
    )
  }
  if (claim.status === 'DRAFT') {
    return refused('claim-is-a-draft', `claim ${claim.claimNumber} has not been submitted: nobody can have paid it`)
  }
  const submissionId = await lastSubmission(tx, organisationId, claimId)
  const sent =
    submissionId === null ? undefined : (await sentLinesOf(tx, organisationId, [submissionId])).get(submissionId)
  const place = placeClaim(line.detail, claimId, sent ?? [])
  const position =
    (await positionsOf(tx, organisationId, [claimId], 'in one sum')).get(claimId) ?? emptyPosition(claimId)
  const plan = claimPlan(position, [{ claim: line.detail, place }])
  await postLists(
    tx,
    { ...allocation, currency: claim.currency, kind: 'adjustment', key: suspenseKey(remittanceId, sequence) },
    { ...plan, posting: [...plan.posting, ...outOfSuspense(line.detail)] },
  )
  await assign(tx, allocation)
  const balances = claimBalances([...position.rows, ...plan.reversal, ...plan.settlement, ...plan.posting])
  const news = remittanceNews(remittanceOf(line), [place], new Map([[claimId, balances]]), paidAt(line.paid_on, now))
  const about = { organisationId, connectionId: line.connection_id, documentId: null, remittanceId }
  const notices = news.map(({ event }, index) => ({ claimId, submissionId, event, sequence: index }))
  const act = { act: 'allocate-suspense', remittanceId, sequence, reason }
  const noticeIds = await insertLedgerNotices(tx, about, notices, { actor, act })
  await audit(tx, { organisationId, actor, action: 'suspense.allocate', subject: `claim ${claimId}`, detail: act, now })
  return { kind: 'allocated', noticeIds }
}

type Suspended = Awaited<ReturnType<typeof lockSuspended>>

async function lockSuspended(tx: Tx, { organisationId, remittanceId, sequence }: Allocation) {
  const { rows } = await sql<{
    detail: RemittanceClaim
    connection_id: string
    currency: string
    paid_on: string
    payer: string
    trace_number: string
  }>`
    select l.detail, r.connection_id, r.currency, r.paid_on, r.payer, r.trace_number
    from remittance_lines l
    join remittances r on r.organisation_id = l.organisation_id and r.id = l.remittance_id and r.state = 'posted'
    where l.organisation_id = ${organisationId} and l.remittance_id = ${remittanceId} and l.sequence = ${sequence}
      and l.claim_id is null and l.kind <> 'not_ours'
    for update of l`.execute(tx)
  return rows[0]
}

function remittanceOf(line: NonNullable<Suspended>): Remittance {
  return {
    payer: line.payer,
    traceNumber: line.trace_number,
    paidOn: line.paid_on,
    currency: line.currency,
    amount: line.detail.paid,
    claims: [line.detail],
    providerAdjustments: [],
    said: [],
  }
}

/** `allocated` is already among the claim's entries; this is the other side of it. */
function outOfSuspense({ paid }: RemittanceClaim): Entry[] {
  return paid === 0 ? [] : [{ account: 'suspense', amount: negated(paid), claimId: null, lineNumber: null }]
}

async function lastSubmission(tx: Tx, organisationId: string, claimId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('submissions')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('purpose', '<>', 'void')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}

async function assign(tx: Tx, { organisationId, remittanceId, sequence, claimId, actor, now }: Allocation) {
  await tx
    .updateTable('remittance_lines')
    .set({ claim_id: claimId })
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('sequence', '=', sequence)
    .execute()
  await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: actor, closed_because: 'allocated to a claim' })
    .where('organisation_id', '=', organisationId)
    .where('dedupe_key', '=', suspenseKey(remittanceId, sequence))
    .where('closed_at', 'is', null)
    .execute()
}
