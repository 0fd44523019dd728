import type { Sent } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { type MessageOutcome, noteFates, type StoredMessage } from '../../db/delivery/interchangeMessages.ts'
import { type Ended, finishSending, type Lease } from '../../db/delivery/leases.ts'
import { type InterchangeRow, stopConnection } from '../../db/delivery/outgoingMessages.ts'
import { rememberReferences } from '../../db/inbox/matchClaims.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Reference, Said } from '../../domain/claim.ts'
import type { ClaimEvent, Fact, ProviderFact } from '../../domain/claims/claimEvents.ts'
import { isThere } from '../../domain/delivery/messageFate.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'
import { heldForMs, recordWait, waitForConnection } from './holdClaims.ts'
import { recordDoubt, withFates } from './messagesOfClaims.ts'
import { lockSentClaims, recordForClaims, type SentClaim } from './recordForClaims.ts'
import { lookInMs, restMs } from './retryDelays.ts'
import { closeUnreachable, raiseUnreachable } from './unreachable.ts'

/** How one attempt ended: which messages were taken, and the answer that ended it. */
export interface End {
  /** What became of each message that this attempt sent. */
  fates: MessageOutcome[]
  references: Reference[]
  facts: ProviderFact[]
  said: Said[]
  answer:
    | { kind: 'taken' }
    | { kind: 'refused' }
    /** Some messages were taken and one was refused. */
    | { kind: 'partly_refused' }
    | Extract<Sent, { kind: 'by_hand' | 'not_sent' | 'stopped' | 'unknown' }>
}

interface Attempt {
  connection: ProviderConnection
  interchange: InterchangeRow
  lease: Lease
  messages: StoredMessage[]
  mayBeThere: boolean
}

/**
 * Writes how the attempt ended, while its lease is still ours: what a later attempt wrote is never
 * overwritten.
 */
export async function concludeDelivery(
  deps: Deps,
  sending: Transmission,
  attempt: Attempt,
  end: End,
): Promise<Delivered> {
  const { organisationId } = sending
  const { connection, lease, mayBeThere } = attempt
  const messages = withFates(attempt.messages, end.fates)
  const answer = answerOfAll(messages, end)
  const { unsentSince } = attempt.interchange
  const now = deps.clock.now()
  const at = now.toISOString()
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    const sent = await lockSentClaims(tx, sending, attempt.interchange)
    const references = sent.length > 1 ? ofAll(end.references) : end.references
    const finish = async (ended: Ended) => {
      const ours = await finishSending(tx, organisationId, lease, { ...ended, now })
      if (ours) await noteFates(tx, organisationId, end.fates, now)
      return ours
    }
    // This try did not leave; an earlier one may have: the interchange is what it was before.
    const finishNotSent = (because: string) =>
      finish(
        mayBeThere ? { move: 'finish-not-repeated', because } : { move: 'finish-not-sent', proof: 'not_sent', because },
      )
    const record = (events: ClaimEvent[]) => recordForClaims(deps, tx, { sending, sent }, events)
    const event = (fact: Fact): ClaimEvent => ({ fact, at, said: end.said, references: [] })
    if (unsentSince !== null && REACHED.includes(answer.kind)) await closeUnreachable(tx, connection, now)
    if (answer.kind !== 'taken') await keepReferences(tx, connection, { sent, references, now })
    switch (answer.kind) {
      case 'taken': {
        if (!(await finish({ move: 'finish-sent', proof: 'taken', because: null }))) return leaseLost
        const taken = { ...event({ type: 'sent' }), references }
        return { kind: 'settled', claim: await record([taken, ...end.facts.map(event)]) }
      }
      case 'refused': {
        const because = 'refused by the provider'
        if (!(await finish({ move: 'finish-refused', proof: 'refused', because }))) return leaseLost
        return { kind: 'settled', claim: await record([event({ type: 'delivery_refused' })]) }
      }
      case 'by_hand': {
        if (!(await finish({ move: 'finish-by-hand', because: 'a person files it' }))) return leaseLost
        await askToFile(tx, connection, { interchangeId: attempt.interchange.id, sent, now })
        for (const { claim } of sent) claim.attention = true
        return { kind: 'waiting', claim: await record([event({ type: 'waits', for: 'person' })]) }
      }
      case 'not_sent': {
        if (!(await finishNotSent(answer.because))) return leaseLost
        const tried = { attempt: lease.attempt, unsentSince, retryAfterMs: answer.retryAfterMs }
        const { retryInMs, overdue } = restMs(deps, tried)
        if (overdue) await raiseUnreachable(tx, connection, now)
        const waits = overdue || waitForConnection(sent)
        const recorded = waits ? await recordWait(deps, tx, { sending, sent }, 'provider') : {}
        return { kind: 'not_sent', retryInMs, ...recorded }
      }
      case 'stopped': {
        if (!(await finishNotSent(answer.because))) return leaseLost
        await stop(tx, connection, answer.because, now)
        const recorded = await recordWait(deps, tx, { sending, sent }, 'connection')
        return { kind: 'not_sent', retryInMs: heldForMs(deps), ...recorded }
      }
      case 'partly_refused':
      case 'unknown': {
        const { proof, because, retryAfterMs } = doubtOf(answer)
        if (!(await finish({ move: 'finish-unknown', proof, because }))) return leaseLost
        const claim = await recordDoubt(
          deps,
          tx,
          { sending, sent, messages },
          event({ type: 'delivery_unknown', because }),
        )
        const { retryInMs } = restMs(deps, { attempt: lease.attempt, unsentSince: null, retryAfterMs })
        return { kind: 'unknown', lookInMs: Math.max(lookInMs(deps, connection), retryInMs), claim }
      }
    }
  })
}

/** An attempt ends well only when no message of an earlier one is left in doubt. */
function answerOfAll(messages: StoredMessage[], { answer }: End): End['answer'] {
  if (answer.kind !== 'taken' || messages.every(({ fate }) => isThere(fate))) return answer
  return { kind: 'unknown', because: 'an earlier message of it may not have arrived' }
}

/** Why nobody knows whether it is there, and how long the provider wants to be left alone. */
function doubtOf(answer: Extract<End['answer'], { kind: 'partly_refused' | 'unknown' }>) {
  if (answer.kind === 'unknown') return { ...answer, proof: 'no_answer' as const }
  const because = 'some messages were taken and one was refused'
  return { proof: 'partly_refused' as const, because, retryAfterMs: undefined }
}

/** Ends of an attempt after which the provider is within reach again. */
const REACHED: readonly string[] = ['taken', 'refused', 'partly_refused', 'by_hand']

/**
 * On the worklist until somebody says that it is filed: nobody else carries it. One item a claim,
 * so that each closes with its own notice.
 */
async function askToFile(
  tx: Tx,
  connection: ProviderConnection,
  { interchangeId, sent, now }: { interchangeId: string; sent: SentClaim[]; now: Date },
): Promise<void> {
  const { organisationId, connectionId } = connection
  for (const { claim } of sent) {
    const { claimId, claimNumber } = claim
    const words = { claimNumber, provider: connection.adapter.declaration.name }
    const ids = { claimId, interchangeId }
    await raiseItem(tx, { organisationId, connectionId, now }, { kind: 'to-file', ids, words })
  }
}

/** A later attempt or a notice has moved the interchange: its row says what to do next. */
const leaseLost: Delivered = { kind: 'busy', lookInMs: 1_000 }

/** Of the references in an answer to many claims only the batch's own holds for each of them. */
function ofAll(references: Reference[]): Reference[] {
  return references.filter((reference) => reference.type === 'batch')
}

/**
 * What the provider called the claim in the messages that it took, also when a later message of the
 * same sending did not get through.
 */
async function keepReferences(
  tx: Tx,
  { organisationId, connectionId }: ProviderConnection,
  { sent, references, now }: { sent: SentClaim[]; references: Reference[]; now: Date },
): Promise<void> {
  const learned = sent.map(({ claim: { claimId } }) => ({ connectionId, claimId, submissionId: null, references }))
  await rememberReferences(tx, organisationId, learned, now)
}

async function stop(tx: Tx, connection: ProviderConnection, because: string, now: Date): Promise<void> {
  const { organisationId, connectionId } = connection
  await stopConnection(tx, organisationId, connectionId, because)
  const words = { provider: connection.adapter.declaration.name, because }
  await raiseItem(tx, { organisationId, now }, { kind: 'connection-stopped', ids: { connectionId }, words })
}
