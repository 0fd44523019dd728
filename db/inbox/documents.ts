import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

export interface IncomingDocument {
  organisationId: string
  connectionId: string
  channel: 'push' | 'poll' | 'collect' | 'answer'
  /** The same key is the same document: the provider's message id with the content's hash. */
  dedupeKey: string
  /** The message without its body. */
  head: Record<string, unknown>
  mediaType: string | null
  body: Buffer
  now: Date
}

/** Stores a document raw, once. Safe against itself: the insert is the atomic claim. */
export async function storeDocument(
  tx: Tx,
  document: IncomingDocument,
): Promise<{ documentId: string; isNew: boolean }> {
  const row = await tx
    .insertInto('documents')
    .values({
      organisation_id: document.organisationId,
      id: newId(),
      connection_id: document.connectionId,
      direction: 'in',
      channel: document.channel,
      dedupe_key: document.dedupeKey,
      head: JSON.stringify(document.head),
      media_type: document.mediaType,
      body: document.body,
      sha256: createHash('sha256').update(document.body).digest(),
      received_at: document.now,
    })
    .onConflict((conflict) =>
      conflict.columns(['organisation_id', 'account_id', 'direction', 'dedupe_key', 'sequence']).doNothing(),
    )
    .returning('id')
    .executeTakeFirst()
  if (row) return { documentId: row.id, isNew: true }
  const known = await tx
    .selectFrom('documents')
    .select('id')
    .where('organisation_id', '=', document.organisationId)
    .where('account_id', '=', document.connectionId)
    .where('direction', '=', 'in')
    .where('dedupe_key', '=', document.dedupeKey)
    .executeTakeFirstOrThrow()
  return { documentId: known.id, isNew: false }
}

/** One document as it left or came in; null when the organisation has none of this id. */
export async function documentById(
  tx: Tx,
  organisationId: string,
  documentId: string,
): Promise<{ name: string; head: Record<string, unknown>; bytes: Buffer } | null> {
  const row = await tx
    .selectFrom('documents')
    .select(['head', 'body'])
    .where('organisation_id', '=', organisationId)
    .where('id', '=', documentId)
    .executeTakeFirst()
  return row === undefined ? null : { name: nameOf(row.head), head: row.head, bytes: row.body }
}

/** A file's name, a mail's id or a request's path, by which people know a document. */
export function nameOf(head: Record<string, unknown>): string {
  const { name, method, path, status, transport, messageId } = head
  if (typeof name === 'string') return name
  if (transport === 'email') return typeof messageId === 'string' ? `${messageId}.eml` : 'mail.eml'
  if (typeof path === 'string') return `${typeof method === 'string' ? `${method} ` : ''}${path}`
  return typeof status === 'number' ? `answer ${status}` : 'document'
}

/** A document without its bytes: a list of them costs no memory to speak of. */
export interface UnprocessedDocument {
  documentId: string
  receivedAt: Date
  /**
   * The number of its first notice: those of an earlier reading are below it, and no reading has so
   * many.
   */
  first: number
}

/** What each reading of a document numbers its notices and remittances from. */
export const NUMBERS_A_READING = 10_000_000

/** The oldest incoming documents of a connection that nobody has processed. */
export async function unprocessedDocuments(
  tx: Tx,
  connectionId: string,
  limit: number,
): Promise<UnprocessedDocument[]> {
  const rows = await tx
    .selectFrom('documents')
    .select(['id as documentId', 'received_at as receivedAt', 'reading'])
    .where('connection_id', '=', connectionId)
    .where('direction', '=', 'in')
    .where('processed_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ reading, ...row }) => ({ ...row, first: reading * NUMBERS_A_READING }))
}

export interface BegunDocument {
  head: Record<string, unknown>
  body: Buffer
  /** Tries of reading it that came to no end, this one included. */
  attempts: number
}

/**
 * Counts a try of reading a document and gives its bytes; null when it is processed already. The
 * caller commits before it reads.
 */
export async function beginReading(tx: Tx, organisationId: string, documentId: string): Promise<BegunDocument | null> {
  const row = await tx
    .updateTable('documents')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', documentId)
    .where('processed_at', 'is', null)
    .returning(['head', 'body', 'attempts'])
    .executeTakeFirst()
  return row ?? null
}

/** Its reading came to an end: if it must be read once more, that is no fault of the document. */
export async function forgetTries(
  tx: Tx,
  organisationId: string,
  documentId: string,
  adapterId: string,
): Promise<void> {
  const write = tx
    .updateTable('documents')
    .set({ attempts: 0 })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', documentId)
    // Which adapter's version the postings of this transaction keep.
    .returning(sql`set_config('app.adapter', ${adapterId}, true)`.as('noted_adapter'))
  await pipelined(tx, write)
}

/** Marks documents processed with what became of them. */
export async function markProcessed(
  tx: Tx,
  organisationId: string,
  done: { documentId: string; outcome: string }[],
  now: Date,
): Promise<void> {
  if (done.length === 0) return
  await pipelined(
    tx,
    sql`
    update documents set processed_at = ${now}, outcome = done.outcome
    from unnest(${done.map((each) => each.documentId)}::uuid[], ${done.map((each) => each.outcome)}::text[]) as done(id, outcome)
    where documents.organisation_id = ${organisationId} and documents.id = done.id`,
  )
}
