import type { Tx } from '../../db/connect.ts'
import { closeCause, raiseAttention } from '../../db/worklist/worklistItems.ts'
import type { ProviderConnection } from '../providerConnection.ts'

const causeOf = (line: ProviderConnection) => `provider-unreachable:${line.connectionId}`

/** One item a connection, however many claims wait: trying goes on, slowly. */
export async function raiseUnreachable(tx: Tx, line: ProviderConnection, now: Date): Promise<void> {
  const { organisationId, connectionId } = line
  const { name } = line.adapter.declaration
  await raiseAttention(tx, {
    organisationId,
    connectionId,
    kind: 'provider-unreachable',
    role: 'billing',
    dedupeKey: causeOf(line),
    because: `${name} cannot be reached; its claims wait and are tried again, ever more slowly`,
    now,
  })
}

/** An attempt got through. */
export async function closeUnreachable(tx: Tx, line: ProviderConnection, now: Date): Promise<void> {
  const because = 'the provider is within reach again'
  await closeCause(tx, { organisationId: line.organisationId, dedupeKey: causeOf(line), by: 'hub', because, now })
}
