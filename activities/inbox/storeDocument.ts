import { createHash } from 'node:crypto'
import type { CollectedDocument } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { storeDocument as insertDocument } from '../../db/inbox/documents.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/** Stores a document raw, once: the caller's commit is what makes it safe to tell the source. */
export async function storeDocument(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  { channel, ...found }: CollectedDocument & { channel: 'collect' | 'answer' },
): Promise<boolean> {
  const { body, ...head } = found.message
  const sha256 = createHash('sha256').update(body).digest()
  const stored = await insertDocument(tx, {
    organisationId: connection.organisationId,
    connectionId: connection.connectionId,
    channel,
    dedupeKey: `${found.key}:${sha256.toString('hex')}`,
    head: { ...head },
    mediaType: found.mediaType,
    body: Buffer.from(body),
    now: deps.clock.now(),
  })
  return stored.isNew
}
