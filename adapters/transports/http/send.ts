import type { OutMessage } from '../../contract.ts'
import type { SendOptions, Sent, Session } from '../transport.ts'
import { answerTo, call } from './call.ts'
import type { HttpEndpoint } from './endpoint.ts'
import type { Exchanged } from './exchange.ts'
import { retryAfterMs } from './retryAfter.ts'

/** When a provider says "later" without a time. */
const LATER_MS = 5_000

/**
 * Sends one message once, with its idempotency key, and says by the outcome whether the provider
 * may have acted on it.
 */
export async function send(message: OutMessage, session: Session<HttpEndpoint>, options: SendOptions): Promise<Sent> {
  if (message.transport !== 'http')
    throw new Error(`an HTTP connection cannot carry a message for ${message.transport}`)
  const called = await call(message, session, { 'idempotency-key': options.idempotencyKey })
  switch (called.kind) {
    case 'response':
      return byStatus(called, () => ({ kind: 'answered', answer: answerTo(message, called) }))
    case 'not_connected':
      return { kind: 'not_sent', because: called.because }
    case 'not_now':
      return {
        kind: 'not_sent',
        because: called.because,
        ...(called.retryAfterMs === undefined ? {} : { retryAfterMs: called.retryAfterMs }),
      }
    case 'refused':
      return { kind: 'stopped', because: called.because }
    case 'lost':
      return { kind: 'unknown', because: called.because }
  }
}

/**
 * Failures B10–B12: what is certain by its number is said; everything else, redirects too, is
 * unknown.
 */
function byStatus(response: Extract<Exchanged, { kind: 'response' }>, answered: () => Sent): Sent {
  const { status } = response
  const wait = retryAfterMs(response.headers['retry-after'])
  if (status === 401 || status === 403)
    return { kind: 'stopped', because: `the provider refused the sign-in (${status})` }
  if (status === 429)
    return { kind: 'not_sent', because: 'the provider asks for a slower pace (429)', retryAfterMs: wait ?? LATER_MS }
  // 409 with a time to come back is the same key still being worked on; 409 without one is the
  // application's own answer.
  if (status === 409 && wait !== undefined) {
    return { kind: 'not_sent', because: 'the provider still works on an earlier try (409)', retryAfterMs: wait }
  }
  if (status >= 200 && status < 300) return answered()
  if (status >= 400 && status < 500) return answered()
  return {
    kind: 'unknown',
    because: `the provider answered ${status}`,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  }
}
