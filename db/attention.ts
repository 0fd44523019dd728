import { newId } from '../platform/ids.ts'
import type { Tx } from './connect.ts'

/** One thing that needs a person. `because` is a sentence without patient data. */
export interface Attention {
  organisationId: string
  kind: string
  role: 'billing' | 'owner'
  /** One open item per cause: the same key again while the item is open changes nothing. */
  dedupeKey: string
  because: string
  claimId?: string
  connectionId?: string
  documentId?: string
  remittanceId?: string
  interchangeId?: string
  now: Date
}

/** Puts an item on the worklist unless the same cause is on it already. */
export async function raiseAttention(tx: Tx, item: Attention): Promise<void> {
  await tx
    .insertInto('attention_items')
    .values({
      organisation_id: item.organisationId,
      id: newId(),
      claim_id: item.claimId ?? null,
      connection_id: item.connectionId ?? null,
      document_id: item.documentId ?? null,
      remittance_id: item.remittanceId ?? null,
      interchange_id: item.interchangeId ?? null,
      kind: item.kind,
      role: item.role,
      dedupe_key: item.dedupeKey,
      because: item.because,
      created_at: item.now,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'dedupe_key']).where('closed_at', 'is', null).doNothing())
    .execute()
}
