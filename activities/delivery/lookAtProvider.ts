import type { InMessage } from '../../adapters/contract.ts'
import type { StoredMessage } from '../../db/delivery/interchangeMessages.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import type { LookResult } from '../../domain/delivery/deliveryProof.ts'
import { isDoubtful } from '../../domain/delivery/messageFate.ts'
import type { Deps } from '../deps.ts'
import { decodeJob } from '../inbox/readDocument.ts'
import { messageFrom, openSession, type ProviderConnection } from '../providerConnection.ts'
import { exchangeInquiry } from './inquiry.ts'

/** What a look shows of one message in doubt. */
export interface MessageLook {
  message: StoredMessage
  found: LookResult
}

/**
 * Looks at the provider's side for the messages of an interchange that may be there; sends nothing
 * of it. Of those that certainly never left it asks nothing.
 */
export async function lookAtProvider(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow,
  messages: StoredMessage[],
): Promise<MessageLook[]> {
  const doubtful = messages.filter(({ fate }) => isDoubtful(fate))
  const unseen = doubtful.map((message) => ({ message, found: 'nobody_knows' as const }))
  if (doubtful.length === 0) return []
  try {
    if (connection.transport.checkArrival) return await lookBySelf(deps, connection, doubtful)
    if (!connection.adapter.declaration.delivery.lookup || !connection.adapter.ask) return unseen
    return await lookByAsking(deps, connection, interchange, doubtful)
  } catch (error) {
    // A look that breaks down proves nothing, and must not keep the next one, or the worklist, from
    // coming.
    const { id: interchangeId, connectionId } = interchange
    deps.log.warn({ interchangeId, connectionId, error: (error as Error).name }, 'looking at the provider failed')
    return unseen
  }
}

async function lookBySelf(
  deps: Deps,
  connection: ProviderConnection,
  doubtful: StoredMessage[],
): Promise<MessageLook[]> {
  const session = openSession(deps, connection)
  const looks: MessageLook[] = []
  for (const message of doubtful) {
    const { head, body, mark } = message
    const look = await connection.transport.checkArrival?.(messageFrom(head, body), session, mark)
    const found = look === 'arrived' ? 'there' : look === 'absent' ? 'absent' : 'nobody_knows'
    looks.push({ message, found })
  }
  return looks
}

/**
 * Anything that the provider says about our own number, except "not found", proves that the
 * submission is there, and with it every message that its claim is in.
 */
async function lookByAsking(
  deps: Deps,
  connection: ProviderConnection,
  interchange: InterchangeRow,
  doubtful: StoredMessage[],
): Promise<MessageLook[]> {
  const looks: MessageLook[] = []
  for (const message of doubtful) {
    const about = [...message.claims, ...message.papers]
    const submissions = interchange.submissions.filter(({ submissionId }) => about.includes(submissionId))
    const replies = await exchangeInquiry(deps, connection, submissions)
    const numbers = new Set(submissions.map((submission) => submission.submissionNumber))
    looks.push({ message, found: await meaningOf(deps, connection, replies, numbers) })
  }
  return looks
}

async function meaningOf(
  deps: Deps,
  connection: ProviderConnection,
  replies: InMessage[],
  numbers: Set<string>,
): Promise<LookResult> {
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
