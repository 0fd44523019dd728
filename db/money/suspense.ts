import { sql } from 'kysely'
import { remittanceEvents } from '../../domain/claims/remittanceEvents.ts'
import { emptyPosition } from '../../domain/money/claimPosition.ts'
import { claimBalances } from '../../domain/money/ledger.ts'
import { planByPerson } from '../../domain/money/plan/claimPlan.ts'
import type { RemittanceClaim } from '../../domain/money/remittance.ts'
import { placeClaim } from '../../domain/money/remittanceLines.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import { closeItem } from '../worklist/worklistItems.ts'
import { type recordedAlready, seemsRecorded } from './identity/keyedPayments.ts'
import { positionsOf } from './ledgerPositions.ts'
import { postLists } from './posting/postLists.ts'
import { suspended } from './posting/remittanceItems.ts'
import { outOfSuspense, remittanceOfLine } from './posting/waitingLines.ts'
import { insertLedgerNotices, paidAt } from './remittanceNotices.ts'
import { lockForPosting, sentLinesOf } from './remittanceRows.ts'
import { raisePatientRefunds } from './visitItems.ts'

export interface Allocation {
  organisationId: string
  remittanceId: string
  /** The line of the remittance, as `openSuspense` names it. */
  sequence: number
  claimId: string
  actor: string
  reason: string
  /** Why it is other money than a payment that was keyed for the claim and looks like it. */
  otherMoney?: string | undefined
  now: Date
}

export interface Allocated {
  kind: 'allocated'
  providerId: string
  noticeIds: string[]
}

/** A line of a remittance that waits for its claim. */
export interface SuspenseLine {
  remittanceId: string
  /** Its place in the remittance, from 0. */
  sequence: number
}

/**
 * Lines of posted remittances that nobody has matched with a claim yet, oldest first, behind
 * `after`.
 */
export async function openSuspense(
  tx: Tx,
  { organisationId, after, limit }: { organisationId: string; after: SuspenseLine | null; limit: number },
) {
  const rows = await tx
    .selectFrom('remittance_lines as l')
    .innerJoin('remittances as r', (join) =>
      join.onRef('r.organisation_id', '=', 'l.organisation_id').onRef('r.id', '=', 'l.remittance_id'),
    )
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'r.organisation_id').onRef('n.id', '=', 'r.connection_id'),
    )
    .select([
      'l.remittance_id',
      'l.sequence',
      'l.submission_number',
      'l.provider_reference',
      'l.kind',
      'l.charged',
      'l.paid',
    ])
    .select(['r.trace_number', 'r.paid_on', 'r.currency', 'r.connection_id', 'n.provider_id'])
    .where('l.organisation_id', '=', organisationId)
    .where('l.claim_id', 'is', null)
    .where('l.kind', '<>', 'not_ours')
    .where('r.state', '=', 'posted')
    .where(
      after === null
        ? sql<boolean>`true`
        : sql<boolean>`(l.remittance_id, l.sequence) > (${after.remittanceId}::uuid, ${after.sequence}::int)`,
    )
    .orderBy('l.remittance_id')
    .orderBy('l.sequence')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    remittanceId: row.remittance_id,
    sequence: row.sequence,
    connectionId: row.connection_id,
    providerId: row.provider_id,
    traceNumber: row.trace_number,
    paidOn: row.paid_on,
    submissionNumber: row.submission_number,
    providerReference: row.provider_reference,
    kind: row.kind as 'payment' | 'reversal',
    charged: row.charged,
    paid: row.paid,
    currency: row.currency,
  }))
}

/**
 * A person says whose money in suspense it is: the line is posted on the claim as if it had
 * matched, the claim gets a notice, and the item on the worklist is closed. Only onto a claim of
 * the same connection and currency.
 */
export async function allocateSuspense(tx: Tx, allocation: Allocation): Promise<Allocated | Refused> {
  const { organisationId, remittanceId, sequence, claimId, actor, reason, now } = allocation
  const line = await lockLine(tx, allocation)
  if (line === undefined) return refused('not-found', 'there is no such line of a remittance')
  if (!line.suspended) {
    return refused('nothing-in-suspense', `line ${sequence} of the remittance is not in suspense`)
  }
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
  const keyed = allocation.otherMoney === undefined ? await keyedAlready(tx, allocation, line) : null
  if (keyed !== null) return keyed
  // An allocation that was undone leaves its key behind.
  const posting = `allocation:${remittanceId}:${sequence}:${newId()}`
  const submissionId = await lastSubmission(tx, organisationId, claimId)
  const sent =
    submissionId === null ? undefined : (await sentLinesOf(tx, organisationId, [submissionId])).get(submissionId)
  const place = placeClaim(line.detail, claimId, sent ?? [])
  const position =
    (await positionsOf(tx, organisationId, [claimId], 'in one sum')).get(claimId) ?? emptyPosition(claimId)
  const plan = planByPerson(position, { claim: line.detail, place })
  await postLists(
    tx,
    { ...allocation, currency: claim.currency, kind: 'adjustment', key: posting },
    { ...plan, posting: [...plan.posting, ...outOfSuspense(line.detail)] },
  )
  await raisePatientRefunds(tx, allocation, plan.settlement)
  await assign(tx, allocation)
  const balances = claimBalances([...position.rows, ...plan.reversal, ...plan.settlement, ...plan.posting])
  const events = remittanceEvents(
    remittanceOfLine({ ...line, claim: line.detail, traceNumber: line.trace_number, paidOn: line.paid_on }),
    [place],
    new Map([[claimId, balances]]),
    paidAt(line.paid_on, now),
  )
  const about = { organisationId, connectionId: line.connection_id, documentId: null, remittanceId }
  const notices = events.map(({ event }, index) => ({ claimId, submissionId, event, sequence: index }))
  const { otherMoney } = allocation
  const act = {
    act: 'allocate-suspense',
    remittanceId,
    sequence,
    reason,
    posting,
    ...(otherMoney === undefined ? {} : { otherMoney }),
  }
  const noticeIds = await insertLedgerNotices(tx, about, notices, { actor, act })
  await audit(tx, { organisationId, actor, action: 'suspense.allocate', subject: `claim ${claimId}`, detail: act, now })
  return { kind: 'allocated', providerId: line.provider_id, noticeIds }
}

/**
 * Any line of a remittance; of two that allocate it at once, the second one sees what the first one
 * did.
 */
async function lockLine(tx: Tx, { organisationId, remittanceId, sequence }: Allocation) {
  const { rows } = await sql<{
    detail: RemittanceClaim
    connection_id: string
    currency: string
    paid_on: string
    payer: string
    trace_number: string
    provider_id: string
    suspended: boolean
  }>`
    select l.detail, r.connection_id, r.currency, r.paid_on, r.payer, r.trace_number, n.provider_id,
      (r.state = 'posted' and l.claim_id is null and l.kind <> 'not_ours') as suspended
    from remittance_lines l
    join remittances r on r.organisation_id = l.organisation_id and r.id = l.remittance_id
    join connections n on n.organisation_id = r.organisation_id and n.id = r.connection_id
    where l.organisation_id = ${organisationId} and l.remittance_id = ${remittanceId} and l.sequence = ${sequence}
    for update of l`.execute(tx)
  return rows[0]
}

/** While the line waited for its claim, somebody may have keyed the same money for it. */
async function keyedAlready(
  tx: Tx,
  { organisationId, claimId }: Allocation,
  line: NonNullable<Awaited<ReturnType<typeof lockLine>>>,
): Promise<ReturnType<typeof recordedAlready> | null> {
  const { paid } = line.detail
  if (paid <= 0) return null
  return seemsRecorded(tx, {
    organisationId,
    claimId,
    providerId: line.provider_id,
    currency: line.currency,
    amount: paid,
    paidOn: line.paid_on,
    reference: line.trace_number,
    onlyKeyed: true,
  })
}

async function lastSubmission(tx: Tx, organisationId: string, claimId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('submissions')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('purpose', 'not in', ['void', 'supplement'])
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
  const closing = { organisationId, by: actor, because: 'allocated to a claim', now }
  await closeItem(tx, closing, suspended(remittanceId, sequence))
}
