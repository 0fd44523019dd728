import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { providerId } from '../../api/http/schemas.ts'

/** An HMO as the operator tells it to the deployment. Several providers may use one adapter. */
export const newProvider = z.strictObject({
  providerId,
  adapterId: z.string().min(1).max(100),
  name: z.string().min(1).max(200),
  phone: z.string().min(3).max(50).nullable().default(null),
  contact: z.string().min(1).max(200).nullable().default(null),
  portalUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .nullable()
    .default(null),
})

/**
 * A provider and an organisation's account with it, as one file. What stands in the account is
 * checked by whoever makes the connection.
 */
const file = z.strictObject({
  provider: newProvider.optional(),
  connection: z.looseObject({ secrets: z.record(z.string(), z.string()).default({}) }).optional(),
})

/** Reads the file. Throws with the file's name and every place that is wrong. */
export function readProviderFile(path: string): z.output<typeof file> {
  const parsed = file.safeParse(parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The account in the file, with its provider's id: its own, or that of the provider beside it. */
export function connectionIn(path: string): Record<string, unknown> & { secrets: Record<string, string> } {
  const { provider, connection } = readProviderFile(path)
  if (connection === undefined) throw new Error(`${path}: there is no connection in it`)
  return { providerId: provider?.providerId, ...connection }
}
