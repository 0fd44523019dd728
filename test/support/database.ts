import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { expect, inject } from 'vitest'
import { connect, type DatabaseAddress, type Databases } from '../../db/connect.ts'
import type { Database } from '../../db/schema/database.ts'
import { TEST_ROLES } from './roles.ts'

export interface TestDatabase {
  databases: Databases
  /** Connected as the owner: reads through row-level security. For seeding and for looking. */
  owner: Kysely<Database>
  address: DatabaseAddress
  organisationId: string
  close(): Promise<void>
}

/**
 * Databases of a test file that were closed: the file's next test gets one, emptied, for 1 % of the
 * cost of another copy.
 */
const closed: { file: string | undefined; database: string }[] = []

/** The migrated database, empty but for one organisation. */
export async function testDatabase(): Promise<TestDatabase> {
  const { port, password } = inject('postgres')
  const { testPath: file } = expect.getState()
  const again = closed.findIndex((each) => each.file === file)
  const database = again < 0 ? await copyOfTemplate(port, password) : (closed.splice(again, 1)[0]?.database ?? '')
  const owner = ownerOf(port, password, database)
  if (again >= 0) await empty(owner)
  const address = {
    host: '127.0.0.1',
    port,
    database,
    password,
    acrossPassword: TEST_ROLES.acrossPassword,
    poolSize: 8,
  }
  const databases = connect(address)
  const organisationId = randomUUID()
  await owner
    .insertInto('organisations')
    .values({
      id: organisationId,
      name: 'Test Dental',
      tax_id: '123456789',
      npi: '1234567893',
      tooth_notation: 'universal',
    })
    .execute()
  return {
    databases,
    owner,
    address,
    organisationId,
    close: async () => {
      await databases.close()
      await owner.destroy()
      closed.push({ file, database })
    },
  }
}

async function copyOfTemplate(port: number, password: string): Promise<string> {
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const admin = ownerOf(port, password, 'postgres')
  await sql`create database ${sql.id(database)} template template_claimhub`.execute(admin)
  await admin.destroy()
  // A copy of the template is another database than the template remembers, and not restored.
  const copy = ownerOf(port, password, database)
  await copy.deleteFrom('database_identity').execute()
  await copy.destroy()
  return database
}

/**
 * Deletes every row but the migrations', past triggers and foreign keys, and lets numbers start
 * again: as in a fresh copy.
 */
async function empty(owner: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' and tablename not like 'kysely\_%'`.execute(
    owner,
  )
  const deletes = rows.map(({ name }) => `delete from "${name}"`).join('; ')
  const numbers = `select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) from pg_sequences`
  const all = `begin; set local session_replication_role = replica; ${deletes}; ${numbers} where schemaname = 'public'; commit`
  await sql.raw(all).execute(owner)
}

export function ownerOf(port: number, password: string, database: string): Kysely<Database> {
  const types: pg.CustomTypesConfig = {
    getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
      oid === 20
        ? Number
        : oid === 1082
          ? (text: string) => text
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
  }
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database, max: 4, types })
  pool.on('error', () => undefined)
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
}
