import { z } from 'zod'
import type { Destination } from '../../../platform/addresses/guard.ts'
import type { NamedDestination } from '../transport.ts'

/**
 * Patient data leaves only encrypted: the guard of addresses takes `http` for hosts on the
 * deployment's list alone.
 */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && !/^[^/]*\/\/[^/?#]*@/.test(text), 'must not carry a user name or password')

/** Where and how an HTTP provider is reached. */
export const httpEndpoint = z.strictObject({
  /** All paths are below it. */
  baseUrl: address.refine((text) => !/[?#]/.test(text), 'must not have a query'),
  /** Where client credentials become a token; needed for `oauth2-client-credentials`. */
  tokenUrl: address.optional(),
  scope: z.string().min(1).optional(),
  /** Real milliseconds for one whole exchange, after connecting. */
  requestTimeoutMs: z.int().min(100).max(120_000),
  /** PEM; trusted instead of the public authorities. */
  caCertificate: z.string().includes('BEGIN CERTIFICATE').optional(),
})
export type HttpEndpoint = z.infer<typeof httpEndpoint>

/** Where a request to this address goes. */
export function destinationOf(url: URL): Destination {
  const encrypted = url.protocol === 'https:'
  return { host: url.hostname, port: Number(url.port || (encrypted ? 443 : 80)), encrypted }
}

export function addressOf({ baseUrl }: HttpEndpoint): string {
  return baseUrl.replace(/\/+$/, '')
}

export function destinations({ baseUrl, tokenUrl }: HttpEndpoint): NamedDestination[] {
  return [
    { pointer: '/baseUrl', ...destinationOf(new URL(baseUrl)) },
    ...(tokenUrl === undefined ? [] : [{ pointer: '/tokenUrl', ...destinationOf(new URL(tokenUrl)) }]),
  ]
}
