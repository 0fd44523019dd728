import type { Tx } from '../connect.ts'

export interface Provider {
  providerId: string
  adapterId: string
  name: string
  phone: string | null
  contact: string | null
  portalUrl: string | null
  /** The organisation's own. */
  connections: { connectionId: string; mode: 'test' | 'production'; enabled: boolean }[]
}

/** Every provider of the deployment, by id, with the organisation's connections; or only one. */
export async function providersOf(tx: Tx, organisationId: string, only: string | null): Promise<Provider[]> {
  let query = tx.selectFrom('providers').selectAll().orderBy('id')
  if (only !== null) query = query.where('id', '=', only)
  const providers = await query.execute()
  const connections = await tx
    .selectFrom('connections')
    .select(['id', 'provider_id', 'mode', 'enabled'])
    .where('organisation_id', '=', organisationId)
    .orderBy('mode')
    .execute()
  return providers.map((row) => ({
    providerId: row.id,
    adapterId: row.adapter_id,
    name: row.name,
    phone: row.phone,
    contact: row.contact,
    portalUrl: row.portal_url,
    connections: connections
      .filter((connection) => connection.provider_id === row.id)
      .map(({ id, mode, enabled }) => ({ connectionId: id, mode, enabled })),
  }))
}

/** A provider as the operator creates it. */
export type NewProvider = Omit<Provider, 'connections'>

/**
 * Makes a provider, or brings one that is there to what is wanted: its people and names, never its
 * adapter, in whose format claims have left already. Only the operator may write here.
 */
export async function registerProvider(
  tx: Tx,
  wanted: NewProvider,
): Promise<'registered' | 'changed' | 'unchanged' | 'other-adapter'> {
  const people = { name: wanted.name, phone: wanted.phone, contact: wanted.contact, portal_url: wanted.portalUrl }
  const made = await tx
    .insertInto('providers')
    .values({ id: wanted.providerId, adapter_id: wanted.adapterId, ...people })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made !== undefined) return 'registered'
  const before = await tx
    .selectFrom('providers')
    .selectAll()
    .where('id', '=', wanted.providerId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (before.adapter_id !== wanted.adapterId) return 'other-adapter'
  const { name, phone, contact, portal_url } = before
  if (JSON.stringify({ name, phone, contact, portal_url }) === JSON.stringify(people)) return 'unchanged'
  await tx.updateTable('providers').set(people).where('id', '=', wanted.providerId).execute()
  return 'changed'
}

/** The adapters of all providers of the deployment. */
export async function adapterIds(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('providers').select('adapter_id').distinct().execute()
  return rows.map((row) => row.adapter_id)
}
