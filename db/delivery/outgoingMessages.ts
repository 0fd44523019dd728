import { createHash } from 'node:crypto'
import type { DeliveryState, Submission } from '../../domain/claim.ts'
import type { DeliveryProof } from '../../domain/delivery/deliveryProof.ts'
import type { ProofOf } from '../../domain/delivery/interchangeState.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import { type Detail, moveInterchange } from './moveInterchange.ts'

/**
 * One message of an interchange as it is stored: exact bytes, and whether the provider is known to
 * have it.
 */
export interface StoredMessage {
  documentId: string
  head: Record<string, unknown>
  body: Buffer
  delivered: boolean
}

export interface InterchangeRow {
  id: string
  connectionId: string
  kind: 'submission' | 'inquiry'
  controlNumber: number
  state: DeliveryState
  mark: string | null
  proof: DeliveryProof | null
  attempt: number
  lookups: number
  /**
   * Since when attempts end before anything left (business time); null: the last one got through,
   * or none was made.
   */
  unsentSince: Date | null
  createdAt: Date
  /** A batch's cut-off (business time); null: it leaves at once. */
  leavesAt: Date | null
  firstSentAt: Date | null
  /** The address of the last attempt, for people; null: none was made. */
  sentTo: string | null
  /** It may have left between a backup and the restore from it, without our knowing. */
  doubted: boolean
  submissions: Submission[]
}

/** One interchange with its frozen submissions. Throws when it doesn't exist. */
export async function loadInterchange(tx: Tx, organisationId: string, interchangeId: string): Promise<InterchangeRow> {
  const rows = await tx
    .selectFrom('interchanges as i')
    .leftJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .selectAll('i')
    .select('s.frozen')
    .where('i.organisation_id', '=', organisationId)
    .where('i.id', '=', interchangeId)
    .orderBy('s.id')
    .execute()
  const row = rows[0]
  if (!row) throw new Error(`interchange ${interchangeId} does not exist`)
  return {
    id: row.id,
    connectionId: row.connection_id,
    kind: row.kind,
    controlNumber: row.control_number,
    state: row.state,
    mark: row.mark,
    proof: row.delivery_proof,
    attempt: row.attempt,
    lookups: row.lookups,
    unsentSince: row.unsent_since,
    createdAt: row.created_at,
    leavesAt: row.leaves_at,
    firstSentAt: row.first_sent_at,
    sentTo: row.sent_to,
    doubted: row.doubted_at !== null,
    submissions: rows.flatMap((each) => (each.frozen === null ? [] : [each.frozen])),
  }
}

/** The stored messages of an interchange in sending order; empty when it was never assembled. */
export async function storedMessages(tx: Tx, organisationId: string, interchangeId: string): Promise<StoredMessage[]> {
  const rows = await tx
    .selectFrom('documents')
    .select(['id', 'head', 'body', 'delivered'])
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .where('direction', '=', 'out')
    .orderBy('sequence')
    .execute()
  return rows.map((row) => ({ documentId: row.id, head: row.head, body: row.body, delivered: row.delivered }))
}

/** Stores the exact bytes before the first of them leaves; every later try sends these. */
export async function storeMessages(
  tx: Tx,
  of: { organisationId: string; connectionId: string; interchangeId: string; now: Date },
  messages: { head: Record<string, unknown>; body: Uint8Array | null; mediaType: string }[],
): Promise<StoredMessage[]> {
  const rows = messages.map((message, sequence) => {
    const body = Buffer.from(message.body ?? [])
    return {
      organisation_id: of.organisationId,
      id: newId(),
      connection_id: of.connectionId,
      direction: 'out' as const,
      interchange_id: of.interchangeId,
      sequence,
      channel: 'send' as const,
      dedupe_key: of.interchangeId,
      head: JSON.stringify(message.head),
      media_type: message.mediaType,
      body,
      sha256: createHash('sha256').update(body).digest(),
      received_at: of.now,
      processed_at: of.now,
    }
  })
  await pipelined(tx, tx.insertInto('documents').values(rows))
  return rows.map((row, index) => ({
    documentId: row.id,
    head: messages[index]?.head ?? {},
    body: row.body,
    delivered: false,
  }))
}

export async function markDelivered(tx: Tx, organisationId: string, documentIds: string[]): Promise<void> {
  if (documentIds.length === 0) return
  await pipelined(
    tx,
    tx
      .updateTable('documents')
      .set({ delivered: true })
      .where('organisation_id', '=', organisationId)
      .where('id', 'in', documentIds),
  )
}

type Resolve = 'resolve-sent' | 'resolve-resend' | 'resolve-unknown'

/** What became of an UNKNOWN, and how we know. */
export type Resolved = { [M in Resolve]: { move: M; proof: ProofOf<M>; because: string | null } }[Resolve]

/**
 * Writes what became of an UNKNOWN: SENT, RESEND when it is certainly not there, or still UNKNOWN
 * with what the look showed. Nothing happens when a notice has settled it meanwhile: then false.
 */
export async function resolveUnknown(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  { move, now, ...resolved }: Resolved & { now: Date },
): Promise<boolean> {
  const target = { organisationId, interchanges: interchangeId }
  const detail = { ...resolved, now } as Detail<typeof move>
  return (await moveInterchange(tx, move, target, detail)).length > 0
}

/** Stops everybody from sending on a connection until a person has looked. */
export async function stopConnection(
  tx: Tx,
  organisationId: string,
  connectionId: string,
  because: string,
): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ stopped_because: because })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .where('stopped_because', 'is', null)
    .execute()
}
