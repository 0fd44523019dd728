import { sql } from 'kysely'
import type { ItemRole, Kind } from '../../domain/worklist/itemContents.ts'
import { nextMoveOf } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import { type Closing, clearAttention } from './worklistItems.ts'

export interface AttentionItem {
  itemId: string
  kind: Kind
  role: ItemRole
  because: string
  /** Who does what now; of the kind. */
  nextMove: string
  /** Why it was turned down, in the provider's own words; null when there are none. */
  said: string | null
  claimId: string | null
  claimNumber: string | null
  connectionId: string | null
  providerId: string | null
  documentId: string | null
  remittanceId: string | null
  interchangeId: string | null
  visitId: string | null
  createdAt: string
  closedAt: string | null
  closedBy: string | null
  closedBecause: string | null
}

export interface AttentionQuery {
  organisationId: string
  state: 'open' | 'closed' | 'all'
  kind?: Kind | undefined
  role?: ItemRole | undefined
  claimId?: string | undefined
  providerId?: string | undefined
  /** Goes on behind this item. */
  after?: string | undefined
  limit: number
}

/** The worklist, oldest first. */
export async function attentionItems(tx: Tx, asked: AttentionQuery): Promise<AttentionItem[]> {
  let query = items(tx)
    .where('i.organisation_id', '=', asked.organisationId)
    .orderBy('i.created_at')
    .orderBy('i.id')
    .limit(asked.limit)
  if (asked.state === 'open') query = query.where('i.closed_at', 'is', null)
  if (asked.state === 'closed') query = query.where('i.closed_at', 'is not', null)
  if (asked.kind !== undefined) query = query.where('i.kind', '=', asked.kind)
  if (asked.role !== undefined) query = query.where('i.role', '=', asked.role)
  if (asked.claimId !== undefined) query = query.where('i.claim_id', '=', asked.claimId)
  if (asked.providerId !== undefined) query = query.where('n.provider_id', '=', asked.providerId)
  if (asked.after !== undefined) {
    query = query.where(
      sql<boolean>`(i.created_at, i.id) > (select created_at, id from attention_items
        where organisation_id = ${asked.organisationId} and id = ${asked.after})`,
    )
  }
  return (await query.execute()).map(itemOf)
}

/**
 * Takes an item off the worklist: `null` when there is no such item, `already_closed` when it is
 * off already. A claim whose last open item this was no longer asks for attention.
 */
export async function closeAttention(
  tx: Tx,
  closing: Closing & { itemId: string },
): Promise<AttentionItem | 'already_closed' | null> {
  const { organisationId, itemId } = closing
  const closed = await tx
    .updateTable('attention_items')
    .set({ closed_at: closing.now, closed_by: closing.by, closed_because: closing.because })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', itemId)
    .where('closed_at', 'is', null)
    .returning('claim_id')
    .executeTakeFirst()
  if (closed !== undefined && closed.claim_id !== null) await clearAttention(tx, organisationId, closed.claim_id)
  const row = await items(tx)
    .where('i.organisation_id', '=', organisationId)
    .where('i.id', '=', itemId)
    .executeTakeFirst()
  if (row === undefined) return null
  return closed === undefined ? 'already_closed' : itemOf(row)
}

function items(tx: Tx) {
  return tx
    .selectFrom('attention_items as i')
    .leftJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'i.organisation_id').onRef('c.id', '=', 'i.claim_id'),
    )
    .leftJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'i.organisation_id').onRef('n.id', '=', 'i.connection_id'),
    )
    .select([
      'i.id as itemId',
      'i.kind',
      'i.role',
      'i.because',
      'i.claim_id as claimId',
      'c.claim_number as claimNumber',
      'i.connection_id as connectionId',
      'n.provider_id as providerId',
      'i.document_id as documentId',
      'i.remittance_id as remittanceId',
      'i.interchange_id as interchangeId',
      'i.visit_id as visitId',
      'i.created_at as createdAt',
      'i.closed_at as closedAt',
      'i.closed_by as closedBy',
      'i.closed_because as closedBecause',
    ])
    .select(ownWords)
}

/**
 * The provider's own words about what it turned down, at the time of reading: no item's sentence
 * holds them, for they may name a patient.
 */
const ownWords = sql<string | null>`case when i.kind in ('claim-rejected', 'claim-denied', 'lines-denied') then (
    select string_agg(distinct words.text, '; ') from (
      select s ->> 'text' as text from claim_events e, jsonb_array_elements(e.said) s
      where e.organisation_id = i.organisation_id and e.claim_id = i.claim_id
        and e.type in ('rejected_front_end', 'delivery_refused', 'decided', 'status_by_hand')
      union all
      select a -> 'said' ->> 'text' from claim_lines l, jsonb_array_elements(l.adjustments) a
      where l.organisation_id = i.organisation_id and l.claim_id = i.claim_id and a ->> 'bucket' = 'denied') words
    where words.text <> '')
  end`.as('said')

function itemOf(
  row: Omit<AttentionItem, 'createdAt' | 'closedAt' | 'nextMove'> & { createdAt: Date; closedAt: Date | null },
): AttentionItem {
  return {
    ...row,
    nextMove: nextMoveOf(row.kind),
    createdAt: row.createdAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  }
}
