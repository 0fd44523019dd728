import { setTimeout as pause } from 'node:timers/promises'
import type { Session } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { closeBatch } from '../../db/delivery/batchMembership.ts'
import { hasPrepared, markFirst, type StoredMessage, storedMessages } from '../../db/delivery/interchangeMessages.ts'
import { finishSending, type Lease, leaseInterchange } from '../../db/delivery/leases.ts'
import { type InterchangeRow, loadInterchange } from '../../db/delivery/outgoingMessages.ts'
import { reserveTurn } from '../../db/delivery/rateLimit.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { isSendable, isSettled, waitsForCutOff } from '../../domain/delivery/interchangeState.ts'
import { leavesNow } from '../../domain/delivery/messageFate.ts'
import { unwritableDelayMs } from '../../domain/delivery/retryDelays.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import {
  heartbeating,
  isHeld,
  loadConnection,
  mayLook,
  openSession,
  type ProviderConnection,
} from '../providerConnection.ts'
import { assembleMessages } from './assembleMessages.ts'
import { concludeDelivery } from './finishDelivery.ts'
import { holdClaims } from './holdClaims.ts'
import { voidMustWait } from './holdVoid.ts'
import { movedAddress, safeByKey } from './isSafeToRepeat.ts'
import { sendMessages } from './sendMessages.ts'

const ALL = ['http', 'sftp', 'email', 'manual'] as const
const SEND = durableEffect({
  name: 'send',
  in: 'worker',
  channels: ALL,
  before: 'bytes and lease are committed, nothing has left',
  after: 'it has left, and nobody has written that down',
})
const DELIVERY_RECORD = durableEffect({
  name: 'delivery_record',
  in: 'worker',
  channels: ALL,
  after: 'the outcome is committed, and the workflow has not heard of it',
})

/**
 * One attempt to carry an interchange to the provider. Exact bytes and lease are committed before
 * the first byte leaves; the outcome is written only while the lease is still ours. Never retries
 * by itself.
 */
export async function deliver(deps: Deps, sending: Transmission): Promise<Delivered> {
  const prepared = await prepare(deps, sending)
  if (prepared.kind !== 'ready') return prepared.outcome
  const { transport } = prepared.connection.adapter.declaration
  SEND.before(transport)
  const end = await heartbeating(deps.timings.heartbeatMs / 3, async () => {
    if (prepared.waitMs > 0) await pause(prepared.waitMs)
    return sendMessages(deps, prepared)
  })
  SEND.after(transport)
  const outcome = await concludeDelivery(deps, sending, prepared, end)
  DELIVERY_RECORD.after(transport)
  return outcome
}

interface Ready {
  kind: 'ready'
  connection: ProviderConnection
  interchange: InterchangeRow
  session: Session
  lease: Lease
  /** When the lease runs out, by this process's own steady clock (milliseconds). */
  leaseEnds: number
  messages: StoredMessage[]
  /** Those of the messages that this attempt sends. */
  leaving: StoredMessage[]
  /** An earlier attempt may have arrived; how this one ends proves nothing about that one. */
  mayBeThere: boolean
  /** Real milliseconds until its instant under the connection's contractual limit. */
  waitMs: number
}

type Prepared = Ready | { kind: 'not_now'; outcome: Delivered }

async function prepare(deps: Deps, sending: Transmission): Promise<Prepared> {
  const { organisationId, interchangeId } = sending
  return deps.databases.within(organisationId, async (tx): Promise<Prepared> => {
    let interchange = await loadInterchange(tx, organisationId, interchangeId)
    const connection = await loadConnection(deps, tx, organisationId, interchange.connectionId)
    const hold = async () => notNow(await holdClaims(deps, tx, sending, { interchange, connection }))
    // After a restore it is looked for, and nothing of it is sent.
    if (mayLook(connection) && interchange.state === 'UNKNOWN') return notNow({ kind: 'busy', lookInMs: 1 })
    if (isHeld(connection) && !isSettled(interchange.state)) return hold()
    const session = await sessionOrItem(deps, tx, connection)
    if (session === null) return hold()
    const wait = await voidMustWait(deps, tx, sending, interchange)
    if (wait !== null) return notNow(wait)
    if (interchange.leavesAt !== null && waitsForCutOff(interchange)) {
      const leavesInMs = deps.clock.realMsUntil(interchange.leavesAt)
      if (leavesInMs > 0) return notNow({ kind: 'not_sent', retryInMs: Math.ceil(leavesInMs) })
      await closeBatch(tx, organisationId, interchangeId, deps.clock.now())
      // Read again under the lock: claims may have joined or left the batch a moment ago.
      interchange = await loadInterchange(tx, organisationId, interchangeId)
    }
    const repeats = interchange.state === 'UNKNOWN' && safeByKey(deps, connection, interchange)
    const mayBeThere = repeats || (interchange.state === 'UNKNOWN' && (await hasRest(tx, connection, interchange)))
    const turn = isSendable(interchange.state) || mayBeThere ? await turnOf(tx, connection, interchangeId) : FREE
    if (turn.kind === 'later') return notNow({ kind: 'not_sent', retryInMs: turn.inMs })
    const leaseEnds = performance.now() + deps.leaseMs
    const leased = await leaseInterchange(tx, organisationId, interchangeId, {
      leaseMs: deps.leaseMs,
      now: deps.clock.now(),
      sentTo: connection.transport.address(session.endpoint),
      fromUnknown: mayBeThere,
    })
    if (leased.kind === 'busy') return notNow({ kind: 'busy', lookInMs: Math.max(leased.freeInMs, 500) })
    if (leased.kind === 'settled') return notNow({ kind: 'settled', claim: null })
    if (leased.kind === 'waiting') return notNow({ kind: 'waiting', claim: null })
    const stored = interchange.attempt === 0 ? [] : await storedMessages(tx, organisationId, interchangeId)
    const messages = stored.length > 0 ? stored : await assembleMessages(deps, tx, connection, interchange)
    if (messages === null) {
      const end = { move: 'finish-not-sent', proof: 'unwritable', because: 'it cannot be written' } as const
      await finishSending(tx, organisationId, leased.lease, { ...end, now: deps.clock.now() })
      return notNow({ kind: 'not_sent', retryInMs: unwritableDelayMs(leased.lease.attempt) })
    }
    const { lease } = leased
    const leaving = messages.filter(({ fate }) => leavesNow(fate, repeats))
    // A transport that marks a message itself does so later, and certainly before it leaves.
    if (leaving[0] && !connection.transport.marks)
      await markFirst(tx, { organisationId, documentId: leaving[0].documentId, now: deps.clock.now() })
    const ready = { connection, interchange, session, lease, leaseEnds, messages, leaving, mayBeThere }
    return { kind: 'ready', ...ready, waitMs: turn.waitMs }
  })
}

/**
 * Beside messages that may be there are some that certainly never left: those may go, to the same
 * address.
 */
async function hasRest(tx: Tx, connection: ProviderConnection, interchange: InterchangeRow): Promise<boolean> {
  if (movedAddress(connection, interchange) !== null || interchange.proof === 'partly_refused') return false
  return hasPrepared(tx, connection.organisationId, interchange.id)
}

const FREE = { kind: 'go' as const, waitMs: 0 }

async function turnOf(tx: Tx, connection: ProviderConnection, interchangeId: string) {
  const { organisationId, connectionId, requestsPerSecond: perSecond } = connection
  return perSecond === null ? FREE : reserveTurn(tx, { organisationId, connectionId, perSecond }, interchangeId)
}

/**
 * Opened before the lease: an address or secret that cannot be read is certainly no sending, and a
 * person must mend it.
 */
async function sessionOrItem(deps: Deps, tx: Tx, connection: ProviderConnection): Promise<Session | null> {
  try {
    return openSession(deps, connection)
  } catch (error) {
    deps.log.error(
      { connectionId: connection.connectionId, error: (error as Error).name },
      'a connection cannot be opened',
    )
    const { organisationId, connectionId } = connection
    const words = { provider: connection.adapter.declaration.name }
    const raising = { organisationId, now: deps.clock.now() }
    await raiseItem(tx, raising, { kind: 'connection-unusable', ids: { connectionId }, words })
    return null
  }
}

function notNow(outcome: Delivered): Prepared {
  return { kind: 'not_now', outcome }
}
