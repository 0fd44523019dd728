import path from 'node:path'
import { z } from 'zod'
import type { NamedDestination } from '../transport.ts'

/** An absolute folder, or one below the account's home; never up. */
const folder = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\\]+$/u, 'no backslash and no control characters')
  .refine((text) => !text.split('/').includes('..'), 'must not go up')

/** Where and how an SFTP provider is reached. */
export const sftpEndpoint = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252})$/, 'a host name or an IP address'),
    port: z.int().min(1).max(65_535),
    username: z.string().min(1).max(128),
    /**
     * SHA-256 of the server's public key, base64 as `ssh-keygen -lf` prints it. Required: nobody is
     * trusted at first sight.
     */
    hostKeySha256: z
      .string()
      .regex(/^(SHA256:)?[A-Za-z0-9+/]{43}=?$/, 'base64 of 32 bytes, as ssh-keygen -lf prints it'),
    /** Where we upload. */
    inFolder: folder,
    /** Where we collect. */
    outFolder: folder,
    /** Where a collected file is moved; without it the file stays for `keepDays` and is deleted. */
    archiveFolder: folder.optional(),
    /**
     * Real days for which a collected file stays where there is no archive, so that it can be read
     * again after our database was restored from a backup; 0: it is deleted once it is stored.
     */
    keepDays: z.int().min(0).max(366).default(14),
    /** Real days of the archive that are read again after such a restore. */
    rereadDays: z.int().min(1).max(366).default(30),
    /** Real milliseconds until the server must have let us in. */
    connectTimeoutMs: z.int().min(100).max(120_000),
    /** Real milliseconds for which a file in `outFolder` must not change before it is read. */
    stableAfterMs: z.int().min(0).max(3_600_000).default(1_000),
  })
  .refine(
    ({ outFolder, archiveFolder }) =>
      archiveFolder === undefined || path.posix.resolve('/', outFolder) !== path.posix.resolve('/', archiveFolder),
    'archiveFolder must be another folder than outFolder',
  )
export type SftpEndpoint = z.infer<typeof sftpEndpoint>

export function addressOf({ username, host, port, inFolder }: SftpEndpoint): string {
  return `sftp://${username}@${host}:${port} ${path.posix.normalize(inFolder).replace(/(.)\/$/, '$1')}`
}

export function destinations({ host, port }: SftpEndpoint): NamedDestination[] {
  return [{ pointer: '/host', host, port, encrypted: true }]
}
