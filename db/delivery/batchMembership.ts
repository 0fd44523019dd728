import { sql } from 'kysely'
import type { Submission } from '../../domain/claim.ts'
import { type BatchCalendar, nextCutOff } from '../../domain/delivery/batchCalendar.ts'
import type { Tx } from '../connect.ts'
import { allocateInterchange, insertSubmissions } from './interchanges.ts'
import { inBatch, moveInterchange } from './moveInterchange.ts'

/** A batch that a claim waits in. */
export interface Joined {
  interchangeId: string
  leavesAt: Date
  /** The claim is the first in it: its workflow must be started. */
  opened: boolean
}

/**
 * Puts a submission into the connection's joinable interchange, or opens one that leaves at the
 * next cut-off. One that is full, was written by another version of the adapter, or whose cut-off
 * has come takes no more. Its row stays locked until the transaction ends: it can't leave in
 * between.
 */
export async function joinBatch(
  tx: Tx,
  wanted: {
    organisationId: string
    connectionId: string
    calendar: BatchCalendar
    zone: string
    /** How many claims the provider takes in one interchange. */
    mostClaims: number
    adapterVersion: number
    submission: Submission
    now: Date
  },
): Promise<Joined> {
  const { organisationId, connectionId, calendar, submission, now } = wanted
  const most = Math.min(wanted.mostClaims, calendar.maxClaims ?? wanted.mostClaims)
  const current = await lockJoinable(tx, organisationId, connectionId)
  const fits = current !== null && current.leavesAt > now && current.adapterVersion === wanted.adapterVersion
  if (fits) {
    const { interchangeId, leavesAt } = current
    await insertSubmissions(tx, { organisationId, connectionId, interchangeId, submissions: [submission], now })
    if (current.claims + 1 >= most) await close(tx, organisationId, interchangeId)
    return { interchangeId, leavesAt, opened: false }
  }
  if (current !== null) await close(tx, organisationId, current.interchangeId)
  const leavesAt = new Date(nextCutOff(calendar, wanted.zone, now.toISOString()))
  const interchangeId = await allocateInterchange(tx, {
    organisationId,
    connectionId,
    kind: 'submission',
    adapterVersion: wanted.adapterVersion,
    submissions: [submission],
    now,
    batch: { leavesAt, joinable: most > 1 },
  })
  return { interchangeId, leavesAt, opened: true }
}

/** What becomes of a submission that is taken out of its batch. */
export type TakenOut = { kind: 'recalled'; because: string } | { kind: 'alone'; leavesAt: Date } | { kind: 'arrived' }

/**
 * Takes a submission out of a batch of which nothing has left, into an interchange of its own:
 * `recalled` never leaves, `alone` leaves by itself, `arrived` is at the provider by another way.
 * The caller has locked the batch's row. A batch that is empty now leaves no more. Answers the new
 * interchange.
 */
export async function removeFromBatch(
  tx: Tx,
  out: { organisationId: string; interchangeId: string; submissionId: string; to: TakenOut; now: Date },
): Promise<string> {
  const { organisationId, interchangeId, submissionId, to, now } = out
  const batch = await tx
    .selectFrom('interchanges')
    .select(['connection_id', 'adapter_version'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .executeTakeFirstOrThrow()
  const own = await allocateInterchange(tx, {
    organisationId,
    connectionId: batch.connection_id,
    kind: 'submission',
    adapterVersion: batch.adapter_version,
    submissions: [],
    now,
    ...(to.kind === 'alone' ? { batch: { leavesAt: to.leavesAt, joinable: false } } : {}),
  })
  await tx
    .updateTable('submissions')
    .set({ interchange_id: own })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', submissionId)
    .where('interchange_id', '=', interchangeId)
    .execute()
  if (to.kind === 'recalled') await recall(tx, { organisationId, interchangeId: own, because: to.because, now })
  if (to.kind === 'arrived')
    await moveInterchange(
      tx,
      'arrive-otherwise',
      { organisationId, interchanges: own },
      { proof: 'acknowledged', because: 'the provider had it before it left', now },
    )
  const left = await tx
    .selectFrom('submissions')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .limit(1)
    .executeTakeFirst()
  const because = 'every claim in it was taken out'
  if (left === undefined) await recall(tx, { organisationId, interchangeId, because, now })
  return own
}

/** The provider is known to have claims whose batch has not left: they must not leave once more. */
export async function arrivedBeforeCutOff(
  tx: Tx,
  { organisationId, claimIds, now }: { organisationId: string; claimIds: string[]; now: Date },
): Promise<void> {
  if (claimIds.length === 0) return
  for (const { interchangeId, submissionId } of await lockWaitingBatches(tx, organisationId, claimIds))
    await removeFromBatch(tx, { organisationId, interchangeId, submissionId, to: { kind: 'arrived' }, now })
}

/**
 * Takes a claim out of the batch that it waits in, to leave alone and at once. Answers its own
 * interchange; null when it waits in none.
 */
export async function sendAlone(tx: Tx, organisationId: string, claimId: string, now: Date): Promise<string | null> {
  const [waiting] = await lockWaitingBatches(tx, organisationId, [claimId])
  if (waiting === undefined) return null
  if (waiting.leavesAt !== null && waiting.leavesAt <= now) return waiting.interchangeId
  return removeFromBatch(tx, { organisationId, ...waiting, to: { kind: 'alone', leavesAt: now }, now })
}

/**
 * The batches whose cut-off claims wait for, their rows locked until the transaction ends; claims
 * that wait in none are left out.
 */
async function lockWaitingBatches(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
): Promise<{ interchangeId: string; submissionId: string; leavesAt: Date | null }[]> {
  return tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['i.id as interchangeId', 's.id as submissionId', 'i.leaves_at as leavesAt'])
    .where('s.organisation_id', '=', organisationId)
    .where(sql<boolean>`s.claim_id = any(${claimIds}::uuid[])`)
    .where(inBatch('i'))
    .orderBy('i.id')
    .orderBy('s.id')
    .forUpdate('i')
    .execute()
}

/**
 * Makes a waiting batch leave now instead of at its cut-off. False: it has left, or is no batch of
 * the connection.
 */
export async function releaseBatch(
  tx: Tx,
  batch: { organisationId: string; connectionId: string; interchangeId: string; now: Date },
): Promise<boolean> {
  const { organisationId, connectionId, interchangeId, now } = batch
  const interchanges = sql`select id from interchanges where organisation_id = ${organisationId}
    and connection_id = ${connectionId} and id = ${interchangeId}`
  return (await moveInterchange(tx, 'hurry', { organisationId, interchanges }, { now })).length > 0
}

/**
 * The cut-off has come: from here on nobody joins the batch and nobody is taken out of it. Its row
 * is locked until the transaction ends.
 */
export async function closeBatch(tx: Tx, organisationId: string, interchangeId: string, now: Date): Promise<void> {
  await moveInterchange(tx, 'close-batch', { organisationId, interchanges: interchangeId }, { now })
}

/** One claim after another: two that find no joinable interchange would each open one. */
async function lockJoinable(tx: Tx, organisationId: string, connectionId: string) {
  await tx
    .selectFrom('connections')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .forNoKeyUpdate()
    .execute()
  const row = await tx
    .selectFrom('interchanges')
    .select(['id', 'leaves_at', 'adapter_version'])
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where('joinable', '=', true)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined || row.leaves_at === null) return null
  const { claims } = await tx
    .selectFrom('submissions')
    .select(sql<number>`count(*)::int`.as('claims'))
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', row.id)
    .executeTakeFirstOrThrow()
  return { interchangeId: row.id, leavesAt: row.leaves_at, adapterVersion: row.adapter_version, claims }
}

async function close(tx: Tx, organisationId: string, interchangeId: string): Promise<void> {
  await tx
    .updateTable('interchanges')
    .set({ joinable: false })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .execute()
}

async function recall(
  tx: Tx,
  recalled: { organisationId: string; interchangeId: string; because: string; now: Date },
): Promise<void> {
  const { organisationId, interchangeId, because, now } = recalled
  const target = { organisationId, interchanges: interchangeId }
  await moveInterchange(tx, 'recall', target, { proof: 'recalled', because, now })
}
