import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/**
 * What the operator did above all organisations (providers, keys of the deployment): the audit log
 * is each organisation's own.
 */
export async function logOperator(
  tx: Tx,
  entry: { actor: string; action: string; subject: string; detail: Record<string, unknown>; now: Date },
): Promise<void> {
  const { actor, action, subject, detail, now } = entry
  await tx
    .insertInto('operator_log')
    .values({ id: newId(), actor, action, subject, detail: JSON.stringify(detail), at: now })
    .execute()
}
