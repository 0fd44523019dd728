import { isReference } from '../../platform/secretReferences.ts'
import { type ApiOptions, reachApi } from './api.ts'
import { connectionIn } from './file.ts'

/**
 * `claimhub provider add FILE.yaml`: connects the key's organisation with a provider that the
 * deployment knows. What stands in the file is checked by the API, against the adapter's and
 * transport's own schemas.
 */
export async function add(path: string, options: ApiOptions & { json?: boolean }): Promise<void> {
  const connection = connectionIn(path)
  const reference = Object.entries(connection.secrets).find(([, value]) => isReference(value))
  if (reference !== undefined)
    throw new Error(
      `${path}: connection.secrets.${reference[0]} refers to the environment, which no API key may: the operator makes this connection, with \`claimhub provider connect\``,
    )
  const { connectionId } = await reachApi(options).post<{ connectionId: string }>('/v1/connections', connection)
  if (options.json)
    return void process.stdout.write(`${JSON.stringify({ providerId: connection['providerId'], connectionId })}\n`)
  process.stdout.write(`connection ${connectionId}\nnext: npx claimhub provider check ${connectionId}\n`)
}
