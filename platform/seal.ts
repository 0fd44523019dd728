import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

/** A key that seals; the id says which one a value needs and nothing of the key. */
export interface SecretsKey {
  id: string
  /** 32 bytes. */
  bytes: Buffer
}

/** The keys of the deployment: one seals, all open. */
export interface SecretsKeys {
  current: SecretsKey
  /**
   * The key before, until everything is sealed anew; or the next one, until every process knows it.
   */
  others: SecretsKey[]
}

/** The row that a sealed value belongs to. */
export interface SealedRow {
  organisationId: string
  connectionId: string
}

const ID_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * A key with the id that its bytes give it: no two keys can go by one id, and no key by another's.
 */
export function secretsKey(bytes: Buffer): SecretsKey {
  return { id: createHash('sha256').update(bytes).digest().subarray(0, ID_BYTES).toString('hex'), bytes }
}

/**
 * Seals a connection's secrets with AES-256-GCM, for this row only: key id (4), nonce (12),
 * ciphertext, tag (16).
 */
export function seal({ current }: SecretsKeys, row: SealedRow, secrets: Record<string, string>): Buffer {
  const id = Buffer.from(current.id, 'hex')
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', current.bytes, nonce).setAAD(belonging(id, row))
  const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()])
  return Buffer.concat([id, nonce, text, cipher.getAuthTag()])
}

/**
 * Opens what `seal` closed for the same row. Throws, without naming a secret, when its key is not
 * among ours, when it was sealed for another row, or when its bytes were changed.
 */
export function unseal(keys: SecretsKeys, row: SealedRow, sealed: Buffer): Record<string, string> {
  const id = keyIdOf(sealed)
  const key = [keys.current, ...keys.others].find((each) => each.id === id)
  if (key === undefined)
    throw new Error(
      `the secrets of connection ${row.connectionId} cannot be opened: they were sealed with the key ${id}, which is neither CLAIMHUB_SECRETS_KEY nor one of CLAIMHUB_SECRETS_OTHER_KEYS`,
    )
  try {
    const body = sealed.subarray(ID_BYTES)
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, body.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(belonging(sealed.subarray(0, ID_BYTES), row)).setAuthTag(body.subarray(-TAG_BYTES))
    const text = Buffer.concat([decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
    return JSON.parse(text.toString('utf8'))
  } catch (error) {
    throw new Error(
      `the secrets of connection ${row.connectionId} cannot be opened: their bytes were changed, or were sealed for another connection`,
      { cause: error },
    )
  }
}

/** The id of the key that a value was sealed with. */
export function keyIdOf(sealed: Buffer): string {
  return sealed.subarray(0, ID_BYTES).toString('hex')
}

/** Authenticated with the ciphertext: which key, which column, whose row. */
function belonging(keyId: Buffer, { organisationId, connectionId }: SealedRow): Buffer {
  return Buffer.concat([keyId, Buffer.from(`connections.secrets ${organisationId} ${connectionId}`)])
}
