import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
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

/** A fresh copy of the migrated database, with one organisation. */
export async function testDatabase(): Promise<TestDatabase> {
  const { port, password } = inject('postgres')
  const database = `test_${randomUUID().replaceAll('-', '')}`
  const admin = ownerOf(port, password, 'postgres')
  await sql`create database ${sql.id(database)} template template_claimhub`.execute(admin)
  await admin.destroy()
  const owner = ownerOf(port, password, database)
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
    .values({ id: organisationId, name: 'Test Dental', tax_id: '123456789', npi: '1234567893' })
    .execute()
  return {
    databases,
    owner,
    address,
    organisationId,
    close: async () => {
      await databases.close()
      await owner.destroy()
    },
  }
}

function ownerOf(port: number, password: string, database: string): Kysely<Database> {
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
