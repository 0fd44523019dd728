import { createHash, randomBytes } from 'node:crypto'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import type { Role } from '../schema/setupTables.ts'

/**
 * `chk_` and so much of its random part that a person knows a key again; 256 bits less 36 are left
 * to guess.
 */
const PREFIX_LENGTH = 10

/** A key as it is listed, without the key itself. */
export interface ApiKey {
  keyId: string
  name: string
  role: Role
  prefix: string
  createdAt: Date
  revokedAt: Date | null
}

/** A new key, 32 random bytes, which need no slow hash; and what is kept of it. */
function newApiKey(): { key: string; kept: { key_prefix: string; key_hash: Buffer } } {
  const key = `chk_${randomBytes(32).toString('base64url')}`
  return { key, kept: keptOf(key) }
}

/** What is kept of a key: its hash, and its beginning. */
export function keptOf(key: string): { key_prefix: string; key_hash: Buffer } {
  return { key_prefix: key.slice(0, PREFIX_LENGTH), key_hash: hashOfApiKey(key) }
}

/** Makes an API key of the organisation and answers it: shown once, only its hash is kept. */
export async function createApiKey(
  tx: Tx,
  wanted: { organisationId: string; name: string; role: Role },
): Promise<{ keyId: string; key: string; prefix: string }> {
  const { key, kept } = newApiKey()
  const keyId = newId()
  const { organisationId, name, role } = wanted
  await tx
    .insertInto('api_keys')
    .values({ organisation_id: organisationId, id: keyId, name, role, ...kept })
    .execute()
  return { keyId, key, prefix: kept.key_prefix }
}

/** The organisation's keys, the oldest first, those that are revoked too. */
export async function apiKeysOf(tx: Tx, organisationId: string): Promise<ApiKey[]> {
  const rows = await tx
    .selectFrom('api_keys')
    .select(['id', 'name', 'role', 'key_prefix', 'created_at', 'revoked_at'])
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    keyId: row.id,
    name: row.name,
    role: row.role,
    prefix: row.key_prefix,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  }))
}

/** From the next request on, the key is dead. False when it was before, or is not there. */
export async function revokeApiKey(tx: Tx, organisationId: string, keyId: string, now: Date): Promise<boolean> {
  const row = await tx
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** By what a request's key is looked up. */
export function hashOfApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
