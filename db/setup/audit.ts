import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** What somebody did that must be explainable later: who, what, to what, why. Ids and amounts, no patient data. */
export async function audit(
  tx: Tx,
  entry: {
    organisationId: string
    actor: string
    action: string
    subject: string
    detail: Record<string, unknown>
    now: Date
  },
): Promise<void> {
  await pipelined(
    tx,
    tx.insertInto('audit_log').values({
      organisation_id: entry.organisationId,
      id: newId(),
      actor: entry.actor,
      action: entry.action,
      subject: entry.subject,
      detail: JSON.stringify(entry.detail),
      at: entry.now,
    }),
  )
}
