import { z } from 'zod'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Patient data leaves only encrypted; a plain address is for a twin on the same machine. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    return url !== null && (url.protocol === 'https:' || LOOPBACK.has(url.hostname))
  }, 'must be https')
  .refine((text) => URL.canParse(text) && new URL(text).username === '', 'must not carry a user name or password')

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
