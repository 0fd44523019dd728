import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const LIFE_SECONDS = 300
/**
 * A token that ends before its time is at least this old, and such an end comes at most this often:
 * the fault slows a client and does not lock it out.
 */
const MOOD_MS = 1_000

/**
 * Bearer tokens that outlive a restart of the twin: signed, with nothing to look up. Their time is
 * real time.
 */
export function makeTokens(clientSecret: string) {
  const revoked = new Set<string>()
  let lastMood = 0
  const sign = (text: string) => createHmac('sha256', clientSecret).update(text).digest('base64url')
  return {
    issue(): { access_token: string; token_type: 'Bearer'; expires_in: number } {
      const claims = `${Date.now()}.${randomBytes(9).toString('base64url')}`
      return { access_token: `${claims}.${sign(claims)}`, token_type: 'Bearer', expires_in: LIFE_SECONDS }
    },
    valid(authorization: string | undefined): boolean {
      const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
      const [issuedAt = '', nonce = '', signature = ''] = token.split('.')
      const alive = Date.now() - Number(issuedAt) < LIFE_SECONDS * 1_000
      return alive && !revoked.has(token) && equal(signature, sign(`${issuedAt}.${nonce}`))
    },
    /** Ends a token before its time (fault authExpire). Answers whether it did. */
    endEarly(authorization: string | undefined): boolean {
      const token = authorization?.slice('Bearer '.length) ?? ''
      const now = Date.now()
      if (now - Number(token.split('.')[0]) < MOOD_MS || now - lastMood < MOOD_MS) return false
      lastMood = now
      revoked.add(token)
      return true
    },
  }
}

export function equal(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
