import { sql } from 'kysely'
import type { Cause, Item, Kind } from '../../domain/worklist/itemContents.ts'
import { causeKey, ITEM_KINDS, sentenceOf } from '../../domain/worklist/itemKinds.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** The rows that an item names, beside the ids of its cause. */
interface Named {
  claimId?: string
  connectionId?: string
  documentId?: string | null
  remittanceId?: string
  interchangeId?: string
  visitId?: string
}

/** Where and when items are raised. */
export interface Raising extends Named {
  organisationId: string
  now: Date
}

/**
 * Puts an item on the worklist unless its cause is there already; a claim that it names asks for
 * attention until it is closed.
 */
export async function raiseItem(tx: Tx, raising: Raising, item: Item): Promise<void> {
  await raiseItems(tx, raising, [item])
}

/** Many items in two statements. */
export async function raiseItems(tx: Tx, raising: Raising, items: Item[]): Promise<void> {
  const claimIds = await insertItems(tx, raising, items)
  if (claimIds.length === 0) return
  await sql`
    update claims set attention = true
    where organisation_id = ${raising.organisationId} and id = any(${claimIds}::uuid[]) and not attention`.execute(tx)
}

/**
 * As `raiseItems`, for who writes `claims.attention` itself. Answers the claims that the items
 * name.
 */
export async function insertItems(tx: Tx, raising: Raising, items: Item[]): Promise<string[]> {
  const raised = items.map((item) => ({ item, named: raising }))
  return insertRaised(tx, raising, raised)
}

/** An item, and the rows that it names beside the ids of its cause. */
export interface Raised {
  item: Item
  named: Named
}

/** As `insertItems`, for items that name rows of their own. */
export async function insertRaised(
  tx: Tx,
  { organisationId, now }: { organisationId: string; now: Date },
  raised: Raised[],
): Promise<string[]> {
  if (raised.length === 0) return []
  // In one order, so that two who raise the same causes at once never wait for one another.
  const rows = raised
    .map(({ item, named }) => rowOf(named, item))
    .toSorted((a, b) => (a.dedupe_key < b.dedupe_key ? -1 : 1))
  await sql`
    insert into attention_items (organisation_id, id, claim_id, connection_id, document_id, remittance_id, interchange_id, visit_id,
      kind, role, dedupe_key, because, created_at)
    select ${organisationId}::uuid, i.id, i.claim_id, i.connection_id, i.document_id, i.remittance_id, i.interchange_id, i.visit_id,
      i.kind, i.role, i.dedupe_key, i.because, ${now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(id uuid, claim_id uuid, connection_id uuid, document_id uuid,
      remittance_id uuid, interchange_id uuid, visit_id uuid, kind text, role text, dedupe_key text, because text)
    on conflict (organisation_id, dedupe_key) where closed_at is null do nothing`.execute(tx)
  return rows.flatMap(({ claim_id }) => claim_id ?? [])
}

function rowOf<K extends Kind>(beside: Named, item: Item<K>) {
  const named: Named = { ...beside, ...item.ids }
  return {
    id: newId(),
    claim_id: named.claimId ?? null,
    connection_id: named.connectionId ?? null,
    document_id: named.documentId ?? null,
    remittance_id: named.remittanceId ?? null,
    interchange_id: named.interchangeId ?? null,
    visit_id: named.visitId ?? null,
    kind: item.kind,
    role: ITEM_KINDS[item.kind].role,
    dedupe_key: causeKey(item),
    because: sentenceOf(item),
  }
}

export interface Closing {
  organisationId: string
  by: string
  because: string
  now: Date
}

/**
 * Takes the open item of a cause off the worklist, when the cause is gone; its claim then asks for
 * attention only if something else does.
 */
export async function closeItem(tx: Tx, closing: Closing, cause: Cause): Promise<void> {
  const { organisationId, by, because, now } = closing
  const closed = await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: by, closed_because: because })
    .where('organisation_id', '=', organisationId)
    .where('dedupe_key', '=', causeKey(cause))
    .where('closed_at', 'is', null)
    .returning('claim_id')
    .execute()
  for (const { claim_id } of closed) if (claim_id !== null) await clearAttention(tx, organisationId, claim_id)
}

/** Takes the open items of some kinds off that a remittance raised: it is out of the ledger. */
export async function closeItemsOfRemittance(
  tx: Tx,
  { organisationId, by, because, now }: Closing,
  remittanceId: string,
  kinds: Kind[],
): Promise<void> {
  const closed = await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: by, closed_because: because })
    .where('organisation_id', '=', organisationId)
    .where('remittance_id', '=', remittanceId)
    .where('kind', 'in', kinds)
    .where('closed_at', 'is', null)
    .returning('claim_id')
    .execute()
  for (const { claim_id } of closed) if (claim_id !== null) await clearAttention(tx, organisationId, claim_id)
}

/** A claim without an open item asks for no attention. */
export async function clearAttention(tx: Tx, organisationId: string, claimId: string): Promise<void> {
  await tx
    .updateTable('claims')
    .set({ attention: false })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where(
      sql<boolean>`not exists (select from attention_items i where i.organisation_id = claims.organisation_id
        and i.claim_id = claims.id and i.closed_at is null)`,
    )
    .execute()
}
