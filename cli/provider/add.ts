import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { ApiProblem } from '../demo/client.ts'
import { type ApiOptions, reachApi } from './api.ts'

/** A provider and our account with it, as one file. What stands in them is checked by the API, against the adapter's and transport's own schemas. */
const file = z.strictObject({
  provider: z.looseObject({ providerId: z.string(), adapterId: z.string() }),
  connection: z.looseObject({ mode: z.string() }).optional(),
})

/** `claimhub provider add FILE.yaml`: makes the HMO known if it is not yet, and connects the key's organisation with it. */
export async function add(path: string, options: ApiOptions & { json?: boolean }): Promise<void> {
  const parsed = file.safeParse(parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`${path}: ${z.prettifyError(parsed.error)}`)
  const { provider, connection } = parsed.data
  const api = reachApi(options)
  let isNew = true
  try {
    await api.post('/v1/providers', provider)
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.type !== 'provider-exists') throw error
    isNew = false
  }
  const made =
    connection &&
    (await api.post<{ connectionId: string }>('/v1/connections', { ...connection, providerId: provider.providerId }))
  if (options.json) {
    const connectionId = made?.connectionId ?? null
    return void process.stdout.write(`${JSON.stringify({ providerId: provider.providerId, isNew, connectionId })}\n`)
  }
  process.stdout.write(`${provider.providerId}: ${isNew ? 'added' : 'was there already, and is as it was'}\n`)
  if (made)
    process.stdout.write(`connection ${made.connectionId}\nnext: npx claimhub provider check ${made.connectionId}\n`)
}
