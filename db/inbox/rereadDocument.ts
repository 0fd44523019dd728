import { sql } from 'kysely'
import { kindsClosedBy } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import type { Reread } from '../money/remittanceRelease.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import type { NewNotice } from './notices.ts'

/**
 * Puts a document that could not be read, or not wholly, back before its inbox: after its adapter
 * was mended it may be. What an earlier reading took in stays; the new one has numbers of its own.
 * Refuses by `document-not-found` and `document-was-read`.
 */
export async function askToRereadDocument(
  tx: Tx,
  act: {
    organisationId: string
    documentId: string
    actor: string
    /** No patient data. */
    reason: string
    now: Date
  },
): Promise<Reread | Refused> {
  const { organisationId, documentId, reason } = act
  const { rows } = await sql<{ connectionId: string; providerId: string; outcome: string | null; processed: boolean }>`
    select d.connection_id as "connectionId", n.provider_id as "providerId", d.outcome, d.processed_at is not null as processed
    from documents d join connections n on n.organisation_id = d.organisation_id and n.id = d.connection_id
    where d.organisation_id = ${organisationId} and d.id = ${documentId} and d.direction = 'in' for update of d`.execute(
    tx,
  )
  const [row] = rows
  if (row === undefined) return refused('document-not-found', 'there is no such document of a provider')
  const { connectionId, providerId, outcome, processed } = row
  if (!processed) return refused('document-was-read', 'the document is before its inbox already')
  if (outcome !== 'broken' && !outcome?.split(', ').includes('unreadable'))
    return refused('document-was-read', 'all of the document could be read')
  await tx
    .updateTable('documents')
    .set((eb) => ({ processed_at: null, attempts: 0, reading: eb('reading', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', documentId)
    .execute()
  await audit(tx, { ...act, action: 'document.reread', subject: `document ${documentId}`, detail: { outcome, reason } })
  return { kind: 'reread', organisationId, connectionId, providerId }
}

/** A document that the worklist says cannot be read. */
export interface UnreadDocument {
  organisationId: string
  documentId: string
  connectionId: string
  providerId: string
  adapterId: string
}

/**
 * The documents that wait on the worklist because they could not be read, oldest first. One whose
 * item a person has closed is left out: they have read it themselves.
 */
export async function unreadDocuments(tx: Tx, organisationId: string): Promise<UnreadDocument[]> {
  return tx
    .selectFrom('attention_items as a')
    .innerJoin('documents as d', (join) =>
      join.onRef('d.organisation_id', '=', 'a.organisation_id').onRef('d.id', '=', 'a.document_id'),
    )
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'd.organisation_id').onRef('n.id', '=', 'd.connection_id'),
    )
    .innerJoin('providers as p', 'p.id', 'n.provider_id')
    .select(['d.organisation_id as organisationId', 'd.id as documentId', 'd.connection_id as connectionId'])
    .select(['n.provider_id as providerId', 'p.adapter_id as adapterId'])
    .where('a.organisation_id', '=', organisationId)
    .where('a.kind', '=', 'unreadable-document')
    .where('a.closed_at', 'is', null)
    .where('d.processed_at', 'is not', null)
    .orderBy('d.id')
    .execute()
}

/**
 * Takes what earlier readings of a document put on the worklist off it: this reading says what is
 * still so.
 */
export async function closeReadingItems(
  tx: Tx,
  { organisationId, documentId, now }: { organisationId: string; documentId: string; now: Date },
): Promise<void> {
  await tx
    .updateTable('attention_items')
    .set({ closed_at: now, closed_by: 'hub', closed_because: 'the document was read again' })
    .where('organisation_id', '=', organisationId)
    .where('document_id', '=', documentId)
    .where('kind', 'in', kindsClosedBy('read-again'))
    .where('closed_at', 'is', null)
    .execute()
}

/**
 * The notices without those that an earlier reading of the same document has stored already, under
 * whatever number.
 */
export async function withoutKnownNotices(
  tx: Tx,
  { organisationId, documentId }: { organisationId: string; documentId: string },
  first: number,
  notices: NewNotice[],
): Promise<NewNotice[]> {
  const asked = notices.map(({ claimId, event }, index) => ({ index, claim_id: claimId, event }))
  const { rows } = await sql<{ index: number }>`
    select asked.index from json_to_recordset(${JSON.stringify(asked)}::json) as asked(index integer, claim_id uuid, event jsonb)
    where exists (select from notices n where n.organisation_id = ${organisationId} and n.document_id = ${documentId}
      and n.claim_id = asked.claim_id and n.event = asked.event and n.sequence < ${first})`.execute(tx)
  const known = new Set(rows.map(({ index }) => index))
  return notices.filter((_notice, index) => !known.has(index))
}
