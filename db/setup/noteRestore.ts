import { sql } from 'kysely'
import { newId } from '../../platform/ids.ts'
import { allOrganisations } from '../acrossTenants/lookups.ts'
import type { Databases, Tx } from '../connect.ts'
import { doubtUnsettled } from '../delivery/afterRestore.ts'
import { insertFreeze, RESTORED } from '../delivery/freezes.ts'

/** How control numbers go on after a restore. */
export interface RestoreRules {
  /** Numbers that a connection may have used in a day; the margin for each day since the backup. */
  numbersADay: number
  now: Date
}

/** The margin where nobody has set another. */
export const NUMBERS_A_DAY = 1_000

/** No organisation's: what is done here is the deployment's. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/**
 * Asks at start, and every few minutes, whether this database is still the one that it remembers to
 * be. Another one was restored from a backup. Then, in one transaction: all sending is frozen; what
 * may have left since is unknown; every number that goes out jumps past those that may have been
 * used; and what the sources still have is to be read once more. True when sending is
 * frozen by a restore. Safe to run by many processes at once.
 */
export async function noteRestore(databases: Databases, rules: RestoreRules): Promise<boolean> {
  const organisations = await allOrganisations(databases)
  return databases.within(NOBODY, async (tx) => {
    const { rows } = await sql<{ restored: boolean; noted: boolean }>`
      select is_restored() as restored, exists (select from send_freezes where cause = 'restored' and lifted_at is null) as noted`.execute(
      tx,
    )
    const [found] = rows
    if (found?.restored !== true) {
      await tx.updateTable('database_identity').set({ alive_at: sql<Date>`now()` }).execute()
      return found?.noted === true
    }
    if (found.noted) return true
    const frozen = { scope: 'all', cause: 'restored', reason: RESTORED, by: 'hub', now: rules.now } as const
    // Another process was faster, and has moved the numbers.
    if ((await insertFreeze(tx, frozen)) === null) return true
    await tx
      .updateTable('database_identity')
      .set((eb) => ({ era: eb('era', '+', 1) }))
      .execute()
    await goOnAfterRestore(tx, organisations, rules)
    return true
  })
}

/**
 * The margin holds for each day that has begun since the database was last known to be alive, which
 * is at most some minutes before the backup.
 */
async function goOnAfterRestore(tx: Tx, organisations: string[], { numbersADay, now }: RestoreRules): Promise<void> {
  const { rows } = await sql<{ days: number }>`
    select greatest(1, ceil(extract(epoch from now() - alive_at) / 86400))::integer as days from database_identity`.execute(
    tx,
  )
  const margin = Math.ceil(numbersADay * (rows[0]?.days ?? 1))
  for (const organisationId of organisations) {
    await sql`select set_config('app.organisation_id', ${organisationId}, true)`.execute(tx)
    await jumpControlNumbers(tx, organisationId, { margin, now })
    await doubtUnsettled(tx, organisationId, now)
    await tx.updateTable('mailboxes').set({ reread: true }).where('organisation_id', '=', organisationId).execute()
  }
  // What people and readers of the event feed know numbers by.
  await sql`select count(nextval(name::regclass)) from unnest(array['claim_numbers', 'feed_sequence']) as name, generate_series(1, ${margin}::integer)`.execute(
    tx,
  )
}

const BECAUSE = 'may have been used between the backup and the restore of the database'

/**
 * The stock of numbers goes too: what lay in it at the backup was given out after it.
 */
async function jumpControlNumbers(
  tx: Tx,
  organisationId: string,
  { margin, now }: { margin: number; now: Date },
): Promise<void> {
  const connections = await tx
    .selectFrom('connections as n')
    .leftJoin('control_numbers as c', (join) =>
      join.onRef('c.organisation_id', '=', 'n.organisation_id').onRef('c.connection_id', '=', 'n.id'),
    )
    .select(['n.id', 'c.last_number'])
    .where('n.organisation_id', '=', organisationId)
    .execute()
  for (const { id, last_number } of connections) {
    const last = last_number ?? 0
    const free = await tx
      .deleteFrom('free_control_numbers')
      .where('organisation_id', '=', organisationId)
      .where('connection_id', '=', id)
      .returning('number')
      .execute()
    const next = last + margin
    await tx
      .insertInto('control_numbers')
      .values({ organisation_id: organisationId, connection_id: id, last_number: next })
      .onConflict((conflict) =>
        conflict.columns(['organisation_id', 'connection_id']).doUpdateSet({ last_number: next }),
      )
      .execute()
    await tx
      .insertInto('control_number_gaps')
      .values({
        organisation_id: organisationId,
        id: newId(),
        connection_id: id,
        first_number: Math.min(last + 1, ...free.map(({ number }) => number)),
        last_number: next,
        because: BECAUSE,
        created_at: now,
      })
      .execute()
  }
}
