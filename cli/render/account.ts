import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { isCurrency } from '../../domain/amounts.ts'

/** The account with an HMO that a document is rendered for. */
export interface SampleConnection {
  settings: unknown
  mode: 'test' | 'production'
  currency: string
  /** IANA */
  zone: string
  /** Of a connection by mail: who sends and who gets it. */
  endpoint: { from: string; to: string }
}

/** Names of nobody (RFC 2606), where the account says none. */
const SAMPLE = { from: 'billing@clinic.example', to: 'claims@provider.example' }

const account = z.object({
  settings: z.record(z.string(), z.unknown()),
  mode: z.enum(['test', 'production']).default('production'),
  currency: z.string().refine(isCurrency, 'no currency that we know'),
  zone: z.string().refine(isZone, 'no IANA time zone'),
  endpoint: z.looseObject({ from: z.string().default(SAMPLE.from), to: z.string().default(SAMPLE.to) }).default(SAMPLE),
})

const PROVIDERS = path.join(import.meta.dirname, '../../adapters/providers')

/**
 * The account of a `--settings` file, or else the sample account in the adapter's own fixtures.
 * Throws one sentence when there is neither.
 */
export function readAccount(provider: string, file: string | undefined): SampleConnection {
  const from = file ?? path.join(PROVIDERS, provider, 'fixtures/connection.json')
  if (file === undefined && !existsSync(from))
    throw new Error(
      `${provider} has no sample account: give --settings FILE with {"settings", "currency", "zone", "mode"}`,
    )
  const parsed = account.safeParse(jsonAt(from))
  if (!parsed.success) throw new Error(`${from} is no account:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function jsonAt(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON`, { cause })
  }
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}
