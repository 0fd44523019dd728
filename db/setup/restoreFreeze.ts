import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { liftFreezes } from '../delivery/freezes.ts'
import { logOperator } from './operatorLog.ts'

/** The freeze that a restore has brought about. */
export interface RestoreFreeze {
  freezeId: string
  /** Since when (business time) it is known that the database was restored. */
  since: Date
  /** When the database was last known to be alive before the backup; real time. */
  aliveAt: Date
  workflowsDropped: boolean
}

/** Null: no restore freezes sending. */
export async function restoreFreeze(tx: Tx): Promise<RestoreFreeze | null> {
  const row = await tx
    .selectFrom('send_freezes as f')
    .innerJoin('database_identity as i', (join) => join.onTrue())
    .select(['f.id', 'f.frozen_at', 'f.workflows_dropped_at', 'i.alive_at'])
    .where('f.cause', '=', 'restored')
    .where('f.lifted_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return null
  const workflowsDropped = row.workflows_dropped_at !== null
  return { freezeId: row.id, since: row.frozen_at, aliveAt: row.alive_at, workflowsDropped }
}

/** Remembers that no workflow of before the restore runs any more. */
export async function workflowsDropped(tx: Tx, freezeId: string): Promise<void> {
  await tx
    .updateTable('send_freezes')
    .set({ workflows_dropped_at: sql<Date>`now()` })
    .where('id', '=', freezeId)
    .execute()
}

/** From now on the database is the one that it is: what a restore froze is sent again. */
export async function liftRestore(
  tx: Tx,
  { by, now, detail }: { by: string; now: Date; detail: Record<string, unknown> },
): Promise<void> {
  await sql`
    update database_identity set alive_at = now(), system_identifier = n.system_identifier, timeline = n.timeline, database_oid = n.database_oid
    from database_identity_now() n`.execute(tx)
  await liftFreezes(tx, { scope: 'all', cause: 'restored', by, now })
  await logOperator(tx, { actor: by, action: 'restore.reconciled', subject: 'all sending', detail, now })
}
