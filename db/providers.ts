import type { Tx } from './connect.ts'

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

/** The adapters of all providers of the deployment. */
export async function adapterIds(tx: Tx): Promise<string[]> {
  const rows = await tx.selectFrom('providers').select('adapter_id').distinct().execute()
  return rows.map((row) => row.adapter_id)
}
