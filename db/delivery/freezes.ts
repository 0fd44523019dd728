import { type RawBuilder, sql } from 'kysely'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** What is frozen: the whole deployment, one connection, or all connections of an adapter. */
export type FreezeScope =
  | { scope: 'all' }
  | { scope: 'connection'; connectionId: string }
  | { scope: 'adapter'; adapterId: string }

/** Nothing is sent while it stands; collecting goes on. */
export interface Freeze {
  scope: FreezeScope['scope']
  /** `restored`: the database was restored from a backup; reconcile --after-restore lifts it. */
  cause: 'operator' | 'restored'
  reason: string
  by: string
  /** Business time, ISO 8601 UTC; null: of a restore that nobody has noted yet. */
  since: string | null
}

export interface ActiveFreeze extends Freeze {
  freezeId: string
  connectionId: string | null
  adapterId: string | null
}

/** Why nothing is sent after a restore, for people. */
export const RESTORED = 'the database was restored from a backup: claimhub reconcile --after-restore'

/**
 * The freeze that holds a connection, as JSON or null; for a query with connections as `n` and
 * providers as `p`. A restore holds it from the first statement on, noted or not.
 */
export const freezeOfConnection: RawBuilder<Freeze | null> = sql<Freeze | null>`coalesce(
  (select jsonb_build_object('scope', f.scope, 'cause', f.cause, 'reason', f.reason, 'by', f.frozen_by, 'since',
      to_char(f.frozen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
    from send_freezes f where f.lifted_at is null and (f.scope = 'all' or f.connection_id = n.id or f.adapter_id = p.adapter_id)
    order by f.cause = 'restored' desc, f.frozen_at limit 1),
  case when is_restored() then jsonb_build_object('scope', 'all', 'cause', 'restored', 'reason', ${RESTORED}::text, 'by', 'hub', 'since', null) end)`

/** Every freeze that stands, the oldest first. */
export async function activeFreezes(tx: Tx): Promise<ActiveFreeze[]> {
  const rows = await tx
    .selectFrom('send_freezes')
    .selectAll()
    .where('lifted_at', 'is', null)
    .orderBy('frozen_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    freezeId: row.id,
    scope: row.scope,
    connectionId: row.connection_id,
    adapterId: row.adapter_id,
    cause: row.cause,
    reason: row.reason,
    by: row.frozen_by,
    since: row.frozen_at.toISOString(),
  }))
}

/** Freezes; false when the same is frozen already, which stays as it is. */
export async function insertFreeze(
  tx: Tx,
  { cause, reason, by, now, ...what }: FreezeScope & Pick<Freeze, 'cause' | 'reason' | 'by'> & { now: Date },
): Promise<string | null> {
  const id = newId()
  const { rows } = await sql`
    insert into send_freezes (id, scope, connection_id, adapter_id, cause, reason, frozen_by, frozen_at)
    values (${id}, ${what.scope}, ${what.scope === 'connection' ? what.connectionId : null}::uuid,
      ${what.scope === 'adapter' ? what.adapterId : null}, ${cause}, ${reason}, ${by}, ${now})
    on conflict do nothing returning id`.execute(tx)
  return rows.length > 0 ? id : null
}

/** Lifts the freezes of this scope and cause; answers their ids. */
export async function liftFreezes(
  tx: Tx,
  { cause, by, now, ...what }: FreezeScope & Pick<Freeze, 'cause' | 'by'> & { now: Date },
): Promise<string[]> {
  const rows = await tx
    .updateTable('send_freezes')
    .set({ lifted_by: by, lifted_at: now })
    .where('lifted_at', 'is', null)
    .where('cause', '=', cause)
    .where('scope', '=', what.scope)
    .$if(what.scope === 'connection', (query) =>
      query.where('connection_id', '=', what.scope === 'connection' ? what.connectionId : ''),
    )
    .$if(what.scope === 'adapter', (query) =>
      query.where('adapter_id', '=', what.scope === 'adapter' ? what.adapterId : ''),
    )
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}
