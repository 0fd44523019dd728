import type { Tx } from '../../db/connect.ts'
import { closeItem, raiseItem } from '../../db/worklist/worklistItems.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/** One item a connection, however many claims wait; attempts go on at longer intervals. */
export async function raiseUnreachable(tx: Tx, connection: ProviderConnection, now: Date): Promise<void> {
  const { organisationId, connectionId } = connection
  const words = { provider: connection.adapter.declaration.name }
  await raiseItem(tx, { organisationId, now }, { kind: 'provider-unreachable', ids: { connectionId }, words })
}

/** An attempt got through. */
export async function closeUnreachable(tx: Tx, connection: ProviderConnection, now: Date): Promise<void> {
  const { organisationId, connectionId } = connection
  const closing = { organisationId, by: 'hub', because: 'the provider is within reach again', now }
  await closeItem(tx, closing, { kind: 'provider-unreachable', ids: { connectionId } })
}
