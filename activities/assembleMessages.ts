import type { OutMessage } from '../adapters/contract.ts'
import { raiseForClaim } from '../db/claimAttention.ts'
import type { Tx } from '../db/connect.ts'
import { type InterchangeRow, type StoredMessage, storeMessages } from '../db/outgoing.ts'
import type { Deps } from './deps.ts'
import { batchContext, headOf, type Line, loadAttachments } from './sending.ts'

/**
 * Writes the exact bytes of an interchange and stores them. Null: the adapter cannot write this claim (its bug, or an impossible claim); that is on the
 * worklist now, never in an endless retry (poison claim B16).
 */
export async function assembleMessages(
  deps: Deps,
  tx: Tx,
  line: Line,
  interchange: InterchangeRow,
): Promise<StoredMessage[] | null> {
  const { organisationId } = line
  const now = deps.clock.now()
  const attachments = await loadAttachments(tx, organisationId, interchange.submissions)
  const messages = await written(deps, line, interchange, attachments)
  if (messages !== null) {
    const rows = messages.map((message) => ({
      head: headOf(message),
      body: message.body,
      mediaType: mediaTypeOf(message),
    }))
    return storeMessages(tx, organisationId, interchange, rows, now)
  }
  for (const { claimId, claimNumber } of interchange.submissions) {
    await raiseForClaim(tx, {
      organisationId,
      claimId,
      connectionId: line.connectionId,
      interchangeId: interchange.id,
      kind: 'delivery-held',
      role: 'billing',
      dedupeKey: `delivery-held:${claimId}`,
      because: `Claim ${claimNumber}: it cannot be written in the format of ${line.adapter.declaration.name}; nothing was sent`,
      now,
    })
  }
  return null
}

async function written(
  deps: Deps,
  line: Line,
  interchange: InterchangeRow,
  attachments: Map<string, Uint8Array>,
): Promise<OutMessage[] | null> {
  try {
    const ctx = batchContext(line, interchange, attachments)
    const parts = await Promise.all(interchange.submissions.map((submission) => line.adapter.encode(submission, ctx)))
    const messages = await line.adapter.assemble(parts, ctx)
    if (messages.length === 0) throw new Error('the adapter wrote no message')
    return messages
  } catch (error) {
    // An adapter's own words may carry what it could not map: only the kind of the error is logged.
    deps.log.error(
      { interchangeId: interchange.id, connectionId: line.connectionId, error: (error as Error).name },
      'the adapter cannot write this submission',
    )
    return null
  }
}

function mediaTypeOf(message: OutMessage): string {
  return message.transport === 'http'
    ? (message.headers['content-type'] ?? 'application/octet-stream')
    : 'application/octet-stream'
}
