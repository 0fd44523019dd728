import { NativeConnection } from '@temporalio/worker'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { registerSearchAttributes } from '../activities/worker/searchAttributes.ts'
import { migrate as migrateDatabase } from '../db/migrate.ts'
import type { RoleSettings } from '../platform/databaseAddress.ts'
import { ownerFrom } from '../platform/databaseSettings.ts'
import { connectionOptions, temporalFrom } from '../platform/temporalAddress.ts'

/**
 * `claimhub migrate`: roles, migrations, Temporal's search attributes. Safe to run again. Answers
 * the migrations that ran.
 */
export async function migrate(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const done = await migrateAs(ownerFrom(env))
  const temporal = temporalFrom(env)
  if (temporal === null) return done
  const connection = await NativeConnection.connect(connectionOptions(temporal))
  try {
    await registerSearchAttributes(connection, temporal.namespace)
  } finally {
    await connection.close()
  }
  return done
}

async function migrateAs({ url, tls, roles }: { url: string; tls: boolean; roles: RoleSettings }): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: url, ssl: tls })
  pool.on('error', () => undefined)
  const owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await migrateDatabase(owner, roles)
  } catch (error) {
    if ((error as { code?: string }).code !== 'ECONNREFUSED') throw error
    throw new Error('no Postgres answers at DATABASE_URL: start it, or correct the address', { cause: error })
  } finally {
    await owner.destroy()
  }
}
