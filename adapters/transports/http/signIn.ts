import { createHash } from 'node:crypto'
import { durableEffect } from '../../../platform/effects/durableEffect.ts'
import type { Session } from '../transport.ts'
import type { HttpEndpoint } from './endpoint.ts'
import { exchange } from './exchange.ts'
import { retryAfterMs } from './retryAfter.ts'

/**
 * The `authorization` header of a request, or why there is none. Nothing of a claim has left when
 * this fails.
 */
export type SignedIn =
  | { kind: 'signed_in'; authorization: string | null }
  | { kind: 'not_now'; because: string; retryAfterMs?: number }
  | { kind: 'refused'; because: string }

const TOKEN = durableEffect({
  name: 'token',
  in: 'worker',
  channels: ['http'],
  after: 'the provider has given a token, and the request that needs it has not left',
})

type HttpSession = Session<HttpEndpoint>

/** A token is renewed this long before it ends, so that it doesn't end on the way. */
const RENEW_BEFORE_MS = 30_000

const tokens = new Map<string, { token: string; untilMs: number }>()
const underway = new Map<string, Promise<SignedIn>>()

/**
 * Signs in the way that the adapter declares. `refused` is the authorization that the provider no
 * longer takes: that token is given up.
 */
export async function signIn(session: HttpSession, refused: string | null): Promise<SignedIn> {
  const { auth, secrets } = session
  switch (auth) {
    case 'none':
      return { kind: 'signed_in', authorization: null }
    case 'basic': {
      const pair = Buffer.from(`${secrets.username ?? ''}:${secrets.password ?? ''}`, 'utf8').toString('base64')
      return { kind: 'signed_in', authorization: `Basic ${pair}` }
    }
    case 'bearer':
      return { kind: 'signed_in', authorization: `Bearer ${secrets.token ?? ''}` }
    case 'oauth2-client-credentials':
      return clientCredentials(session, refused)
    case 'password':
    case 'password-or-key':
      throw new Error(`${auth} is no way to sign in over HTTP`)
  }
}

async function clientCredentials(session: HttpSession, refused: string | null): Promise<SignedIn> {
  const key = cacheKey(session)
  const known = tokens.get(key)
  // Only the refused token goes: another claim may have renewed it a moment ago.
  const usable = known && `Bearer ${known.token}` !== refused && known.untilMs - RENEW_BEFORE_MS > Date.now()
  if (usable) return bearer(known.token)
  // Many claims that leave at once share one sign-in.
  const already = underway.get(key)
  if (already) return already
  const asking = askForToken(session, key).finally(() => underway.delete(key))
  underway.set(key, asking)
  return asking
}

/** New secrets or a new address never meet an old token. */
function cacheKey({ connectionId, endpoint, secrets }: HttpSession): string {
  const parts = [endpoint.tokenUrl, endpoint.scope, secrets.clientId, secrets.clientSecret]
  return `${connectionId}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}

async function askForToken(session: HttpSession, key: string): Promise<SignedIn> {
  const { endpoint, secrets } = session
  if (!endpoint.tokenUrl) return { kind: 'refused', because: 'the connection has no token address' }
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (endpoint.scope) form.set('scope', endpoint.scope)
  const pair = `${encodeURIComponent(secrets.clientId ?? '')}:${encodeURIComponent(secrets.clientSecret ?? '')}`
  const answer = await exchange(
    {
      method: 'POST',
      url: endpoint.tokenUrl,
      headers: {
        authorization: `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: Buffer.from(form.toString(), 'utf8'),
    },
    session,
  )
  if (answer.kind === 'refused') return { kind: 'refused', because: `sign-in: ${answer.because}` }
  if (answer.kind !== 'response') return { kind: 'not_now', because: `sign-in: ${answer.because}` }
  if (answer.status === 400 || answer.status === 401 || answer.status === 403) {
    return { kind: 'refused', because: `the provider refused the sign-in (${answer.status})` }
  }
  if (answer.status !== 200) {
    const wait = retryAfterMs(answer.headers['retry-after'])
    return {
      kind: 'not_now',
      because: `sign-in answered ${answer.status}`,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
    }
  }
  const token = readToken(answer.body)
  if (token === null) return { kind: 'not_now', because: 'the sign-in gave no token' }
  TOKEN.after('http')
  tokens.set(key, { token: token.token, untilMs: Date.now() + token.lifeMs })
  return bearer(token.token)
}

/** Source: RFC 6749, 5.1. A token without a lifetime is used for a minute past the margin. */
function readToken(body: Uint8Array): { token: string; lifeMs: number } | null {
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    if (typeof read !== 'object' || read === null) return null
    const { access_token: token, expires_in: seconds } = read as { access_token?: unknown; expires_in?: unknown }
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(token)) return null
    return { token, lifeMs: typeof seconds === 'number' && seconds > 0 ? seconds * 1_000 : RENEW_BEFORE_MS + 60_000 }
  } catch {
    return null
  }
}

function bearer(token: string): SignedIn {
  return { kind: 'signed_in', authorization: `Bearer ${token}` }
}
