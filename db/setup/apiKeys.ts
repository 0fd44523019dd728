import { createHash, randomBytes } from 'node:crypto'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import type { Role } from '../schema/setupTables.ts'

/** Makes an API key of the organisation and answers it: shown once, only its hash is kept. */
export async function createApiKey(
  tx: Tx,
  wanted: { organisationId: string; name: string; role: Role },
): Promise<{ keyId: string; key: string }> {
  const { key, hash } = newApiKey()
  const keyId = newId()
  await tx
    .insertInto('api_keys')
    .values({
      organisation_id: wanted.organisationId,
      id: keyId,
      name: wanted.name,
      role: wanted.role,
      key_hash: hash,
    })
    .execute()
  return { keyId, key }
}

/** From the next request on, the key is dead. */
export async function revokeApiKey(tx: Tx, organisationId: string, keyId: string, now: Date): Promise<void> {
  await tx
    .updateTable('api_keys')
    .set({ revoked_at: now })
    .where('organisation_id', '=', organisationId)
    .where('id', '=', keyId)
    .execute()
}

/** A new key: 32 random bytes, which need no slow hash. */
function newApiKey(): { key: string; hash: Buffer } {
  const key = `chk_${randomBytes(32).toString('base64url')}`
  return { key, hash: hashOfApiKey(key) }
}

/** What is kept of a key. */
export function hashOfApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
