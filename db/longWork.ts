import { sql } from 'kysely'
import type { Tx } from './connect.ts'

/**
 * Lifts the role's time limits for the rest of this transaction. For work whose size a document
 * decides, and which nobody waits for: a limit would only make it begin again.
 */
export async function liftTimeLimits(tx: Tx): Promise<void> {
  await sql`select set_config('statement_timeout', '0', true), set_config('lock_timeout', '0', true),
    set_config('idle_in_transaction_session_timeout', '0', true)`.execute(tx)
}
