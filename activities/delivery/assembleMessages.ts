import type { OutMessage } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { removeFromBatch } from '../../db/delivery/batchMembership.ts'
import { type Carried, type StoredMessage, storeMessages } from '../../db/delivery/interchangeMessages.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Deps } from '../deps.ts'
import { batchContext, headOf, loadAttachments, loadPreparers, type ProviderConnection } from '../providerConnection.ts'
import { writeBatch } from './writeBatch.ts'

/**
 * Writes the exact bytes of an interchange and stores them. A claim of a batch that the adapter
 * cannot write is taken out of it and the others go; so do claims that only fit into another
 * interchange. Null: nothing can be written (the adapter's bug, or an impossible claim); then it is
 * on the worklist, and not retried for ever (failure B16).
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
  const ctx = batchContext(connection, { ...interchange, preparedBy }, attachments)
  const { poison, apart, messages } = await writeBatch(connection.adapter, interchange.submissions, ctx)
  for (const { error } of poison) logPoison(deps, connection, interchange, error)
  const held = poison.map(({ submission }) => submission)
  await raiseHeld(deps, tx, connection, { interchangeId: interchange.id, submissions: held })
  if (messages.length === 0) return null
  const leaving = [...held, ...apart]
  for (const { submissionId } of leaving) {
    const to = { kind: 'alone' as const, leavesAt: deps.clock.now() }
    await removeFromBatch(tx, {
      organisationId,
      interchangeId: interchange.id,
      submissionId,
      to,
      now: deps.clock.now(),
    })
  }
  interchange.submissions = interchange.submissions.filter((each) => !leaving.includes(each))
  const rows = messages.map((message) => ({
    head: headOf(message),
    body: message.body,
    mediaType: mediaTypeOf(message),
    carried: carriedBy(message, interchange.submissions),
  }))
  const { id: interchangeId, connectionId } = interchange
  return storeMessages(tx, { organisationId, connectionId, interchangeId, now: deps.clock.now() }, rows)
}

/** What the adapter says of the message, as ids; a message of which it says nothing carries all. */
function carriedBy(message: OutMessage, submissions: Submission[]): Carried {
  const idsOf = (numbers: string[]) =>
    submissions.flatMap((each) => (numbers.includes(each.submissionNumber) ? [each.submissionId] : []))
  if ('carries' in message && message.carries)
    return { claims: idsOf(message.carries.claims), papers: idsOf(message.carries.papers) }
  const about = 'about' in message && message.about !== undefined ? idsOf([message.about]) : []
  return { claims: about.length > 0 ? about : submissions.map((each) => each.submissionId), papers: [] }
}

/** An adapter's own words may carry what it could not map: only the kind of the error is logged. */
function logPoison(deps: Deps, connection: ProviderConnection, interchange: InterchangeRow, error: Error): void {
  // The same bytes fail again at each try: said once, and then it is on the worklist.
  if (interchange.attempt > 0) return
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
