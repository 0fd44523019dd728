import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { LookProof } from '../../domain/delivery/deliveryProof.ts'
import type { MessageFate } from '../../domain/delivery/messageFate.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import type { Lease } from './leases.ts'

/** Ids of the submissions that a message carries. */
export interface Carried {
  /** Their claim itself is in it. */
  claims: string[]
  /** Only papers of theirs are. */
  papers: string[]
}

/** One message of an interchange as it is stored: exact bytes, and how far it has come. */
export interface StoredMessage extends Carried {
  documentId: string
  head: Record<string, unknown>
  body: Buffer
  fate: MessageFate
  /** The step that makes its bytes visible, when it was about to be done. */
  mark: string | null
  /** What the last look at it showed. */
  proof: LookProof | null
}

/** The messages of an interchange in sending order; empty when it was never assembled. */
export async function storedMessages(tx: Tx, organisationId: string, interchangeId: string): Promise<StoredMessage[]> {
  return tx
    .selectFrom('interchange_messages as m')
    .innerJoin('documents as d', (join) =>
      join.onRef('d.organisation_id', '=', 'm.organisation_id').onRef('d.id', '=', 'm.document_id'),
    )
    .select(['d.id as documentId', 'd.head', 'd.body'])
    .select(['m.fate', 'm.mark', 'm.delivery_proof as proof', 'm.claims', 'm.papers'])
    .where('m.organisation_id', '=', organisationId)
    .where('m.interchange_id', '=', interchangeId)
    .orderBy('m.sequence')
    .execute()
}

/** True when a message of the interchange certainly never left. */
export async function hasPrepared(tx: Tx, organisationId: string, interchangeId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('interchange_messages')
    .select('document_id')
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .where('fate', '=', 'prepared')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Stores the exact bytes before the first of them leaves; every later try sends these. `carried`:
 * what a message of claims carries; null for an inquiry, which is asked anew whatever became of it.
 */
export async function storeMessages(
  tx: Tx,
  of: { organisationId: string; connectionId: string; interchangeId: string; now: Date },
  messages: { head: Record<string, unknown>; body: Uint8Array | null; mediaType: string; carried: Carried | null }[],
): Promise<StoredMessage[]> {
  const documents = messages.map((message, sequence) => {
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
  await pipelined(tx, tx.insertInto('documents').values(documents))
  const rows = documents.flatMap(({ organisation_id, id, sequence, sha256 }, index) => {
    const carried = messages[index]?.carried
    if (!carried) return []
    const { interchangeId: interchange_id, now: prepared_at } = of
    return [{ organisation_id, document_id: id, interchange_id, sequence, sha256, ...carried, prepared_at }]
  })
  if (rows.length > 0) await pipelined(tx, tx.insertInto('interchange_messages').values(rows))
  return documents.map((document, index) => ({
    documentId: document.id,
    head: messages[index]?.head ?? {},
    body: document.body,
    fate: 'prepared',
    mark: null,
    proof: null,
    ...(messages[index]?.carried ?? { claims: [], papers: [] }),
  }))
}

/** One message of a sending that holds the lease. */
export interface HeldMessage {
  organisationId: string
  lease: Lease
  documentId: string
  /** Business time. */
  now: Date
}

/**
 * Persists that the next step may make the message's bytes visible to the provider. Throws when the
 * lease is lost: then that step must not happen.
 */
export async function markMessage(tx: Tx, message: HeldMessage, mark: string): Promise<void> {
  await whileHeld(
    tx,
    message,
    sql`fate = 'marked', mark = ${mark}, delivery_proof = null, marked_at = ${message.now}::timestamptz`,
  )
}

/** The same for the first message of a sending that takes the lease in this transaction. */
export async function markFirst(
  tx: Tx,
  { organisationId, documentId, now }: Omit<HeldMessage, 'lease'>,
): Promise<void> {
  const marked = { fate: 'marked' as const, mark: 'SENDING', delivery_proof: null, marked_at: now }
  const rows = tx.updateTable('interchange_messages').set(marked)
  await pipelined(tx, rows.where('organisation_id', '=', organisationId).where('document_id', '=', documentId))
}

/** Persists that the provider's server took the message. Throws when the lease is lost. */
export async function messageLeft(tx: Tx, message: HeldMessage): Promise<void> {
  await whileHeld(
    tx,
    message,
    sql`fate = case fate when 'proved' then fate else 'left' end, left_at = ${message.now}::timestamptz`,
  )
}

/**
 * The interchange's row is locked before the message is written: whoever ends the lease waits for
 * this transaction, and sees what it wrote.
 */
async function whileHeld(tx: Tx, message: HeldMessage, change: RawBuilder<unknown>): Promise<void> {
  const { organisationId, lease, documentId } = message
  const { rows } = await sql<{ id: string }>`
    with held as (
      select id from interchanges where organisation_id = ${organisationId} and id = ${lease.interchangeId}
        and attempt = ${lease.attempt} and state = 'SENDING' and lease_until > now() for update)
    update interchange_messages m set ${change} from held
    where m.organisation_id = ${organisationId} and m.interchange_id = held.id and m.document_id = ${documentId}
    returning m.document_id as id`.execute(tx)
  if (rows.length === 0)
    throw new Error(
      `interchange ${lease.interchangeId}: the lease of attempt ${lease.attempt} is lost; nothing more is sent`,
    )
}

/** What became of a message; `proof`: what a look at one in doubt showed. */
export interface MessageOutcome {
  documentId: string
  fate: MessageFate
  proof?: LookProof
}

/**
 * Writes what became of messages. The caller has moved their interchange in this transaction, so
 * that nobody else may. What the provider's own side has proved stays, and what came back
 * meanwhile.
 */
export async function noteFates(tx: Tx, organisationId: string, outcomes: MessageOutcome[], now: Date): Promise<void> {
  if (outcomes.length === 0) return
  const ids = outcomes.map(({ documentId }) => documentId)
  const fates = outcomes.map(({ fate }) => fate)
  const proofs = outcomes.map(({ proof }) => proof ?? null)
  await pipelined(
    tx,
    sql`
    update interchange_messages m set fate = became.fate, delivery_proof = became.proof,
      mark = case when became.fate = 'prepared' then null else m.mark end,
      left_at = case when became.fate = 'left' then coalesce(m.left_at, ${now}::timestamptz) else m.left_at end,
      proved_at = case when became.fate = 'proved' then ${now}::timestamptz else m.proved_at end
    from unnest(${ids}::uuid[], ${fates}::text[], ${proofs}::text[]) as became(id, fate, proof)
    where m.organisation_id = ${organisationId} and m.document_id = became.id and m.fate <> 'proved'
      and not (m.fate = 'refused' and became.fate = 'left')`,
  )
}

/**
 * Somebody knows of the whole interchange what became of the messages in doubt: there, or not.
 */
export async function settleDoubtful(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  became: { fate: 'proved' | 'prepared'; now: Date },
): Promise<void> {
  const change =
    became.fate === 'proved'
      ? sql`fate = 'proved', proved_at = ${became.now}::timestamptz`
      : sql`fate = 'prepared', mark = null`
  await pipelined(
    tx,
    sql`
    update interchange_messages set ${change}, delivery_proof = null
    where organisation_id = ${organisationId} and interchange_id = ${interchangeId} and fate in ('marked','refused')`,
  )
}

/**
 * One message of a sending came back undelivered: `place` in sending order, from 1. What the
 * provider's own side has proved stays.
 */
export async function messageReturned(
  tx: Tx,
  organisationId: string,
  interchangeId: string,
  place: number,
): Promise<void> {
  const rows = tx.updateTable('interchange_messages').set({ fate: 'refused' })
  const own = rows.where('organisation_id', '=', organisationId).where('interchange_id', '=', interchangeId)
  await pipelined(tx, own.where('sequence', '=', place - 1).where('fate', '<>', 'proved'))
}

/** The provider speaks of claims: each message that they were sent in, and that left, is there. */
export async function proveMessages(
  tx: Tx,
  { organisationId, claimIds, now }: { organisationId: string; claimIds: string[]; now: Date },
): Promise<void> {
  if (claimIds.length === 0) return
  // In the order of their ids: two who prove the same ones never wait for one another.
  await pipelined(
    tx,
    sql`
    with told as (
      select m.document_id from interchange_messages m
      where m.organisation_id = ${organisationId} and m.fate = 'left' and exists (select from submissions s
        where s.organisation_id = m.organisation_id and s.interchange_id = m.interchange_id and s.claim_id = any(${claimIds}::uuid[])
          and s.purpose not in ('void','supplement') and s.id = any(m.claims))
      order by m.document_id for no key update)
    update interchange_messages m set fate = 'proved', proved_at = ${now}::timestamptz from told
    where m.organisation_id = ${organisationId} and m.document_id = told.document_id and m.fate = 'left'`,
  )
}
