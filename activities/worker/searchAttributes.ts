import type { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import type { NativeConnection } from '@temporalio/worker'
import { SEARCH_ATTRIBUTES } from '../../workflows/ids.ts'

const { temporal } = proto
export const SEARCH_ATTRIBUTE_TYPES = {
  Keyword: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Bool: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}

/**
 * Upserting an unregistered attribute retries a workflow's task for ever: a worker refuses to start
 * without them.
 */
export async function verifySearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const missing = await missingSearchAttributes(connection, namespace)
  if (missing.length > 0) {
    throw new Error(
      `Temporal namespace ${namespace} lacks the search attributes ${missing.join(', ')}: run \`claimhub migrate\` against it`,
    )
  }
}

/** Registers what is missing; needs a role that may change the namespace. */
export async function registerSearchAttributes(
  connection: NativeConnection | Connection,
  namespace: string,
): Promise<void> {
  const missing = await missingSearchAttributes(connection, namespace)
  if (missing.length === 0) return
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      missing.map((name) => [name, SEARCH_ATTRIBUTE_TYPES[SEARCH_ATTRIBUTES[name]]]),
    ),
  })
}

async function missingSearchAttributes(
  connection: NativeConnection | Connection,
  namespace: string,
): Promise<(keyof typeof SEARCH_ATTRIBUTES)[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  return (Object.keys(SEARCH_ATTRIBUTES) as (keyof typeof SEARCH_ATTRIBUTES)[]).filter(
    (name) => customAttributes?.[name] === undefined,
  )
}
