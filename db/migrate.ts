import { type Kysely, Migrator, sql } from 'kysely'
import { up as init } from './migrations/0001_init.ts'

const MIGRATIONS: Record<string, string> = { '0001_init': init }

/**
 * Creates the two roles of the application and runs the migrations that are missing. `owner` is connected as the database's owner.
 * Throws with the migration's name and Postgres's own words; nothing of a failed migration stays.
 */
export async function migrate(owner: Kysely<unknown>, password: string): Promise<string[]> {
  for (const role of ['claimhub_app', 'claimhub_across']) {
    const exists = await sql`select 1 from pg_roles where rolname = ${role}`.execute(owner)
    const verb = exists.rows.length > 0 ? 'alter' : 'create'
    await sql`${sql.raw(verb)} role ${sql.id(role)} login nosuperuser nobypassrls password ${sql.lit(password)}`.execute(
      owner,
    )
  }
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
