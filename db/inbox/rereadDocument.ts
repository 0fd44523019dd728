import { sql } from 'kysely'
import { kindsClosedBy } from '../../domain/worklist/itemKinds.ts'
import type { Tx } from '../connect.ts'
import type { Reread } from '../money/remittanceRelease.ts'
import { type Refused, refused } from '../refused.ts'
import { audit } from '../setup/audit.ts'
import type { NewNotice } from './notices.ts'

/**
 * Puts a document that could not be read, or not wholly, back before its inbox: after its adapter was mended it may be. What an earlier reading took in
 * stays; the new one has numbers of its own. Refuses by `document-not-found` and `document-was-read`.
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

/** Takes what earlier readings of a document put on the worklist off it: this reading says what is still so. */
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

/** Without those that the claim has heard from an earlier reading of the same document, whatever their number was. */
export async function notHeardBefore(
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
  const heard = new Set(rows.map(({ index }) => index))
  return notices.filter((_notice, index) => !heard.has(index))
}
