import { CollectError } from '../../adapters/transports/collectError.ts'
import type { CollectedDocument, Session } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { claimsUnderWay } from '../../db/delivery/underWay.ts'
import {
  collectingFailed,
  concludeCollecting,
  type MailboxOf,
  renewMailbox,
  type TakenMailbox,
  takeMailbox,
} from '../../db/inbox/mailboxes.ts'
import { closeItem, raiseItem } from '../../db/worklist/worklistItems.ts'
import type { CollectFailure } from '../../domain/inbox/collectFailure.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import type { CollectActivities, MailboxRef } from '../../workflows/activityContract.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import type { Deps } from '../deps.ts'
import {
  heartbeating,
  loadConnection,
  openSession,
  type ProviderConnection,
  readingContext,
} from '../providerConnection.ts'
import { storeDocument } from './storeDocument.ts'

const POLLED = ['http', 'sftp', 'email'] as const
const STORE = durableEffect({
  name: 'collect_store',
  in: 'worker',
  channels: POLLED,
  before: 'a document is fetched and not stored',
  after: 'it is stored, and the source has not been told',
})
const CURSOR = durableEffect({
  name: 'collect_cursor',
  in: 'worker',
  channels: POLLED,
  before: 'the source is told of all documents, and the cursor stands where it was',
  after: 'the cursor has moved, and the inbox is asleep',
})

/**
 * Reads all that is new at the provider: each document is committed before the source is told, the
 * cursor moves last. One collector per mailbox at a time (lease); a second one finds the lease
 * taken and answers 0. A failure is counted on the mailbox, and from a bound on it is on the
 * worklist until collecting works again; it throws an error that names the cause in our words only.
 */
export async function collect(deps: Deps, mailbox: MailboxRef): ReturnType<CollectActivities['collect']> {
  const { organisationId, connectionId } = mailbox
  const begun = await begin(deps, mailbox)
  if (begun === null) return 0
  let fresh = 0
  const { transport } = begun.connection.adapter.declaration
  const store = async (found: CollectedDocument) => {
    STORE.before(transport)
    const isNew = await deps.databases.within(organisationId, (tx) =>
      storeDocument(deps, tx, begun.connection, { ...found, channel: 'collect' }),
    )
    if (isNew) fresh += 1
    STORE.after(transport)
  }
  try {
    const cursor = await collectAll(deps, begun, store)
    if (fresh > 0) CURSOR.before(transport)
    await conclude(deps, begun, cursor)
    if (fresh > 0) CURSOR.after(transport)
  } catch (error) {
    const because = error instanceof CollectError ? error.failure : 'broke'
    deps.log.warn({ connectionId, because }, 'collecting failed')
    await fail(deps, begun, because)
    throw new Error(`collecting for connection ${connectionId} failed: ${because}`)
  } finally {
    if (fresh > 0) await signalInbox(deps.client, { organisationId, connectionId, providerId: mailbox.providerId })
  }
  return fresh
}

interface Begun extends TakenMailbox {
  connection: ProviderConnection
}

/**
 * Null for a connection that is stopped, or switched off without a claim under way, and while
 * somebody else collects.
 */
async function begin(deps: Deps, of: MailboxOf): Promise<Begun | null> {
  return deps.databases.within(of.organisationId, async (tx) => {
    const connection = await loadConnection(deps, tx, of.organisationId, of.connectionId)
    if (connection.stoppedBecause !== null) return null
    if (!connection.enabled && !(await isListening(tx, of))) return null
    const taken = await takeMailbox(tx, of, deps.leaseMs)
    return taken === null ? null : { connection, ...taken }
  })
}

/** Switched off it sends nothing; answers to what it has sent before are still collected. */
async function isListening(tx: Tx, { organisationId, connectionId }: MailboxOf): Promise<boolean> {
  const row = await tx
    .selectFrom('connections')
    .select(claimsUnderWay('connections').as('underWay'))
    .where('organisation_id', '=', organisationId)
    .where('id', '=', connectionId)
    .executeTakeFirst()
  return row?.underWay === true
}

/**
 * Collects under a lease that is renewed while it works; when another collector has taken it all
 * the same, the transport is called off.
 */
async function collectAll(
  deps: Deps,
  { connection, cursor, reread, fence }: Begun,
  store: Parameters<ProviderConnection['transport']['collect']>[3],
): Promise<string | null> {
  const session = opened(deps, connection)
  const lost = new AbortController()
  const renew = () =>
    deps.databases
      .within(connection.organisationId, (tx) => renewMailbox(tx, connection, fence, deps.leaseMs))
      .then((ours) => {
        if (!ours) lost.abort()
      })
      // Postgres is away for a moment: the next renewal shows whether the lease still holds.
      .catch(() => undefined)
  const renewing = setInterval(renew, deps.leaseMs / 3)
  try {
    const signal = AbortSignal.any([session.signal, lost.signal])
    const result = await heartbeating(deps.timings.heartbeatMs / 3, () =>
      connection.transport.collect(
        connection.adapter,
        { cursor, reread, ctx: readingContext(deps, connection) },
        { ...session, signal },
        store,
      ),
    )
    return result.cursor
  } finally {
    clearInterval(renewing)
  }
}

function opened(deps: Deps, connection: ProviderConnection): Session {
  try {
    return openSession(deps, connection)
  } catch (error) {
    throw new CollectError('connection-unusable', 'the connection cannot be opened', { cause: error })
  }
}

async function conclude(deps: Deps, { connection, fence }: Begun, cursor: string | null): Promise<void> {
  const { organisationId, connectionId } = connection
  const now = deps.clock.now()
  await deps.databases.within(organisationId, async (tx) => {
    if (!(await concludeCollecting(tx, connection, { fence, cursor, now }))) return
    const closing = { organisationId, by: 'hub', because: 'collecting works again', now }
    await closeItem(tx, closing, { kind: 'collecting-fails', ids: { connectionId } })
  })
}

async function fail(deps: Deps, { connection, fence }: Begun, because: CollectFailure): Promise<void> {
  const { organisationId, connectionId } = connection
  const now = deps.clock.now()
  await deps.databases.within(organisationId, async (tx) => {
    const failures = await collectingFailed(tx, connection, { fence, because, now })
    if (failures === null || failures < deps.collectFailures) return
    const words = { provider: connection.adapter.declaration.name, mode: connection.mode, cause: because, failures }
    await raiseItem(tx, { organisationId, now }, { kind: 'collecting-fails', ids: { connectionId }, words })
  })
}
