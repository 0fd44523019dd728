import type { Tx } from '../connect.ts'

interface Row {
  organisationId: string
  connectionId: string
}

/** The connections of the organisation that have sealed secrets. */
export async function sealedConnections(tx: Tx, organisationId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('connections')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('secrets', 'is not', null)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/**
 * A connection's sealed secrets; nobody changes them until the transaction ends. Null when there
 * are none.
 */
export async function lockSecrets(tx: Tx, { organisationId, connectionId }: Row): Promise<Buffer | null> {
  const row = await tx
    .selectFrom('connections')
    .select('secrets')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row?.secrets ?? null
}

/** Puts other sealed secrets in the place of those that `lockSecrets` locked. */
export async function storeSecrets(tx: Tx, { organisationId, connectionId }: Row, secrets: Buffer): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ secrets })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .execute()
}
