import { sql } from 'kysely'
import type { DeliveryState } from '../../domain/claim.ts'
import type { Tx } from '../connect.ts'
import { nameOf } from '../inbox/documents.ts'

export interface BatchSummary {
  interchangeId: string
  state: DeliveryState
  /** Takes more claims until it leaves. */
  open: boolean
  leavesAt: string
  sentAt: string | null
  controlNumber: number
  because: string | null
  currency: string
  claims: number
  total: number
  /** Claims of which the provider has said nothing yet, not even that it has them. */
  unacknowledged: number
}

export interface BatchClaim {
  claimId: string
  claimNumber: string
  submissionNumber: string
  purpose: string
  status: string
  total: number
  acknowledged: boolean
}

export interface BatchDocument {
  documentId: string
  name: string
  mediaType: string | null
  size: number
  sha256: string
}

/** The batches of a connection, newest first. */
export async function batchesOf(
  tx: Tx,
  asked: { organisationId: string; connectionId: string; after: string | undefined; limit: number },
): Promise<BatchSummary[]> {
  let query = batches(tx, asked.organisationId, asked.connectionId).orderBy('i.id', 'desc').limit(asked.limit)
  if (asked.after !== undefined) query = query.where('i.id', '<', asked.after)
  return (await query.execute()).map(summaryOf)
}

/**
 * One batch with its claims and the messages it left as; null when the connection has no such
 * batch.
 */
export async function batchOf(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  interchangeId: string,
): Promise<{ batch: BatchSummary; claims: BatchClaim[]; documents: BatchDocument[] } | null> {
  const row = await batches(tx, organisationId, connectionId).where('i.id', '=', interchangeId).executeTakeFirst()
  if (row === undefined) return null
  const claims = await tx
    .selectFrom('submissions as s')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 's.organisation_id').onRef('c.id', '=', 's.claim_id'),
    )
    .select(['c.id as claimId', 'c.claim_number as claimNumber', 's.submission_number as submissionNumber'])
    .select(['s.purpose', 'c.status', 'c.total', sql<boolean>`${acknowledged}`.as('acknowledged')])
    .where('s.organisation_id', '=', organisationId)
    .where('s.interchange_id', '=', interchangeId)
    .orderBy('s.id')
    .execute()
  const documents = await outgoing(tx, organisationId, interchangeId)
    .select(['id', 'head', 'media_type', 'sha256', sql<number>`length(body)`.as('size')])
    .orderBy('sequence')
    .execute()
  return {
    batch: summaryOf(row),
    claims,
    documents: documents.map((document) => ({
      documentId: document.id,
      name: nameOf(document.head),
      mediaType: document.media_type,
      size: document.size,
      sha256: document.sha256.toString('hex'),
    })),
  }
}

/**
 * The exact bytes of one message of a batch, for a reprint; null when the batch has no such
 * message.
 */
export async function batchDocument(
  tx: Tx,
  organisationId: string,
  batch: { connectionId: string; interchangeId: string; documentId: string },
): Promise<{ name: string; bytes: Buffer } | null> {
  const row = await outgoing(tx, organisationId, batch.interchangeId)
    .select(['head', 'body'])
    .where('id', '=', batch.documentId)
    .where('connection_id', '=', batch.connectionId)
    .executeTakeFirst()
  return row === undefined ? null : { name: nameOf(row.head), bytes: row.body }
}

/** Whether the provider, and not only we, has said something about the claim. */
const acknowledged = sql`c.status <> 'SUBMITTED'`

function batches(tx: Tx, organisationId: string, connectionId: string) {
  return tx
    .selectFrom('interchanges as i')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'i.organisation_id').onRef('n.id', '=', 'i.connection_id'),
    )
    .innerJoinLateral(
      (eb) =>
        eb
          .selectFrom('submissions as s')
          .innerJoin('claims as c', (join) =>
            join.onRef('c.organisation_id', '=', 's.organisation_id').onRef('c.id', '=', 's.claim_id'),
          )
          .select(sql<number>`count(*)::int`.as('claims'))
          .select(sql<string>`coalesce(sum(c.total), 0)`.as('total'))
          .select(sql<number>`(count(*) filter (where not ${acknowledged}))::int`.as('unacknowledged'))
          .whereRef('s.organisation_id', '=', 'i.organisation_id')
          .whereRef('s.interchange_id', '=', 'i.id')
          .where('s.purpose', '<>', 'supplement')
          .as('sums'),
      (join) => join.onTrue(),
    )
    .select(['i.id', 'i.state', 'i.joinable', 'i.leaves_at', 'i.sent_at', 'i.control_number', 'i.because'])
    .select(['n.currency', 'sums.claims', 'sums.total', 'sums.unacknowledged'])
    .where('i.organisation_id', '=', organisationId)
    .where('i.connection_id', '=', connectionId)
    .where('i.leaves_at', 'is not', null)
    .where('sums.claims', '>', 0)
}

type Row = Awaited<ReturnType<ReturnType<typeof batches>['executeTakeFirstOrThrow']>>

function summaryOf(row: Row): BatchSummary {
  return {
    interchangeId: row.id,
    state: row.state,
    open: row.joinable,
    leavesAt: row.leaves_at?.toISOString() ?? '',
    sentAt: row.sent_at?.toISOString() ?? null,
    controlNumber: row.control_number,
    because: row.because,
    currency: row.currency,
    claims: row.claims,
    total: Number(row.total),
    unacknowledged: row.unacknowledged,
  }
}

function outgoing(tx: Tx, organisationId: string, interchangeId: string) {
  return tx
    .selectFrom('documents')
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .where('direction', '=', 'out')
}
