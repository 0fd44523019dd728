import type { Answer } from '../../adapters/contract.ts'
import type { Sent, Session } from '../../adapters/transports/transport.ts'
import {
  type HeldMessage,
  markMessage,
  messageLeft,
  type StoredMessage,
} from '../../db/delivery/interchangeMessages.ts'
import type { Lease } from '../../db/delivery/leases.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import { isThere } from '../../domain/delivery/messageFate.ts'
import type { Deps } from '../deps.ts'
import { batchContext, messageFrom, type ProviderConnection } from '../providerConnection.ts'
import type { End } from './finishDelivery.ts'
import { waitForSlot } from './retryDelays.ts'

interface Sending {
  connection: ProviderConnection
  interchange: InterchangeRow
  session: Session
  lease: Lease
  /** When it runs out, by this process's own steady clock (milliseconds). */
  leaseEnds: number
  /** All of the interchange. */
  messages: StoredMessage[]
  /** Those that leave now; the first is marked where its transport does not do so itself. */
  leaving: StoredMessage[]
}

/**
 * Sends one message after the other, up to the first that is not taken. That one has left is
 * written before the next is begun: a sender that dies in between leaves no doubt about either.
 */
export async function sendMessages(deps: Deps, sending: Sending): Promise<End> {
  const { connection, session, messages, leaving } = sending
  const { organisationId } = connection
  const end: End = { fates: [], references: [], facts: [], said: [], answer: { kind: 'taken' } }
  for (const [index, message] of leaving.entries()) {
    const before = leaving[index - 1]
    if (before !== undefined) await passOn(deps, sending, before, message)
    refuseLate(sending)
    const sent = await connection.transport.send(messageFrom(message.head, message.body), session, {
      idempotencyKey: `${sending.interchange.id}-${messages.indexOf(message)}`,
      mark: async (step) => {
        await deps.databases.within(organisationId, (tx) => markMessage(tx, heldBy(deps, sending, message), step))
        refuseLate(sending)
        deps.failpoint(`after_mark:${connection.adapter.declaration.transport}`)
      },
    })
    const answer = readSent(deps, sending, sent)
    end.fates.push({ documentId: message.documentId, fate: fateAfter(message, answer) })
    if (answer.kind === 'refused' && (index > 0 || messages.some(({ fate }) => isThere(fate))))
      return { ...end, answer: { kind: 'partly_refused' } }
    if (answer.kind === 'refused') return { ...end, said: answer.said, answer: { kind: 'refused' } }
    if (answer.kind !== 'taken') return { ...end, answer }
    end.references.push(...answer.references)
    end.facts.push(...answer.facts)
    end.said.push(...answer.said)
  }
  return end
}

/** Between two messages: the one has left, the other is about to. Waits for the agreed rate. */
async function passOn(deps: Deps, sending: Sending, left: StoredMessage, next: StoredMessage): Promise<void> {
  const { connection } = sending
  await waitForSlot(deps, connection)
  await deps.databases.within(connection.organisationId, async (tx) => {
    await messageLeft(tx, heldBy(deps, sending, left))
    if (!connection.transport.marks) await markMessage(tx, heldBy(deps, sending, next), 'SENDING')
  })
  deps.failpoint(`between_messages:${connection.adapter.declaration.transport}`)
}

/**
 * A process that stood still past its lease (failure B7) sends nothing more: somebody else may be
 * sending by now.
 */
function refuseLate({ interchange, lease, leaseEnds }: Sending): void {
  if (performance.now() < leaseEnds) return
  throw new Error(
    `interchange ${interchange.id}: the lease of attempt ${lease.attempt} has run out; nothing more is sent`,
  )
}

function heldBy(deps: Deps, { connection, lease }: Sending, { documentId }: StoredMessage): HeldMessage {
  return { organisationId: connection.organisationId, lease, documentId, now: deps.clock.now() }
}

/** An attempt that certainly did not leave says nothing of an earlier one that may have. */
function fateAfter({ fate }: StoredMessage, answer: Read): StoredMessage['fate'] {
  switch (answer.kind) {
    case 'taken':
      return 'left'
    case 'refused':
      return 'refused'
    case 'unknown':
      return 'marked'
    case 'by_hand':
    case 'not_sent':
    case 'stopped':
      return fate
  }
}

type Read = Answer | Exclude<Sent, { kind: 'answered' } | { kind: 'arrived' }>

function readSent(deps: Deps, { connection, interchange }: Sending, sent: Sent): Read {
  switch (sent.kind) {
    case 'arrived':
      return { kind: 'taken', references: [], facts: [], said: [] }
    case 'answered':
      try {
        const of = { id: interchange.id, controlNumber: 0, createdAt: deps.clock.now() }
        return connection.adapter.readAnswer(sent.answer, batchContext(connection, of, new Map()))
      } catch (error) {
        return { kind: 'unknown', because: `the answer could not be read: ${(error as Error).name}` }
      }
    case 'refused':
    case 'by_hand':
    case 'not_sent':
    case 'stopped':
    case 'unknown':
      return sent
  }
}
