import { sql } from 'kysely'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** A worklist item about a remittance. `because` is a sentence without patient data. */
export interface RemittanceItem {
  kind: string
  dedupeKey: string
  because: string
  claimId?: string
}

/** One item per quarantined content of a connection. */
export function quarantineKey(of: { connectionId: string; contentSha256: Buffer }): string {
  return `remittance-quarantined:${of.connectionId}:${of.contentSha256.toString('hex')}`
}

/**
 * Puts items about one remittance on billing's worklist in one statement, one open item per cause,
 * and marks the claims that they are about.
 */
export async function raiseForRemittance(
  tx: Tx,
  about: { organisationId: string; connectionId: string; documentId: string | null; remittanceId: string; now: Date },
  items: RemittanceItem[],
): Promise<void> {
  if (items.length === 0) return
  const rows = items.map((item) => ({
    id: newId(),
    claim_id: item.claimId ?? null,
    kind: item.kind,
    dedupe_key: item.dedupeKey,
    because: item.because,
  }))
  await sql`
    insert into attention_items (organisation_id, id, claim_id, connection_id, document_id, remittance_id, kind, dedupe_key, because, created_at)
    select ${about.organisationId}::uuid, i.id, i.claim_id, ${about.connectionId}::uuid, ${about.documentId}::uuid, ${about.remittanceId}::uuid,
      i.kind, i.dedupe_key, i.because, ${about.now}::timestamptz
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(id uuid, claim_id uuid, kind text, dedupe_key text, because text)
    on conflict (organisation_id, dedupe_key) where closed_at is null do nothing`.execute(tx)
  const claimIds = items.flatMap((item) => (item.claimId === undefined ? [] : [item.claimId]))
  if (claimIds.length === 0) return
  await sql`
    update claims set attention = true
    where organisation_id = ${about.organisationId} and id = any(${claimIds}::uuid[]) and not attention`.execute(tx)
}
