import { type PublicApi, publicApi } from '../demo/client.ts'

export interface ApiOptions {
  api?: string
  key?: string
}

/**
 * The deployment's API as these commands reach it: the same checks as for everybody. Throws when
 * address or key is missing.
 */
export function reachApi({ api, key }: ApiOptions): PublicApi {
  const base = api ?? process.env['CLAIMHUB_API_URL'] ?? 'http://127.0.0.1:8080'
  const apiKey = key ?? process.env['CLAIMHUB_API_KEY']
  if (!apiKey) throw new Error('no API key: set CLAIMHUB_API_KEY, or say --key')
  return publicApi(base.replace(/\/+$/, ''), apiKey)
}
