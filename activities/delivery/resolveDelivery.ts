import type { Tx } from '../../db/connect.ts'
import { doubtMessages } from '../../db/delivery/afterRestore.ts'
import {
  type MessageOutcome,
  noteFates,
  type StoredMessage,
  storedMessages,
} from '../../db/delivery/interchangeMessages.ts'
import { expireLease } from '../../db/delivery/leases.ts'
import {
  type InterchangeRow,
  loadInterchange,
  type Resolved,
  resolveUnknown,
} from '../../db/delivery/outgoingMessages.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { proofOfLook } from '../../domain/delivery/deliveryProof.ts'
import { isDoubtful, isThere } from '../../domain/delivery/messageFate.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import { heartbeating, isHeld, loadConnection, mayLook, type ProviderConnection } from '../providerConnection.ts'
import { assembleMessages } from './assembleMessages.ts'
import { heldForMs } from './holdClaims.ts'
import { type MovedAddress, movedAddress, safeByKey } from './isSafeToRepeat.ts'
import { lookAtProvider, type MessageLook } from './lookAtProvider.ts'
import { notThere, recordDoubt, withFates } from './messagesOfClaims.ts'
import { lockSentClaims, recordForClaims, type SentClaim } from './recordForClaims.ts'
import { lookInMs } from './retryDelays.ts'

/** Looks that find nothing before a person is told; the looking goes on. */
const LOOKS_BEFORE_ATTENTION = 3
const LONGEST_GAP_MS = 3_600_000
const SENDER_DIED = 'the sender died or ran out of time while sending'

/** What a look that settled nothing showed, for people. */
const SEEN = {
  partly_refused: 'some messages were taken and one was refused',
  not_there_once: 'the provider did not have it at the last look',
  nothing_seen: 'the last look showed nothing',
}

const ASKABLE = ['http', 'sftp', 'email'] as const
const TAKE_OVER = durableEffect({
  name: 'take_over',
  in: 'worker',
  channels: ASKABLE,
  after: 'the dead sender’s interchange is UNKNOWN, and nobody has looked',
})
const LOOK = durableEffect({
  name: 'look',
  in: 'worker',
  channels: ASKABLE,
  after: 'the provider was looked at, and nobody has written what was seen',
})

/**
 * Finds out what became of an interchange that may have left: by the idempotency key (the same key
 * and bytes again are safe inside the key's window), by the transport's own look (SFTP folder), or
 * by asking the provider. Answers `not_sent` only when sending again is safe.
 */
export async function resolveDelivery(deps: Deps, sending: Transmission): Promise<Delivered> {
  const { organisationId } = sending
  const loaded = await load(deps, sending)
  const { interchange, connection, messages } = loaded
  const { transport } = connection.adapter.declaration
  TAKE_OVER.after(transport)
  switch (interchange.state) {
    case 'SENT':
    case 'REFUSED':
      if (sending.claimId === undefined) return { kind: 'settled', claim: null }
      return deps.databases.within(organisationId, async (tx) => {
        const sent = await lockSentClaims(tx, sending, interchange)
        return { kind: 'settled', claim: await recordForClaims(deps, tx, { sending, sent }, []) }
      })
    case 'READY':
    case 'RESEND':
      return { kind: 'not_sent', retryInMs: 0 }
    case 'WAITING':
      return { kind: 'waiting', claim: null }
    case 'SENDING':
      return { kind: 'busy', lookInMs: 1_000 }
    case 'UNKNOWN':
      break
  }
  // Looking would sign in again on a connection that is stopped, or speak on one that is switched
  // off.
  if (isHeld(connection) && !mayLook(connection)) return { kind: 'unknown', lookInMs: heldForMs(deps), claim: null }
  const moved = movedAddress(connection, interchange)
  if (moved !== null) return holdMoved(deps, sending, loaded, moved)
  // It stays UNKNOWN: `deliver` sends the same again under its own lease, and a cancel meanwhile
  // knows that it may be there.
  if (!isHeld(connection) && safeByKey(deps, connection, interchange)) return { kind: 'not_sent', retryInMs: 0 }
  const looks = await heartbeating(deps.timings.heartbeatMs / 3, () =>
    lookAtProvider(deps, connection, interchange, messages),
  )
  LOOK.after(transport)
  return conclude(deps, sending, loaded, looks)
}

interface Loaded {
  connection: ProviderConnection
  interchange: InterchangeRow
  messages: StoredMessage[]
}

/** Reads the sending; one whose sender died becomes UNKNOWN, and the claim says so. */
async function load(deps: Deps, sending: Transmission): Promise<Loaded> {
  const { organisationId, interchangeId } = sending
  return deps.databases.within(organisationId, async (tx) => {
    const before = await loadInterchange(tx, organisationId, interchangeId)
    const connection = await loadConnection(deps, tx, organisationId, before.connectionId)
    if (before.state === 'UNKNOWN' && before.doubted) return loadDoubted(deps, tx, sending, { before, connection })
    const loaded = async (interchange: InterchangeRow): Promise<Loaded> => {
      return { interchange, connection, messages: await storedMessages(tx, organisationId, interchangeId) }
    }
    if (before.state !== 'SENDING') return loaded(before)
    const sent = await lockSentClaims(tx, sending, before)
    const now = deps.clock.now()
    if (!(await expireLease(tx, organisationId, interchangeId, { because: SENDER_DIED, now }))) return loaded(before)
    const fact = { type: 'delivery_unknown' as const, because: SENDER_DIED }
    await recordForClaims(deps, tx, { sending, sent }, [{ fact, at: now.toISOString(), said: [], references: [] }])
    return loaded(await loadInterchange(tx, organisationId, interchangeId))
  })
}

/**
 * What may have left after the backup: the claims say that nobody knows. Where nothing was written
 * before the backup it is written now: the same interchange gives the same bytes.
 */
async function loadDoubted(
  deps: Deps,
  tx: Tx,
  sending: Transmission,
  { before: interchange, connection }: { before: InterchangeRow; connection: ProviderConnection },
): Promise<Loaded> {
  const { organisationId, interchangeId } = sending
  const sent = await lockSentClaims(tx, sending, interchange)
  const known = sent.filter(({ claim }) => claim.state.delivery !== 'UNKNOWN' && claim.state.delivery !== 'SENT')
  const fact = { type: 'delivery_unknown' as const, because: 'the database was restored from a backup' }
  const event = { fact, at: deps.clock.now().toISOString(), said: [], references: [] }
  if (known.length > 0) await recordForClaims(deps, tx, { sending, sent: known }, [event])
  if ((await storedMessages(tx, organisationId, interchangeId)).length === 0) {
    await assembleMessages(deps, tx, connection, interchange)
    await doubtMessages(tx, organisationId, deps.clock.now())
  }
  return { interchange, connection, messages: await storedMessages(tx, organisationId, interchangeId) }
}

async function conclude(deps: Deps, sending: Transmission, loaded: Loaded, looks: MessageLook[]): Promise<Delivered> {
  const { connection, interchange } = loaded
  const now = deps.clock.now()
  const { organisationId, interchangeId } = sending
  const outcomes = looks.map((look) => outcomeOf(connection, look))
  const messages = withFates(loaded.messages, outcomes)
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    const sent = await lockSentClaims(tx, sending, interchange)
    const resolve = async (resolved: Resolved) => {
      const ours = await resolveUnknown(tx, organisationId, interchangeId, {
        ...resolved,
        seen: interchange.attempt,
        now,
      })
      if (ours) await noteFates(tx, organisationId, outcomes, now)
      return ours
    }
    const verdict = verdictOf(interchange, messages)
    if (verdict === 'there') {
      await resolve({ move: 'resolve-sent', proof: 'found', because: null })
      const event = { fact: { type: 'sent' as const }, at: now.toISOString(), said: [], references: [] }
      return { kind: 'settled', claim: await recordForClaims(deps, tx, { sending, sent }, [event]) }
    }
    if (verdict === 'not_there') {
      if (!(await resolve({ move: 'resolve-resend', proof: verdict, because: null }))) return LOOK_AGAIN
      return { kind: 'not_sent', retryInMs: 0 }
    }
    if (!(await resolve({ move: 'resolve-unknown', proof: verdict, because: SEEN[verdict] }))) return LOOK_AGAIN
    // What certainly never left needs not wait until somebody knows of the others.
    if (verdict !== 'partly_refused' && messages.some(({ fate }) => fate === 'prepared'))
      return { kind: 'not_sent', retryInMs: 0 }
    if (interchange.lookups + 1 >= LOOKS_BEFORE_ATTENTION)
      await raiseUnknown(tx, connection, { interchangeId, sent: notThere(sent, messages), now })
    const gap = lookInMs(deps, connection) * 2 ** Math.min(interchange.lookups, 12)
    const claim = await recordDoubt(deps, tx, { sending, sent, messages }, null)
    return { kind: 'unknown', lookInMs: Math.min(gap, LONGEST_GAP_MS), claim }
  })
}

/** A notice or another attempt has moved the interchange: its row says what to do next. */
const LOOK_AGAIN: Delivered = { kind: 'busy', lookInMs: 1_000 }

/** What a look makes of a message in doubt; one that was refused is a person's matter. */
function outcomeOf({ adapter }: ProviderConnection, { message, found }: MessageLook): MessageOutcome {
  const { documentId, fate } = message
  if (found === 'there') return { documentId, fate: 'proved' }
  if (fate === 'refused') return { documentId, fate }
  const proof = proofOfLook(message.proof, found, adapter.declaration.delivery)
  return proof === 'not_there' ? { documentId, fate: 'prepared' } : { documentId, fate, proof }
}

/** What is known of the interchange as a whole: of several messages the least that is certain. */
function verdictOf({ proof }: InterchangeRow, messages: StoredMessage[]): 'there' | keyof typeof SEEN | 'not_there' {
  if (messages.length > 0 && messages.every(({ fate }) => isThere(fate))) return 'there'
  if (proof === 'partly_refused') return 'partly_refused'
  const doubtful = messages.filter(({ fate }) => isDoubtful(fate))
  if (messages.length > 0 && doubtful.length === 0) return 'not_there'
  const denied = doubtful.length > 0 && doubtful.every((message) => message.proof === 'not_there_once')
  return denied ? 'not_there_once' : 'nothing_seen'
}

/**
 * Nothing is looked for at the new address and nothing sent there: a person says whether the old
 * one has it, or gives the connection its old address back.
 */
async function holdMoved(
  deps: Deps,
  sending: Transmission,
  { connection, interchange }: Loaded,
  moved: MovedAddress,
): Promise<Delivered> {
  const { organisationId, interchangeId } = sending
  const { connectionId } = connection
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    const sent = await lockSentClaims(tx, sending, interchange)
    for (const { claim } of sent) {
      const { claimId, claimNumber } = claim
      const words = { claimNumber, provider: connection.adapter.declaration.name, ...moved }
      const raising = { organisationId, connectionId, interchangeId, now: deps.clock.now() }
      await raiseItem(tx, raising, { kind: 'address-changed', ids: { claimId }, words })
      claim.attention = true
    }
    return { kind: 'unknown', lookInMs: heldForMs(deps), claim: await recordForClaims(deps, tx, { sending, sent }, []) }
  })
}

async function raiseUnknown(
  tx: Tx,
  connection: ProviderConnection,
  { interchangeId, sent, now }: { interchangeId: string; sent: SentClaim[]; now: Date },
): Promise<void> {
  const { organisationId, connectionId } = connection
  for (const { claim } of sent) {
    const { claimId, claimNumber } = claim
    const words = { claimNumber, provider: connection.adapter.declaration.name }
    const raising = { organisationId, connectionId, interchangeId, now }
    await raiseItem(tx, raising, { kind: 'delivery-unknown', ids: { claimId }, words })
    claim.attention = true
  }
}
