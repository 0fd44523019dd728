import type { Kysely } from 'kysely'
import type { Databases } from '../connect.ts'
import { claimsUnderWay } from '../delivery/underWay.ts'
import type { Database } from '../schema/database.ts'
import type { Role } from '../schema/setupTables.ts'

/** The few reads that see every organisation, as role `claimhub_across`. Each says why it must. */

/** An API key says which organisation asks: before it is known, nobody's. */
export async function findApiKey(
  across: Kysely<Database>,
  keyHash: Buffer,
): Promise<{ organisationId: string; keyId: string; name: string; role: Role } | null> {
  const row = await across
    .selectFrom('api_keys')
    .select(['organisation_id', 'id', 'name', 'role'])
    .where('key_hash', '=', keyHash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row ? { organisationId: row.organisation_id, keyId: row.id, name: row.name, role: row.role } : null
}

/** The operator revokes a key by its id alone: whose it is must be known first. */
export async function organisationOfKey(across: Kysely<Database>, keyId: string): Promise<string | null> {
  const row = await across.selectFrom('api_keys').select('organisation_id').where('id', '=', keyId).executeTakeFirst()
  return row?.organisation_id ?? null
}

/** A worker serves the queues of every provider. */
export async function providerIds(across: Kysely<Database>): Promise<string[]> {
  const rows = await across.selectFrom('providers').select('id').orderBy('id').execute()
  return rows.map((row) => row.id)
}

/**
 * What adapters the deployment's providers have: their declarations hold for every organisation.
 */
export async function usedAdapterIds(across: Kysely<Database>): Promise<string[]> {
  const rows = await across.selectFrom('providers').select('adapter_id').distinct().execute()
  return rows.map((row) => row.adapter_id)
}

/**
 * Filing limits come near at every organisation; the operator seals every organisation's secrets
 * anew.
 */
export async function organisationIds(across: Kysely<Database>): Promise<string[]> {
  const rows = await across.selectFrom('organisations').select('id').orderBy('id').execute()
  return rows.map((row) => row.id)
}

/** The same, for who has both roles: what concerns the deployment is done in each organisation. */
export async function allOrganisations({ across }: Pick<Databases, 'across'>): Promise<string[]> {
  return organisationIds(across)
}

/**
 * The connections that have a mailbox Schedule: all that are switched on, and of the others those
 * with claims under way, whose answers are still listened for.
 */
export async function mailboxPlans(
  across: Kysely<Database>,
): Promise<{ organisationId: string; connectionId: string; providerId: string; pollSeconds: number }[]> {
  return across
    .selectFrom('connections')
    .select([
      'organisation_id as organisationId',
      'id as connectionId',
      'provider_id as providerId',
      'poll_seconds as pollSeconds',
    ])
    .where((where) => where.or([where('enabled', '=', true), claimsUnderWay('connections')]))
    .execute()
}

/**
 * A push names its connection only; whose it is must be known before the signature can be checked.
 * Null for one that is not there. One that is switched off sends nothing, but what the provider
 * still says of claims under way is kept.
 */
export async function findPushConnection(
  across: Kysely<Database>,
  connectionId: string,
): Promise<{
  organisationId: string
  connectionId: string
  providerId: string
  adapterId: string
} | null> {
  const row = await across
    .selectFrom('connections as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select([
      'c.organisation_id as organisationId',
      'c.id as connectionId',
      'c.provider_id as providerId',
      'p.adapter_id as adapterId',
    ])
    .where('c.id', '=', connectionId)
    .executeTakeFirst()
  return row ?? null
}
