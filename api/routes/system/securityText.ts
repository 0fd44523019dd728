import type { RequestHandler } from 'express'
import type { Clock } from '../../../platform/clock.ts'

/**
 * RFC 9116, 2.5.5: a contact is to be looked after at least once a year. It is as fresh as the
 * setting, so the day moves with each answer.
 */
const VALID_DAYS = 90
const DAY_MS = 86_400_000

/**
 * `/.well-known/security.txt` (RFC 9116): where to report a security problem. `contact` is an
 * address with its scheme.
 */
export function securityText(contact: string, clock: Clock): RequestHandler {
  return (_req, res) => {
    const expires = new Date(clock.now().getTime() + VALID_DAYS * DAY_MS).toISOString()
    res.type('text/plain; charset=utf-8').send(`Contact: ${contact}\nExpires: ${expires}\nPreferred-Languages: en\n`)
  }
}
