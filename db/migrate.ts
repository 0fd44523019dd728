import { type Kysely, Migrator, sql } from 'kysely'
import type { RoleSettings } from '../platform/databaseAddress.ts'
import { up as init } from './migrations/0001_init.ts'
import { up as filingLimit } from './migrations/0002_filing_limit.ts'
import { up as batches } from './migrations/0003_batches.ts'
import { up as evidence } from './migrations/0004_evidence.ts'
import { up as remittanceActs } from './migrations/0005_remittance_acts.ts'
import { up as heldMatches } from './migrations/0010_held_matches.ts'
import { up as moneyIdentity } from './migrations/0011_money_identity.ts'
import { up as waitingLines } from './migrations/0012_waiting_lines.ts'
import { up as undo } from './migrations/0013_undo.ts'
import { up as byHand } from './migrations/0014_by_hand.ts'
import { up as chart } from './migrations/0015_chart.ts'
import { up as dentistry } from './migrations/0016_dentistry.ts'
import { up as twoHmos } from './migrations/0017_two_hmos.ts'
import { up as sentTo } from './migrations/0018_sent_to.ts'
import { up as recording } from './migrations/0019_recording.ts'
import { up as unattended } from './migrations/0020_unattended.ts'
import { up as noDouble } from './migrations/0021_no_double.ts'
import { up as restore } from './migrations/0024_restore.ts'

const MIGRATIONS: Record<string, string> = {
  '0001_init': init,
  '0002_filing_limit': filingLimit,
  '0003_batches': batches,
  '0004_evidence': evidence,
  '0005_remittance_acts': remittanceActs,
  '0010_held_matches': heldMatches,
  '0011_money_identity': moneyIdentity,
  '0012_waiting_lines': waitingLines,
  '0013_undo': undo,
  '0014_by_hand': byHand,
  '0015_chart': chart,
  '0016_dentistry': dentistry,
  '0017_two_hmos': twoHmos,
  '0018_sent_to': sentTo,
  '0019_recording': recording,
  '0020_unattended': unattended,
  '0021_no_double': noDouble,
  '0024_restore': restore,
}

/**
 * Creates the two roles of the application and runs the migrations that are missing. `owner` is
 * connected as the database's owner. Throws with the migration's name and Postgres's own words;
 * nothing of a failed migration stays.
 */
export async function migrate(owner: Kysely<unknown>, roles: RoleSettings): Promise<string[]> {
  await owner.transaction().execute((tx) => ensureRoles(tx, roles))
  const migrator = new Migrator({
    db: owner,
    provider: {
      getMigrations: async () =>
        Object.fromEntries(
          Object.entries(MIGRATIONS).map(([name, text]) => [
            name,
            { up: async (db) => void (await sql.raw(text).execute(db)) },
          ]),
        ),
    },
  })
  const { error, results } = await migrator.migrateToLatest()
  const failed = results?.find((result) => result.status === 'Error')
  if (error)
    throw new Error(
      `migration ${failed?.migrationName ?? ''} failed: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    )
  return (results ?? []).map((result) => result.migrationName)
}

/** Any number that nobody else in this database locks. */
const ROLES_LOCK = 727_100_001

/**
 * Makes the two roles, each with its own password and with time limits in this database, or takes
 * back whatever rights somebody gave them: with BYPASSRLS every tenant would see every other. The
 * owner has no limits: a migration takes as long as it takes.
 */
export async function ensureRoles(tx: Kysely<unknown>, roles: RoleSettings): Promise<void> {
  // Two processes that alter a role at once fail with "tuple concurrently updated".
  await sql`select pg_advisory_xact_lock(${ROLES_LOCK})`.execute(tx)
  const passwords = { claimhub_app: roles.appPassword, claimhub_across: roles.acrossPassword }
  const { rows: here } = await sql<{ name: string }>`select current_database() as name`.execute(tx)
  for (const [role, password] of Object.entries(passwords)) {
    const { rows } = await sql<Record<string, boolean>>`
      select rolsuper as superuser, rolbypassrls as bypassrls, rolcreatedb as createdb, rolcreaterole as createrole
      from pg_roles where rolname = ${role}`.execute(tx)
    const verb = sql.raw(rows.length > 0 ? 'alter' : 'create')
    // Only what is wrong is named: an owner who is no superuser, as on managed Postgres, may not
    // even say NOSUPERUSER.
    const excess = Object.entries(rows[0] ?? {}).flatMap(([right, given]) => (given ? [`no${right}`] : []))
    const rights = sql.raw(['login', ...excess].join(' '))
    await sql`${verb} role ${sql.id(role)} ${rights} password ${sql.lit(password)}`.execute(tx)
    for (const { name } of here) await limit(tx, { role, database: name }, roles)
  }
}

async function limit(tx: Kysely<unknown>, who: { role: string; database: string }, roles: RoleSettings): Promise<void> {
  const limits = {
    statement_timeout: roles.statementMs,
    lock_timeout: roles.lockMs,
    idle_in_transaction_session_timeout: roles.idleTransactionMs,
  }
  for (const [name, milliseconds] of Object.entries(limits)) {
    const setting = sql`${sql.id(name)} = ${sql.lit(Math.round(milliseconds))}`
    await sql`alter role ${sql.id(who.role)} in database ${sql.id(who.database)} set ${setting}`.execute(tx)
  }
}
