import type { TLSConfig } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'

/** Where a Temporal service is and how a process identifies itself to it. */
export interface TemporalAddress {
  address: string
  namespace: string
  apiKey?: string
  tls?: TLSConfig | true
}

/**
 * Reads Temporal's own environment configuration: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE,
 * TEMPORAL_API_KEY, TEMPORAL_TLS_… A configuration file is read only when TEMPORAL_PROFILE or
 * TEMPORAL_CONFIG_FILE names it: what lies in somebody's home must not decide where claims go. Null
 * without an address. Throws one sentence for a certificate or file that cannot be read.
 */
export function temporalFrom(env: NodeJS.ProcessEnv): TemporalAddress | null {
  const { connectionOptions, namespace } = load(env)
  const { address, apiKey, tls } = connectionOptions
  if (!address) return null
  return {
    address,
    namespace: namespace ?? 'default',
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls ? { tls } : {}),
  }
}

/** What the clients' `connect` takes. */
export function connectionOptions({ address, apiKey, tls }: TemporalAddress) {
  return { address, ...(apiKey === undefined ? {} : { apiKey }), ...(tls === undefined ? {} : { tls }) }
}

function load(env: NodeJS.ProcessEnv) {
  const given = Object.entries(env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  const overrideEnvVars = Object.fromEntries(given)
  const disableFile = !overrideEnvVars['TEMPORAL_PROFILE'] && !overrideEnvVars['TEMPORAL_CONFIG_FILE']
  try {
    return loadClientConnectConfig({ overrideEnvVars, disableFile })
  } catch (error) {
    throw new Error(
      `Temporal's environment configuration (TEMPORAL_…) cannot be used: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    )
  }
}
