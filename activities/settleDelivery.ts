import type { InMessage } from '../adapters/contract.ts'
import { raiseAttention } from '../db/attention.ts'
import {
  type InterchangeRow,
  loadInterchange,
  markDelivered,
  type StoredMessage,
  settleUnknown,
  storedMessages,
  takeOverExpired,
} from '../db/outgoing.ts'
import type { Sending } from './createActivities.ts'
import { lookInMs } from './deliver.ts'
import type { Deps } from './deps.ts'
import { exchangeInquiry } from './inquiry.ts'
import type { Delivered } from './outcomes.ts'
import { recordForClaims } from './recordForClaims.ts'
import { heartbeating, type Line, loadLine, messageFrom, openSession, readingContext } from './sending.ts'

/** Looks that find nothing before a person is told; the looking goes on. */
const LOOKS_BEFORE_ATTENTION = 3
/** A lookup must say "not there" this often, with a growing gap, before it is believed (provider's own lag). */
const ABSENT_TWICE = 2
/** The provider forgets a key after its window; an hour before that we stop relying on it. */
const KEY_MARGIN_HOURS = 1

/**
 * Finds out what became of an interchange that may have left: by the transport's own look (SFTP folder), by the idempotency key (the same key and
 * bytes again are safe inside the key's window), or by asking the provider. Answers `not_sent` only when sending again is safe.
 */
export async function settleDelivery(deps: Deps, sending: Sending): Promise<Delivered> {
  const { organisationId, interchangeId } = sending
  const { interchange, line, messages } = await deps.databases.within(organisationId, async (tx) => {
    await takeOverExpired(tx, organisationId, interchangeId)
    const interchange = await loadInterchange(tx, organisationId, interchangeId)
    return {
      interchange,
      line: await loadLine(deps, tx, organisationId, interchange.connectionId),
      messages: await storedMessages(tx, organisationId, interchangeId),
    }
  })
  switch (interchange.state) {
    case 'SENT':
    case 'REFUSED':
      return settledByRow(deps, sending)
    case 'READY':
    case 'RESEND':
    case 'WAITING':
      return { kind: 'not_sent', retryInMs: 0 }
    case 'SENDING':
      return { kind: 'busy', lookInMs: 1_000 }
    default:
      return heartbeating(deps.timings.heartbeatMs / 3, () => look(deps, sending, line, interchange, messages))
  }
}

async function look(
  deps: Deps,
  sending: Sending,
  line: Line,
  interchange: InterchangeRow,
  messages: StoredMessage[],
): Promise<Delivered> {
  const found = await where(deps, line, interchange, messages)
  const now = deps.clock.now()
  const { organisationId, interchangeId } = sending
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    switch (found) {
      case 'there': {
        await settleUnknown(tx, organisationId, interchangeId, 'SENT', now)
        await markDelivered(
          tx,
          organisationId,
          messages.map((message) => message.documentId),
        )
        const event = { fact: { type: 'sent' as const }, at: now.toISOString(), said: [], references: [] }
        return { kind: 'settled', claim: await recordForClaims(deps, tx, sending, [event]) }
      }
      case 'safe_to_resend':
        await settleUnknown(tx, organisationId, interchangeId, 'RESEND', now)
        return { kind: 'not_sent', retryInMs: 0 }
      case 'nobody_knows': {
        await settleUnknown(tx, organisationId, interchangeId, 'UNKNOWN', now)
        if (interchange.lookups + 1 >= LOOKS_BEFORE_ATTENTION) {
          for (const submission of interchange.submissions) {
            await raiseAttention(tx, {
              organisationId,
              claimId: submission.claimId,
              connectionId: line.connectionId,
              interchangeId,
              kind: 'delivery-unknown',
              role: 'billing',
              dedupeKey: `delivery-unknown:${submission.claimId}`,
              because: `Claim ${submission.claimNumber}: it may have arrived at ${line.adapter.declaration.name}; ask them, then say what they have`,
              now,
            })
          }
        }
        const gap = lookInMs(deps, line) * 2 ** Math.min(interchange.lookups, 8)
        return {
          kind: 'unknown',
          lookInMs: Math.min(gap, 3_600_000),
          claim: await recordForClaims(deps, tx, sending, []),
        }
      }
    }
  })
}

type Where = 'there' | 'safe_to_resend' | 'nobody_knows'

async function where(deps: Deps, line: Line, interchange: InterchangeRow, messages: StoredMessage[]): Promise<Where> {
  const { delivery } = line.adapter.declaration
  if (line.transport.settle) {
    const looks = []
    for (const message of messages.filter((each) => !each.delivered)) {
      looks.push(
        await line.transport.settle(messageFrom(message.head, message.body), openSession(deps, line), interchange.mark),
      )
    }
    if (looks.every((each) => each === 'arrived')) return 'there'
    return looks.includes('absent') && !looks.includes('cannot_tell') ? 'safe_to_resend' : 'nobody_knows'
  }
  if (
    delivery.keyWindowHours > 0 &&
    delivery.unknownPolicy === 'resend' &&
    insideKeyWindow(deps, interchange, delivery.keyWindowHours)
  )
    return 'safe_to_resend'
  if (!delivery.lookup || !line.adapter.ask) return 'nobody_knows'
  return lookUp(deps, line, interchange, delivery.unknownPolicy)
}

function insideKeyWindow(deps: Deps, interchange: InterchangeRow, hours: number): boolean {
  const age = deps.clock.now().getTime() - (interchange.firstSentAt ?? interchange.createdAt).getTime()
  return age < (hours - KEY_MARGIN_HOURS) * 3_600_000
}

/** Any word of the provider about our own number, except "not found", proves that the submission is there. */
async function lookUp(deps: Deps, line: Line, interchange: InterchangeRow, policy: 'resend' | 'hold'): Promise<Where> {
  const replies: InMessage[] = await exchangeInquiry(deps, line, interchange.submissions)
  const numbers = new Set(interchange.submissions.map((submission) => submission.submissionNumber))
  let absent = replies.length > 0
  for (const reply of replies) {
    for (const notice of await line.adapter.decode(reply, readingContext(deps, line))) {
      if (notice.kind !== 'claim' || !numbers.has(notice.match.submissionNumber?.toUpperCase() ?? ''))
        absent &&= notice.kind === 'claim' && notice.fact.type === 'not_found'
      else if (notice.fact.type !== 'not_found' && notice.fact.type !== 'inquiry_failed') return 'there'
      else absent &&= notice.fact.type === 'not_found'
    }
  }
  return absent && policy === 'resend' && interchange.lookups + 1 >= ABSENT_TWICE ? 'safe_to_resend' : 'nobody_knows'
}

async function settledByRow(deps: Deps, sending: Sending): Promise<Delivered> {
  return deps.databases.within(sending.organisationId, async (tx) => ({
    kind: 'settled',
    claim: await recordForClaims(deps, tx, sending, []),
  }))
}
