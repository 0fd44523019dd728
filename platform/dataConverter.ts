import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'

const { temporal } = proto
const ENCODING = 'binary/encrypted'
/** Goes into the workflow bundle of a worker that has a key. */
export const FAILURE_CONVERTER = fileURLToPath(new URL('./failureConverter.cjs', import.meta.url))

/**
 * The data converter of client and worker. With a key (32 bytes) every payload and failure in
 * Temporal is AES-256-GCM; without one, as on the embedded default, histories are readable in
 * Temporal UI. Histories hold ids, codes and amounts either way, never patient data.
 */
export function dataConverterFrom(key: { id: string; bytes: Buffer } | null): DataConverter {
  if (key === null) return {}
  return {
    payloadCodecs: [encryption(key)],
    failureConverterPath: FAILURE_CONVERTER,
  }
}

function encryption(key: { id: string; bytes: Buffer }): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => seal(key, payload)),
    decode: async (payloads) => payloads.map((payload) => open(key, payload)),
  }
}

function seal(key: { id: string; bytes: Buffer }, payload: Payload): Payload {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce)
  const plain = temporal.api.common.v1.Payload.encode(payload as never).finish()
  const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return { metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(key.id) }, data }
}

function open(key: { id: string; bytes: Buffer }, payload: Payload): Payload {
  const encoding = Buffer.from(payload.metadata?.['encoding'] ?? []).toString()
  if (encoding !== ENCODING) return payload
  const keyId = Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()
  if (keyId !== key.id) throw new Error(`a payload was encrypted with key ${keyId}, this process has ${key.id}`)
  const data = Buffer.from(payload.data ?? [])
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, data.subarray(0, 12))
  decipher.setAuthTag(data.subarray(-16))
  return temporal.api.common.v1.Payload.decode(
    Buffer.concat([decipher.update(data.subarray(12, -16)), decipher.final()]),
  ) as unknown as Payload
}
