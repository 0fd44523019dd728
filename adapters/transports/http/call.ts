import type { HttpIn, HttpOut } from '../../contract.ts'
import type { Session } from '../transport.ts'
import type { HttpEndpoint } from './endpoint.ts'
import { type Exchanged, exchange } from './exchange.ts'
import { type SignedIn, signIn } from './signIn.ts'

export type Called = Exchanged | Exclude<SignedIn, { kind: 'signed_in' }>

/**
 * Signs in and makes one exchange. A 401 on a token that may have ended renews it once: a refused
 * request was not carried out.
 */
export async function call(
  message: HttpOut,
  session: Session<HttpEndpoint>,
  headers: Record<string, string>,
): Promise<Called> {
  const signedIn = await signIn(session, null)
  if (signedIn.kind !== 'signed_in') return signedIn
  const first = await signedExchange(message, session, headers, signedIn.authorization)
  const renewable = session.auth === 'oauth2-client-credentials'
  if (first.kind !== 'response' || first.status !== 401 || !renewable) return first
  const renewed = await signIn(session, signedIn.authorization)
  if (renewed.kind !== 'signed_in') return renewed
  return signedExchange(message, session, headers, renewed.authorization)
}

/**
 * A GET changes nothing: one that met a connection closed in the meantime is asked once more.
 * Nothing else is ever repeated here.
 */
async function signedExchange(
  message: HttpOut,
  session: Session<HttpEndpoint>,
  headers: Record<string, string>,
  authorization: string | null,
): Promise<Exchanged> {
  const signed = { ...message.headers, ...headers, ...(authorization === null ? {} : { authorization }) }
  const url = urlOf(session.endpoint.baseUrl, message.path)
  const request = { method: message.method, url, headers: signed, body: message.body }
  const first = await exchange(request, session)
  const again = message.method === 'GET' && first.kind === 'lost' && first.cut
  return again ? exchange(request, session) : first
}

/** Always below the connection's base address, whatever a mapping makes of a provider's words. */
function urlOf(baseUrl: string, path: string): string {
  const base = baseUrl.replace(/\/+$/, '')
  const url = new URL(`${base}${path}`)
  const inside = path.startsWith('/') && url.href.startsWith(`${new URL(`${base}/`).href}`)
  if (!inside) throw new Error('the adapter names a path outside the connection\u2019s base address')
  return url.href
}

/** The answer as an adapter reads it, with what it answers. */
export function answerTo(message: HttpOut, response: Extract<Exchanged, { kind: 'response' }>): HttpIn {
  return {
    transport: 'http',
    status: response.status,
    headers: response.headers,
    body: response.body,
    requestPath: message.path,
    ...(message.about === undefined ? {} : { about: message.about }),
  }
}
