import {
  type Compilable,
  CompiledQuery,
  type DeleteResult,
  type InsertResult,
  type RawBuilder,
  type UpdateResult,
} from 'kysely'
import type { Tx } from './connect.ts'
import { PIPELINED } from './pooled.ts'

/**
 * Carries out a write without waiting for it: it travels with the statement that follows, and saves
 * a round trip where many claims pass. It answers nothing. Its error is thrown by the next
 * statement of the transaction that is waited for, at the latest by the commit; the transaction is
 * whole or not at all, as ever. Who wants to catch a constraint's error, or to know how many rows
 * there were, awaits `execute()` instead.
 */
export async function pipelined(
  tx: Tx,
  write: Compilable<InsertResult | UpdateResult | DeleteResult> | RawBuilder<unknown>,
): Promise<void> {
  const { sql, parameters } = write.compile(tx)
  await tx.executeQuery(CompiledQuery.raw(PIPELINED + sql, [...parameters]))
}
