import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Seals a connection's secrets with AES-256-GCM: nonce (12), ciphertext, tag (16). `key` has 32 bytes. */
export function seal(key: Buffer, secrets: Record<string, string>): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `seal` closed. Throws, without naming a secret, when the key is another one or the bytes were changed. */
export function unseal(key: Buffer, sealed: Buffer): Record<string, string> {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12))
    decipher.setAuthTag(sealed.subarray(-16))
    return JSON.parse(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8'))
  } catch (error) {
    throw new Error(
      'the secrets of a connection cannot be opened with CLAIMHUB_SECRETS_KEY: it is not the key they were sealed with',
      { cause: error },
    )
  }
}
