import { NativeConnection } from '@temporalio/worker'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { registerSearchAttributes } from '../activities/searchAttributes.ts'
import { migrate as migrateDatabase } from '../db/migrate.ts'

/** `claimhub migrate`: roles, migrations, Temporal's search attributes. Safe to run again. */
export async function migrate(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const url = env['DATABASE_URL']
  const password = env['CLAIMHUB_DB_PASSWORD']
  if (!url || !password)
    throw new Error('migrate needs DATABASE_URL (the owner) and CLAIMHUB_DB_PASSWORD (of the application roles)')
  const pool = new pg.Pool({ connectionString: url })
  pool.on('error', () => undefined)
  const owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const done = await migrateDatabase(owner, password)
    const address = env['TEMPORAL_ADDRESS']
    if (address)
      await withTemporal(address, (connection) =>
        registerSearchAttributes(connection, env['TEMPORAL_NAMESPACE'] ?? 'default'),
      )
    return done
  } finally {
    await owner.destroy()
  }
}

async function withTemporal(address: string, work: (connection: NativeConnection) => Promise<void>): Promise<void> {
  const connection = await NativeConnection.connect({ address })
  try {
    await work(connection)
  } finally {
    await connection.close()
  }
}
