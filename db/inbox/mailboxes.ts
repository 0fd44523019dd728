import { sql } from 'kysely'
import type { CollectFailure } from '../../domain/inbox/collectFailure.ts'
import type { Tx } from '../connect.ts'

export interface MailboxOf {
  organisationId: string
  connectionId: string
}

/**
 * The right to collect, until its lease ends. Whoever takes the mailbox later has a higher fence,
 * and what an older one writes is refused.
 */
export interface TakenMailbox {
  cursor: string | null
  /** What was collected before is to be read once more. */
  reread: boolean
  fence: number
}

/** Takes the mailbox for so long (real time); null while somebody else has it. */
export async function takeMailbox(tx: Tx, of: MailboxOf, leaseMs: number): Promise<TakenMailbox | null> {
  const lease = until(leaseMs)
  const row = await tx
    .insertInto('mailboxes')
    .values({ organisation_id: of.organisationId, connection_id: of.connectionId, attempt: 1, lease_until: lease })
    .onConflict((conflict) =>
      conflict
        .columns(['organisation_id', 'connection_id'])
        .doUpdateSet({ attempt: sql`mailboxes.attempt + 1`, lease_until: lease })
        .where((eb) =>
          eb.or([eb('mailboxes.lease_until', 'is', null), eb('mailboxes.lease_until', '<', sql<Date>`now()`)]),
        ),
    )
    .returning(['cursor', 'attempt', 'reread'])
    .executeTakeFirst()
  return row === undefined ? null : { cursor: row.cursor, reread: row.reread, fence: row.attempt }
}

/** Keeps the mailbox for so long from now; false when somebody else has it meanwhile. */
export async function renewMailbox(tx: Tx, of: MailboxOf, fence: number, leaseMs: number): Promise<boolean> {
  const row = await held(tx, of, fence)
    .set({ lease_until: until(leaseMs) })
    .returning('attempt')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Everything up to the cursor is stored. False when somebody else has the mailbox meanwhile: theirs
 * is the newer cursor.
 */
export async function concludeCollecting(
  tx: Tx,
  of: MailboxOf,
  collected: { fence: number; cursor: string | null; now: Date },
): Promise<boolean> {
  const { fence, cursor, now } = collected
  const row = await held(tx, of, fence)
    .set({
      cursor,
      last_tried_at: now,
      last_success_at: now,
      failures: 0,
      failing_because: null,
      lease_until: null,
      reread: false,
    })
    .returning('attempt')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * The cursor stays. Answers how often collecting has failed since it last worked; null when
 * somebody else has the mailbox meanwhile.
 */
export async function collectingFailed(
  tx: Tx,
  of: MailboxOf,
  failed: { fence: number; because: CollectFailure; now: Date },
): Promise<number | null> {
  const row = await held(tx, of, failed.fence)
    .set((eb) => ({
      last_tried_at: failed.now,
      failures: eb('failures', '+', 1),
      failing_because: failed.because,
      lease_until: null,
    }))
    .returning('failures')
    .executeTakeFirst()
  return row?.failures ?? null
}

function held(tx: Tx, { organisationId, connectionId }: MailboxOf, fence: number) {
  return tx
    .updateTable('mailboxes')
    .where('organisation_id', '=', organisationId)
    .where('connection_id', '=', connectionId)
    .where('attempt', '=', fence)
}

function until(leaseMs: number) {
  return sql<Date>`now() + ${`${leaseMs} milliseconds`}::interval`
}
