import { sql } from 'kysely'
import type { CollectActivities, MailboxRef } from '../../workflows/activityContract.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import type { Deps } from '../deps.ts'
import {
  heartbeating,
  isHeld,
  loadConnection,
  openSession,
  type ProviderConnection,
  readingContext,
} from '../providerConnection.ts'
import { storeDocument } from './storeDocument.ts'

/**
 * Reads all that is new at the provider: each document is committed before the source is told, the cursor moves last. One collector per mailbox
 * at a time (lease); a second one finds the lease taken and answers 0.
 */
export async function collect(deps: Deps, mailbox: MailboxRef): ReturnType<CollectActivities['collect']> {
  const { organisationId, connectionId } = mailbox
  const taken = await takeMailbox(deps, mailbox)
  if (taken === null) return 0
  const { line, cursor, attempt } = taken
  let fresh = 0
  try {
    const result = await heartbeating(deps.timings.heartbeatMs / 3, () =>
      line.transport.collect(
        line.adapter,
        { cursor, ctx: readingContext(deps, line) },
        openSession(deps, line),
        async (found) => {
          if (await deps.databases.within(organisationId, (tx) => storeDocument(deps, tx, line, found, 'collect')))
            fresh += 1
          deps.failpoint('after_store:collect')
        },
      ),
    )
    await release(deps, mailbox, attempt, result.cursor)
  } catch (error) {
    await release(deps, mailbox, attempt, cursor)
    throw error
  } finally {
    if (fresh > 0) await signalInbox(deps.client, { organisationId, connectionId, providerId: mailbox.providerId })
  }
  return fresh
}

/** Also answers null for a connection that is stopped or switched off. */
async function takeMailbox(
  deps: Deps,
  { organisationId, connectionId }: MailboxRef,
): Promise<{ line: ProviderConnection; cursor: string | null; attempt: number } | null> {
  return deps.databases.within(organisationId, async (tx) => {
    const line = await loadConnection(deps, tx, organisationId, connectionId)
    if (isHeld(line)) return null
    const lease = sql`now() + ${`${deps.leaseMs} milliseconds`}::interval`
    const row = await tx
      .insertInto('mailboxes')
      .values({ organisation_id: organisationId, connection_id: connectionId, attempt: 1, lease_until: lease as never })
      .onConflict((conflict) =>
        conflict
          .columns(['organisation_id', 'connection_id'])
          .doUpdateSet({ attempt: sql`mailboxes.attempt + 1`, lease_until: lease as never })
          .where((eb) =>
            eb.or([eb('mailboxes.lease_until', 'is', null), eb('mailboxes.lease_until', '<', sql<Date>`now()`)]),
          ),
      )
      .returning(['cursor', 'attempt'])
      .executeTakeFirst()
    return row ? { line, cursor: row.cursor, attempt: row.attempt } : null
  })
}

async function release(
  deps: Deps,
  { organisationId, connectionId }: MailboxRef,
  attempt: number,
  cursor: string | null,
): Promise<void> {
  await deps.databases.within(organisationId, (tx) =>
    tx
      .updateTable('mailboxes')
      .set({ cursor, collected_at: deps.clock.now(), lease_until: null })
      .where('organisation_id', '=', organisationId)
      .where('connection_id', '=', connectionId)
      .where('attempt', '=', attempt)
      .execute(),
  )
}
