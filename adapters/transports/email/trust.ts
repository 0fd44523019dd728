import addressparser from 'nodemailer/lib/addressparser'
import { type AuthenticationResults, readAuthenticationResults } from './authenticationResults.ts'
import { domainOf, type EmailEndpoint } from './endpoint.ts'
import { type HeaderField, headerOf, valuesOf } from './headers.ts'

export type Trust = { sender: 'trusted' } | { sender: 'untrusted'; because: string }

/**
 * Whether a mail is from somebody whom we believe (failure D5): an allowed sender, and our own
 * server says by DMARC or an aligned DKIM signature that it is he. Only the topmost statement of
 * our server counts: it writes above everything that came with the mail, so whatever stands below
 * may be forged.
 */
export function trustIn(raw: Uint8Array, endpoint: Pick<EmailEndpoint, 'allowedSenders' | 'authservId'>): Trust {
  const fields = headerOf(raw)
  if (fields === null) return untrusted('its header is too large')
  const from = senderOf(fields)
  if (from === null) return untrusted('it does not say by one address who sent it')
  if (!endpoint.allowedSenders.some((allowed) => isMeant(allowed.toLowerCase(), from)))
    return untrusted('its sender is not one of the allowed ones')
  const own = valuesOf(fields, 'authentication-results')
    .map(readAuthenticationResults)
    .find(({ authservId }) => authservId === endpoint.authservId.toLowerCase())
  if (own === undefined) return untrusted('our mail server does not say who sent it')
  return isProven(own, domainOf(from)) ? { sender: 'trusted' } : untrusted('our mail server could not prove its sender')
}

function untrusted(because: string): Trust {
  return { sender: 'untrusted', because }
}

/** The one address of the one From; null when a reader could take it for another. */
function senderOf(fields: HeaderField[]): string | null {
  const [from, ...others] = valuesOf(fields, 'from')
  if (from === undefined || others.length > 0 || from.length > 1_000) return null
  const found = addressparser(from, { flatten: true })
  const address = found.length === 1 ? (found[0]?.address ?? '') : ''
  return /^[^\s<>"@,;:]+@[^\s<>"@,;:]+$/.test(address) ? address.toLowerCase() : null
}

function isMeant(allowed: string, from: string): boolean {
  return allowed.startsWith('@') ? domainOf(from) === allowed.slice(1) : from === allowed
}

function isProven({ results }: AuthenticationResults, domain: string): boolean {
  const dmarc = results.filter(({ method, result }) => method === 'dmarc' && result !== 'none')
  if (dmarc.length > 0)
    return dmarc.every(
      ({ result, properties }) => result === 'pass' && (properties['header.from'] ?? domain) === domain,
    )
  return results.some(
    ({ method, result, properties }) =>
      method === 'dkim' && result === 'pass' && isAligned(properties['header.d'] ?? properties['header.i'], domain),
  )
}

/** The signing domain is the sender's own or the one above it. */
function isAligned(signer: string | undefined, domain: string): boolean {
  const signing = domainOf(signer ?? '')
  return signing.includes('.') && (domain === signing || domain.endsWith(`.${signing}`))
}
