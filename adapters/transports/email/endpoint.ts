import { z } from 'zod'
import type { Destination } from '../../../platform/addresses/guard.ts'
import type { NamedDestination } from '../transport.ts'

/** ASCII, one `@`, nothing that a header or an SMTP command could read as something else. */
const address = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
    'one plain mail address',
  )

const server = {
  host: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252})$/, 'a host name or an IP address'),
  port: z.int().min(1).max(65_535),
  /**
   * `implicit`: TLS from the first byte; `starttls`: never without it; `none`: only for a server on
   * the deployment's list of addresses.
   */
  tls: z.enum(['implicit', 'starttls', 'none']),
}

/** A folder's name as IMAP lists it. */
const folder = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}*%]+$/u, 'no control characters and no wildcards')

/**
 * Where and how mail goes to a provider and comes back from it. One sender, one recipient: never an
 * address of a claim's.
 */
export const emailEndpoint = z.strictObject({
  smtp: z.strictObject(server),
  imap: z
    .strictObject({
      ...server,
      folder: folder.default('INBOX'),
      /** Where a stored mail is moved; without it the mail is marked as seen. */
      archiveFolder: folder.optional(),
      /** Real days of the archive that are read again after our database was restored. */
      rereadDays: z.int().min(1).max(366).default(30),
    })
    .refine(({ folder: own, archiveFolder }) => own !== archiveFolder, {
      error: 'must be another folder',
      path: ['archiveFolder'],
    }),
  /** Our sender; its domain is the right side of our Message-IDs. */
  from: address,
  /** The provider's claims desk. */
  to: address,
  /**
   * Whom we believe, once our own server has proved the sender: addresses, or `@domain` for all of
   * a domain (not of its subdomains).
   */
  allowedSenders: z
    .array(z.union([address, z.string().regex(/^@[A-Za-z0-9.-]{1,253}$/, 'an address or @domain')]))
    .min(1),
  /**
   * The name by which our own mail server signs its `Authentication-Results`; those of others prove
   * nothing.
   */
  authservId: z.string().regex(/^[A-Za-z0-9.-]{1,253}$/, 'a host name'),
  /** Real milliseconds until a server must have let us in. */
  connectTimeoutMs: z.int().min(100).max(120_000),
  /** Real milliseconds without a word of a server until it counts as gone. */
  silenceTimeoutMs: z.int().min(100).max(600_000),
  /** PEM; trusted instead of the public authorities. */
  caCertificate: z.string().includes('BEGIN CERTIFICATE').optional(),
})
export type EmailEndpoint = z.infer<typeof emailEndpoint>
export type MailServer = Pick<EmailEndpoint['smtp'], 'host' | 'port' | 'tls'>

/** Whichever server carries it there. */
export function addressOf({ to }: EmailEndpoint): string {
  return to.toLowerCase()
}

/** Patient data and passwords leave only encrypted. */
export function destinations({ smtp, imap }: EmailEndpoint): NamedDestination[] {
  return [
    { pointer: '/smtp/host', ...destinationOf(smtp) },
    { pointer: '/imap/host', ...destinationOf(imap) },
  ]
}

export function destinationOf({ host, port, tls }: MailServer): Destination {
  return { host, port, encrypted: tls !== 'none' }
}

/** Right side of an address, in lower case. */
export function domainOf(mailAddress: string): string {
  return mailAddress.slice(mailAddress.lastIndexOf('@') + 1).toLowerCase()
}
