import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Submission } from '../../domain/claim.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** One message of an interchange as it is stored: exact bytes, and whether the provider is known to have it. */
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
  state: string
  mark: string | null
  because: string | null
  attempt: number
  lookups: number
  createdAt: Date
  /** A batch's cut-off (business time); null: it leaves at once. */
  leavesAt: Date | null
  firstSentAt: Date | null
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
    because: row.because,
    attempt: row.attempt,
    lookups: row.lookups,
    createdAt: row.created_at,
    leavesAt: row.leaves_at,
    firstSentAt: row.first_sent_at,
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
  organisationId: string,
  interchange: { id: string; connectionId: string },
  messages: { head: Record<string, unknown>; body: Uint8Array | null; mediaType: string }[],
  now: Date,
): Promise<StoredMessage[]> {
  const rows = messages.map((message, sequence) => {
    const body = Buffer.from(message.body ?? [])
    return {
      organisation_id: organisationId,
      id: newId(),
      connection_id: interchange.connectionId,
      direction: 'out' as const,
      interchange_id: interchange.id,
      sequence,
      channel: 'send' as const,
      dedupe_key: interchange.id,
      head: JSON.stringify(message.head),
      media_type: message.mediaType,
      body,
      sha256: createHash('sha256').update(body).digest(),
      received_at: now,
      processed_at: now,
    }
  })
  await tx.insertInto('documents').values(rows).execute()
  return rows.map((row, index) => ({
    documentId: row.id,
    head: messages[index]?.head ?? {},
    body: row.body,
    delivered: false,
  }))
}

export async function markDelivered(tx: Tx, organisationId: string, documentIds: string[]): Promise<void> {
  if (documentIds.length === 0) return
  await tx
    .updateTable('documents')
    .set({ delivered: true })
    .where('organisation_id', '=', organisationId)
    .where('id', 'in', documentIds)
    .execute()
}

/**
 * A sender that died holds its lease until it runs out: then the interchange is UNKNOWN, and the dead sender's fencing number is void.
 * True when that just happened.
 */
export async function expireLease(tx: Tx, organisationId: string, interchangeId: string): Promise<boolean> {
  const row = await tx
    .updateTable('interchanges')
    .set({
      state: 'UNKNOWN',
      attempt: sql`attempt + 1`,
      lease_until: null,
      because: 'the sender died or ran out of time while sending',
    })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    .where('state', '=', 'SENDING')
    .where('lease_until', '<', sql<Date>`now()`)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Settles an UNKNOWN: SENT by evidence, RESEND when it is certainly not there; still UNKNOWN, with what the look showed. Nothing happens when news has
 * settled it meanwhile: then false.
 */
export async function resolveUnknown(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  to: 'SENT' | 'RESEND' | 'UNKNOWN',
  because: string | null,
  now: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('interchanges')
    .set({
      state: to,
      because,
      lookups: sql`lookups + 1`,
      ...(to === 'SENT' ? { sent_at: now } : {}),
      ...(to === 'RESEND' ? { mark: null, lease_until: null } : {}),
    })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', interchangeId)
    // Evidence that it is there outweighs the word of a person that it is not.
    .where('state', 'in', to === 'SENT' ? ['UNKNOWN', 'RESEND'] : ['UNKNOWN'])
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
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
