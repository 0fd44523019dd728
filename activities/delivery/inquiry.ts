import type { InMessage, OpenClaim } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { storeMessages } from '../../db/delivery/interchangeMessages.ts'
import { allocateInterchange } from '../../db/delivery/interchanges.ts'
import { finishSending, leaseInterchange } from '../../db/delivery/leases.ts'
import { loadInterchange } from '../../db/delivery/outgoingMessages.ts'
import type { Submission } from '../../domain/claim.ts'
import type { Deps } from '../deps.ts'
import { storeDocument } from '../inbox/storeDocument.ts'
import { addressOf, batchContext, headOf, openSession, type ProviderConnection } from '../providerConnection.ts'
import { waitForSlot } from './retryDelays.ts'

/**
 * Asks the provider about submissions: an interchange of its own with bytes kept, sent once.
 * Immediate replies are stored like every document and answered; a transport without replies (SFTP)
 * gets its answer through the mailbox. An inquiry that fails is simply asked again later.
 */
export async function exchangeInquiry(
  deps: Deps,
  connection: ProviderConnection,
  submissions: Submission[],
): Promise<InMessage[]> {
  const { adapter, organisationId } = connection
  if (!adapter.ask) return []
  const ask = adapter.ask
  const now = deps.clock.now()
  const prepared = await deps.databases.within(organisationId, async (tx) => {
    const id = await allocateInterchange(tx, {
      organisationId,
      connectionId: connection.connectionId,
      kind: 'inquiry',
      adapterVersion: adapter.declaration.version,
      submissions: [],
      now,
    })
    const interchange = await loadInterchange(tx, organisationId, id)
    const leased = await leaseInterchange(tx, organisationId, id, {
      leaseMs: deps.leaseMs,
      now,
      sentTo: addressOf(connection),
    })
    if (leased.kind !== 'leased') throw new Error(`inquiry ${id} was just made and is not ours`)
    const claims: OpenClaim[] = []
    for (const submission of submissions)
      claims.push({ submission, references: await referencesOf(tx, organisationId, submission.claimId) })
    const messages = await ask(claims, batchContext(connection, interchange, new Map()))
    await storeMessages(
      tx,
      { organisationId, interchangeId: id, connectionId: connection.connectionId, now },
      messages.map((message) => ({
        head: headOf(message),
        body: message.body,
        mediaType: 'application/octet-stream',
        carried: null,
      })),
    )
    return { interchange, lease: leased.lease, messages }
  })
  const replies: InMessage[] = []
  let failed: { proof: 'refused' | 'no_answer'; because: string } | null = null
  for (const [index, message] of prepared.messages.entries()) {
    await waitForSlot(deps, connection)
    const sent = await connection.transport.send(message, openSession(deps, connection), {
      idempotencyKey: `${prepared.interchange.id}-${index}`,
      mark: async () => undefined,
    })
    if (sent.kind === 'answered') replies.push(sent.answer)
    else if (sent.kind === 'by_hand') failed = { proof: 'no_answer', because: 'this provider is asked by a person' }
    else if (sent.kind === 'refused') failed = { proof: 'refused', because: 'refused by the provider' }
    else if (sent.kind !== 'arrived') failed = { proof: 'no_answer', because: sent.because }
  }
  await deps.databases.within(organisationId, async (tx) => {
    for (const [index, reply] of replies.entries())
      await storeDocument(deps, tx, connection, {
        key: `${prepared.interchange.id}-${index}`,
        message: reply,
        mediaType: contentType(reply),
        channel: 'answer',
      })
    await finishSending(tx, organisationId, prepared.lease, {
      ...(failed === null
        ? { move: 'finish-sent', proof: 'taken', because: null }
        : { move: 'finish-refused', ...failed }),
      now: deps.clock.now(),
    })
  })
  return replies
}

async function referencesOf(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('claim_references')
    .select(['type', 'value'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
}

function contentType(message: InMessage): string {
  return message.transport === 'http'
    ? (message.headers['content-type'] ?? 'application/octet-stream')
    : 'application/octet-stream'
}
