import { timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/**
 * Standard Webhooks: a message older or newer than this is a replay. Real time: the sender knows
 * nothing of a business clock.
 */
const TOLERANCE_MS = 5 * 60_000

export type Verified = { ok: true; key: string } | { ok: false; because: string }

interface Head {
  id: string
  sentAt: Date
  signatures: string[]
}

/**
 * What can be said of a push without its body and without a secret: are its headers there, well
 * formed and of now (real time)?
 */
export function checkPushHeaders(
  headers: Record<string, string>,
  now: Date,
): { ok: true; head: Head } | { ok: false; because: string } {
  const { id, timestamp, signatures } = headersOf(headers)
  if (!id || !timestamp || !signatures) return { ok: false, because: 'the signature headers are missing' }
  if (!/^[\x21-\x7e]{1,256}$/.test(id)) return { ok: false, because: 'the message id is malformed' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, because: 'the timestamp is malformed' }
  const sentAt = new Date(Number(timestamp) * 1_000)
  // Whole seconds: a second of rounding is no replay.
  if (Math.abs(now.getTime() - sentAt.getTime()) > TOLERANCE_MS + 1_000) {
    return { ok: false, because: 'the message is too old or from the future' }
  }
  return { ok: true, head: { id, sentAt, signatures: signatures.split(' ') } }
}

/**
 * Checks a push by Standard Webhooks on its raw bytes (failure H9). The library's own check reads
 * the wall clock, so time is checked here against `now`, real time.
 */
export function verifyPush(
  headers: Record<string, string>,
  body: Uint8Array,
  secrets: Record<string, string>,
  now: Date,
): Verified {
  const { webhookSecret } = secrets
  if (!webhookSecret) return { ok: false, because: 'the connection has no webhook secret' }
  const checked = checkPushHeaders(headers, now)
  if (!checked.ok) return checked
  const { id, sentAt, signatures } = checked.head
  const text = exactText(body)
  if (text === null) return { ok: false, because: 'the body is not UTF-8' }
  const expected = signatureOf(webhookSecret, id, sentAt, text)
  if (expected === null) return { ok: false, because: 'the connection\u2019s webhook secret is malformed' }
  const matches = signatures.map((signature) => {
    const given = Buffer.from(signature)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  return matches.includes(true) ? { ok: true, key: id } : { ok: false, because: 'no signature matches' }
}

function signatureOf(secret: string, id: string, sentAt: Date, text: string): Buffer | null {
  try {
    return Buffer.from(new Webhook(secret).sign(id, sentAt, text))
  } catch {
    return null
  }
}

function headersOf(headers: Record<string, string>) {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return {
    id: lower.get('webhook-id'),
    timestamp: lower.get('webhook-timestamp'),
    signatures: lower.get('webhook-signature'),
  }
}

/** The library signs text: bytes that are no UTF-8 would be signed as something else. */
function exactText(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return null
  }
}
