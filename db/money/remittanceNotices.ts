import { sql } from 'kysely'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** News for a claim that the ledger makes. `sequence` is its place in the document; without a document, its order among its kind. */
export interface LedgerNotice {
  sequence: number
  claimId: string
  submissionId: string | null
  event: ClaimEvent
}

/** Who keyed it, when it was a person; a document speaks for itself. */
export interface KeyedBy {
  actor: string
  act: Record<string, unknown>
}

const CHUNK = 2_000

/** Stores the news for the claims' workflows to record, each once per document. Answers the ids, in order; of repeats too, though nothing has them. */
export async function insertLedgerNotices(
  tx: Tx,
  from: { organisationId: string; connectionId: string; documentId: string | null; remittanceId: string | null },
  notices: LedgerNotice[],
  keyed: KeyedBy | null = null,
): Promise<string[]> {
  const rows = notices.map((notice) => ({
    id: newId(),
    sequence: notice.sequence,
    claim_id: notice.claimId,
    submission_id: notice.submissionId,
    event: notice.event,
  }))
  for (let start = 0; start < rows.length; start += CHUNK) {
    await pipelined(
      tx,
      sql`
      insert into notices (organisation_id, id, document_id, sequence, connection_id, claim_id, submission_id, remittance_id, source, event, actor, act)
      select ${from.organisationId}::uuid, n.id, ${from.documentId}::uuid, n.sequence, ${from.connectionId}::uuid, n.claim_id, n.submission_id,
        ${from.remittanceId}::uuid, ${keyed === null ? 'ledger' : 'person'}::text, n.event, ${keyed?.actor ?? null}::text,
        ${keyed === null ? null : JSON.stringify(keyed.act)}::jsonb
      from json_to_recordset(${JSON.stringify(rows.slice(start, start + CHUNK))}::json)
        as n(id uuid, sequence integer, claim_id uuid, submission_id uuid, event jsonb)
      on conflict do nothing`,
    )
  }
  return rows.map((row) => row.id)
}

/**
 * When a payment happened: some time on the day that it names, but never later than now. The end of the day, so that it doesn't look older than a
 * decision of the same day.
 */
export function paidAt(paidOn: string, now: Date): string {
  const end = `${paidOn}T23:59:59.999Z`
  return end < now.toISOString() ? end : now.toISOString()
}
