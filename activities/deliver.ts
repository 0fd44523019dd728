import type { Answer, OutMessage } from '../adapters/contract.ts'
import type { Sent } from '../adapters/transports/transport.ts'
import { raiseAttention } from '../db/attention.ts'
import type { Tx } from '../db/connect.ts'
import { concludeSending, type Lease, leaseInterchange, markSending } from '../db/interchanges.ts'
import {
  type InterchangeRow,
  loadInterchange,
  markDelivered,
  type StoredMessage,
  stopConnection,
  storedMessages,
  storeMessages,
} from '../db/outgoing.ts'
import { takeRequestSlot } from '../db/rateLimit.ts'
import type { Reference, Said } from '../domain/claim.ts'
import type { Fact } from '../domain/events.ts'
import type { Sending } from './createActivities.ts'
import type { Deps } from './deps.ts'
import type { ClaimNow, Delivered } from './outcomes.ts'
import { recordForClaims } from './recordForClaims.ts'
import {
  batchContext,
  headOf,
  heartbeating,
  type Line,
  loadAttachments,
  loadLine,
  messageFrom,
  openSession,
} from './sending.ts'

/** How long a connection that somebody must mend, or a claim that nobody can encode, rests before it is tried again (business time). */
const HELD_FOR_MS = 15 * 60_000

/**
 * One attempt to carry an interchange to the provider. Exact bytes and lease are committed before the first byte leaves; the outcome is written
 * only while the lease is still ours. Never retries by itself.
 */
export async function deliver(deps: Deps, sending: Sending): Promise<Delivered> {
  const prepared = await prepare(deps, sending)
  if (prepared.kind !== 'ready') return prepared.outcome
  const { line, lease, messages } = prepared
  deps.failpoint(`before_send:${line.adapter.declaration.transport}`)
  const end = await heartbeating(deps.timings.heartbeatMs / 3, () => sendAll(deps, sending, line, lease, messages))
  deps.failpoint(`after_send:${line.adapter.declaration.transport}`)
  const outcome = await conclude(deps, sending, line, lease, end)
  deps.failpoint(`after_record:${line.adapter.declaration.transport}`)
  return outcome
}

type Prepared =
  | { kind: 'ready'; line: Line; lease: Lease; messages: StoredMessage[] }
  | { kind: 'not_now'; outcome: Delivered }

async function prepare(deps: Deps, { organisationId, interchangeId }: Sending): Promise<Prepared> {
  return deps.databases.within(organisationId, async (tx): Promise<Prepared> => {
    const interchange = await loadInterchange(tx, organisationId, interchangeId)
    const line = await loadLine(deps, tx, organisationId, interchange.connectionId)
    if (line.stoppedBecause !== null) return { kind: 'not_now', outcome: held(deps) }
    const waitMs =
      line.requestsPerSecond === null
        ? 0
        : await takeRequestSlot(tx, organisationId, interchange.connectionId, line.requestsPerSecond)
    if (waitMs > 0) return { kind: 'not_now', outcome: { kind: 'not_sent', retryInMs: waitMs } }
    const leased = await leaseInterchange(tx, organisationId, interchangeId, {
      leaseMs: deps.leaseMs,
      now: deps.clock.now(),
    })
    if (leased.kind === 'busy')
      return { kind: 'not_now', outcome: { kind: 'busy', lookInMs: Math.max(leased.freeInMs, 500) } }
    if (leased.kind === 'settled') return { kind: 'not_now', outcome: { kind: 'settled', claim: null } }
    let messages = await storedMessages(tx, organisationId, interchangeId)
    if (messages.length === 0) {
      const assembled = await assemble(deps, tx, line, interchange)
      if (assembled === null) return { kind: 'not_now', outcome: held(deps) }
      messages = assembled
    }
    return { kind: 'ready', line, lease: leased.lease, messages }
  })
}

/** Adapter bugs and impossible claims end on the worklist (poison claim B16), with the lease given back; never in an endless retry. */
async function assemble(deps: Deps, tx: Tx, line: Line, interchange: InterchangeRow): Promise<StoredMessage[] | null> {
  const { organisationId } = line
  const now = deps.clock.now()
  try {
    const ctx = batchContext(line, interchange, await loadAttachments(tx, organisationId, interchange.submissions))
    const parts = await Promise.all(interchange.submissions.map((submission) => line.adapter.encode(submission, ctx)))
    const messages = await line.adapter.assemble(parts, ctx)
    return await storeMessages(
      tx,
      organisationId,
      interchange,
      messages.map((message) => ({ head: headOf(message), body: message.body, mediaType: mediaTypeOf(message) })),
      now,
    )
  } catch (error) {
    deps.log.error(
      { interchangeId: interchange.id, connectionId: line.connectionId, error: (error as Error).message },
      'the adapter cannot write this submission',
    )
    for (const submission of interchange.submissions) {
      await raiseAttention(tx, {
        organisationId,
        claimId: submission.claimId,
        connectionId: line.connectionId,
        kind: 'delivery-held',
        role: 'billing',
        dedupeKey: `delivery-held:${submission.claimId}`,
        because: `Claim ${submission.claimNumber}: it cannot be written in the format of ${line.adapter.declaration.name}; nothing was sent`,
        now,
      })
    }
    await tx
      .updateTable('interchanges')
      .set({ state: 'READY', lease_until: null })
      .where('organisation_id', '=', organisationId)
      .where('id', '=', interchange.id)
      .execute()
    return null
  }
}

function mediaTypeOf(message: OutMessage): string {
  return message.transport === 'http'
    ? (message.headers['content-type'] ?? 'application/octet-stream')
    : 'application/octet-stream'
}

/** How the whole sending ended. Several messages: taken only if all are; only undelivered ones go (again). */
interface End {
  delivered: string[]
  answer: Answer | Exclude<Sent, { kind: 'answered' } | { kind: 'arrived' } | { kind: 'unknown' }>
}

async function sendAll(
  deps: Deps,
  sending: Sending,
  line: Line,
  lease: Lease,
  messages: StoredMessage[],
): Promise<End> {
  const session = openSession(deps, line)
  const delivered: string[] = []
  let taken: Extract<Answer, { kind: 'taken' }> = { kind: 'taken', references: [], facts: [], said: [] }
  for (const [index, message] of messages.entries()) {
    if (message.delivered) continue
    const sent = await line.transport.send(messageFrom(message.head, message.body), session, {
      idempotencyKey: `${sending.interchangeId}-${index}`,
      mark: (step) =>
        deps.databases.within(sending.organisationId, (tx) => markSending(tx, sending.organisationId, lease, step)),
    })
    const answer = readSent(deps, line, sending, sent)
    if (answer.kind !== 'taken') {
      const partly = delivered.length > 0 && answer.kind !== 'stopped'
      return {
        delivered,
        answer:
          partly && answer.kind === 'refused'
            ? { kind: 'unknown', because: 'some messages were taken and one was refused' }
            : answer,
      }
    }
    delivered.push(message.documentId)
    taken = {
      ...taken,
      references: [...taken.references, ...answer.references],
      facts: [...taken.facts, ...answer.facts],
      said: [...taken.said, ...answer.said],
    }
  }
  return { delivered, answer: taken }
}

function readSent(deps: Deps, line: Line, sending: Sending, sent: Sent): End['answer'] {
  switch (sent.kind) {
    case 'arrived':
      return { kind: 'taken', references: [], facts: [], said: [] }
    case 'answered':
      try {
        return line.adapter.readAnswer(sent.answer, {
          ...batchContext(
            line,
            { id: sending.interchangeId, controlNumber: 0, createdAt: deps.clock.now() },
            new Map(),
          ),
        })
      } catch (error) {
        return { kind: 'unknown', because: `the answer could not be read: ${(error as Error).name}` }
      }
    case 'not_sent':
    case 'stopped':
    case 'unknown':
      return sent
  }
}

async function conclude(deps: Deps, sending: Sending, line: Line, lease: Lease, end: End): Promise<Delivered> {
  const { organisationId } = sending
  const { answer } = end
  const now = deps.clock.now()
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    await markDelivered(tx, organisationId, end.delivered)
    const write = (state: 'SENT' | 'REFUSED' | 'UNKNOWN' | 'READY', because: string | null) =>
      concludeSending(tx, organisationId, lease, { state, because, now })
    const tell = (fact: Fact, references: Reference[] = [], said: Said[] = []) =>
      recordForClaims(deps, tx, sending, [{ fact, at: now.toISOString(), said, references }])
    switch (answer.kind) {
      case 'taken': {
        if (!(await write('SENT', null))) return { kind: 'busy', lookInMs: 1_000 }
        const events = [
          { fact: { type: 'sent' as const }, at: now.toISOString(), said: answer.said, references: answer.references },
        ]
        const claim = await recordForClaims(deps, tx, sending, [
          ...events,
          ...answer.facts.map((fact) => ({ fact, at: now.toISOString(), said: answer.said, references: [] })),
        ])
        return { kind: 'settled', claim }
      }
      case 'refused': {
        if (!(await write('REFUSED', 'refused by the provider'))) return { kind: 'busy', lookInMs: 1_000 }
        return { kind: 'settled', claim: await tell({ type: 'delivery_refused' }, [], answer.said) }
      }
      case 'not_sent':
        await write('READY', answer.because)
        return { kind: 'not_sent', retryInMs: answer.retryAfterMs ?? backoffMs(lease.attempt) }
      case 'stopped': {
        await write('READY', answer.because)
        await stopConnection(tx, organisationId, line.connectionId, answer.because)
        await raiseAttention(tx, {
          organisationId,
          connectionId: line.connectionId,
          kind: 'connection-stopped',
          role: 'owner',
          dedupeKey: `connection-stopped:${line.connectionId}`,
          because: `${line.adapter.declaration.name}: ${answer.because}. Nothing is sent on this connection until somebody resumes it`,
          now,
        })
        return held(deps)
      }
      case 'unknown': {
        if (!(await write('UNKNOWN', answer.because))) return { kind: 'busy', lookInMs: 1_000 }
        const claim: ClaimNow | null = await tell({ type: 'delivery_unknown', because: answer.because })
        return { kind: 'unknown', lookInMs: lookInMs(deps, line), claim }
      }
    }
  })
}

function held(deps: Deps): Delivered {
  return { kind: 'not_sent', retryInMs: Math.max(1_000, HELD_FOR_MS / deps.clock.scale) }
}

/** 1 s, 2 s, 4 s … 5 min, with jitter so that a recovered provider is not stormed. */
function backoffMs(attempt: number): number {
  return Math.min(300_000, 1_000 * 2 ** Math.min(attempt - 1, 10)) * (0.5 + Math.random() / 2)
}

/** A submission can be found only after the provider's own lag; never sooner than a second. */
export function lookInMs(deps: Deps, line: Line): number {
  const { lookup, lookupLagSeconds, keyWindowHours } = line.adapter.declaration.delivery
  const lag = lookup && keyWindowHours === 0 ? (lookupLagSeconds * 1_000) / deps.clock.scale : 0
  return Math.max(1_000, lag)
}
