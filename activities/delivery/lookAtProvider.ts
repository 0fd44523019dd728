import type { InMessage } from '../../adapters/contract.ts'
import type { InterchangeRow, StoredMessage } from '../../db/delivery/outgoingMessages.ts'
import type { LookResult } from '../../domain/delivery/deliveryProof.ts'
import type { Deps } from '../deps.ts'
import { decodeJob } from '../inbox/readDocument.ts'
import { messageFrom, openSession, type ProviderConnection } from '../providerConnection.ts'
import { exchangeInquiry } from './inquiry.ts'

/** Looks at the provider's side for an interchange that may be there; sends nothing of it. */
export async function lookAtProvider(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow,
  messages: StoredMessage[],
): Promise<LookResult> {
  try {
    if (connection.transport.checkArrival) return await lookBySelf(deps, connection, interchange, messages)
    if (!connection.adapter.declaration.delivery.lookup || !connection.adapter.ask) return 'nobody_knows'
    return await lookByAsking(deps, connection, interchange)
  } catch (error) {
    // A look that breaks down proves nothing, and must not keep the next one, or the worklist, from
    // coming.
    const { id: interchangeId, connectionId } = interchange
    deps.log.warn({ interchangeId, connectionId, error: (error as Error).name }, 'looking at the provider failed')
    return 'nobody_knows'
  }
}

async function lookBySelf(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow,
  messages: StoredMessage[],
): Promise<LookResult> {
  const session = openSession(deps, connection)
  // Of a copy that may have been sent after the backup nobody noted the step that it had come to.
  const mark = interchange.mark ?? (interchange.doubted ? 'RENAMING' : null)
  const looks = []
  for (const message of messages.filter((each) => !each.delivered)) {
    looks.push(await connection.transport.checkArrival?.(messageFrom(message.head, message.body), session, mark))
  }
  if (looks.length === 0 && messages.length === 0) return 'nobody_knows'
  if (looks.every((look) => look === 'arrived')) return 'there'
  return looks.every((look) => look === 'arrived' || look === 'absent') ? 'absent' : 'nobody_knows'
}

/**
 * Anything that the provider says about our own number, except "not found", proves that the
 * submission is there.
 */
async function lookByAsking(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow,
): Promise<LookResult> {
  const replies: InMessage[] = await exchangeInquiry(deps, connection, interchange.submissions)
  const numbers = new Set(interchange.submissions.map((submission) => submission.submissionNumber))
  let denials = 0
  let doubts = 0
  for (const reply of replies) {
    const decoded = await deps.decoder.lease((decode) => decode(decodeJob(deps, connection, reply)))
    if (decoded.kind !== 'done') return 'nobody_knows'
    for (const notice of decoded.answer) {
      if (notice.kind !== 'claim' || notice.fact.type === 'inquiry_failed') doubts += 1
      else if (notice.fact.type === 'not_found') denials += 1
      else if (numbers.has(notice.match.submissionNumber?.toUpperCase() ?? '')) return 'there'
      else doubts += 1
    }
  }
  return denials > 0 && doubts === 0 ? 'not_found' : 'nobody_knows'
}
