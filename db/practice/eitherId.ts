import { type RawBuilder, sql } from 'kysely'

/** Rows whose id is ours or the practice app's: callers may use either. */
export function hasEitherId(idOrExternalId: string): RawBuilder<boolean> {
  return sql<boolean>`(id::text = ${idOrExternalId} or external_id = ${idOrExternalId})`
}

/** To order by, descending: somebody's external id may look like our id, and then ours is meant. */
export function isOurId(idOrExternalId: string): RawBuilder<boolean> {
  return sql<boolean>`(id::text = ${idOrExternalId})`
}
