import type { OutMessage, Part } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { removeFromBatch } from '../../db/delivery/batchMembership.ts'
import { type InterchangeRow, type StoredMessage, storeMessages } from '../../db/delivery/outgoingMessages.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Deps } from '../deps.ts'
import { batchContext, headOf, loadAttachments, loadPreparers, type ProviderConnection } from '../providerConnection.ts'

/**
 * Writes the exact bytes of an interchange and stores them. A claim of a batch that the adapter
 * cannot write is taken out of it and the others go. Null: nothing can be written (the adapter's
 * bug, or an impossible claim); then it is on the worklist, and not retried for ever (failure B16).
 */
export async function assembleMessages(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  interchange: InterchangeRow,
): Promise<StoredMessage[] | null> {
  const { organisationId } = connection
  const attachments = await loadAttachments(tx, organisationId, interchange.submissions)
  const preparedBy = await loadPreparers(tx, organisationId, interchange.submissions)
  const { poison, messages } = await written(deps, connection, { ...interchange, preparedBy }, attachments)
  const held = messages === null ? interchange.submissions : poison
  await raiseHeld(deps, tx, connection, { interchangeId: interchange.id, submissions: held })
  if (messages === null) return null
  for (const { submissionId } of poison) {
    const to = { kind: 'alone' as const, leavesAt: deps.clock.now() }
    await removeFromBatch(tx, {
      organisationId,
      interchangeId: interchange.id,
      submissionId,
      to,
      now: deps.clock.now(),
    })
  }
  interchange.submissions = interchange.submissions.filter((each) => !poison.includes(each))
  const rows = messages.map((message) => ({
    head: headOf(message),
    body: message.body,
    mediaType: mediaTypeOf(message),
  }))
  const { id: interchangeId, connectionId } = interchange
  return storeMessages(tx, { organisationId, connectionId, interchangeId, now: deps.clock.now() }, rows)
}

/**
 * What the adapter makes of the submissions: those that it can't encode are `poison`; `messages` is
 * null when it makes nothing at all.
 */
async function written(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow & { preparedBy: string[] },
  attachments: Map<string, Uint8Array>,
): Promise<{ poison: Submission[]; messages: OutMessage[] | null }> {
  const poison: Submission[] = []
  const parts: Part[] = []
  try {
    const ctx = batchContext(connection, interchange, attachments)
    for (const submission of interchange.submissions) {
      try {
        parts.push(await connection.adapter.encode(submission, ctx))
      } catch (error) {
        logPoison(deps, connection, interchange, error as Error)
        poison.push(submission)
      }
    }
    const messages = parts.length === 0 ? [] : await connection.adapter.assemble(parts, ctx)
    if (messages.length === 0) throw new Error('the adapter wrote no message')
    return { poison, messages }
  } catch (error) {
    logPoison(deps, connection, interchange, error as Error)
    return { poison, messages: null }
  }
}

/** An adapter's own words may carry what it could not map: only the kind of the error is logged. */
function logPoison(deps: Deps, connection: ProviderConnection, interchange: InterchangeRow, error: Error): void {
  deps.log.error(
    { interchangeId: interchange.id, connectionId: connection.connectionId, error: error.name },
    'the adapter cannot write this submission',
  )
}

async function raiseHeld(
  deps: Deps,
  tx: Tx,
  connection: ProviderConnection,
  { interchangeId, submissions }: { interchangeId: string; submissions: Submission[] },
): Promise<void> {
  const { organisationId, connectionId } = connection
  const raising = { organisationId, connectionId, interchangeId, now: deps.clock.now() }
  for (const { claimId, claimNumber } of submissions) {
    const words = { claimNumber, provider: connection.adapter.declaration.name }
    await raiseItem(tx, raising, { kind: 'delivery-held', ids: { claimId }, words })
  }
}

function mediaTypeOf(message: OutMessage): string {
  return message.transport === 'http'
    ? (message.headers['content-type'] ?? 'application/octet-stream')
    : 'application/octet-stream'
}
