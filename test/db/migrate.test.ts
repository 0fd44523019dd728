import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ensureRoles, migrate } from '../../db/migrate.ts'
import { newId } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { TEST_ROLES } from '../support/roles.ts'

let test: TestDatabase
let owner: Kysely<unknown>

beforeAll(async () => {
  test = await testDatabase()
  const { port, password } = inject('postgres')
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database: test.address.database })
  pool.on('error', () => undefined)
  owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
})
afterAll(async () => {
  await owner.destroy()
  await test.close()
})

it('runs nothing a second time', async () => {
  expect(await migrate(owner, TEST_ROLES)).toEqual([])
})

it('can be run by two processes at once', async () => {
  const both = await Promise.all([migrate(owner, TEST_ROLES), migrate(owner, TEST_ROLES)])
  expect(both).toEqual([[], []])
})

it('takes back whatever rights somebody gave the roles', async () => {
  const bypasses = async (tx: Kysely<unknown>) =>
    (await sql`select rolbypassrls as it from pg_roles where rolname = 'claimhub_app'`.execute(tx)).rows
  const undone = new Error('undone')
  // Roles belong to the whole server, where other tests run: nobody else may see this.
  const work = owner.transaction().execute(async (tx) => {
    await sql`alter role claimhub_app bypassrls`.execute(tx)
    expect(await bypasses(tx)).toEqual([{ it: true }])
    await ensureRoles(tx, TEST_ROLES)
    expect(await bypasses(tx)).toEqual([{ it: false }])
    throw undone
  })
  await expect(work).rejects.toBe(undone)
})

it('needs no superuser: an owner who may make roles and owns the database is enough', async () => {
  const { port, password } = inject('postgres')
  const name = `managed_${newId().replaceAll('-', '')}`
  await sql`create role ${sql.id(name)} login createrole password ${sql.lit(password)}`.execute(owner)
  await sql`grant claimhub_app, claimhub_across to ${sql.id(name)} with admin option, inherit false, set false`.execute(
    owner,
  )
  await sql`create database ${sql.id(name)} owner ${sql.id(name)}`.execute(owner)
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: name, password, database: name })
  pool.on('error', () => undefined)
  const managed = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    expect(await migrate(managed, TEST_ROLES)).toContain('0001_init')
  } finally {
    await managed.destroy()
    await sql`drop database ${sql.id(name)}`.execute(owner)
    await sql`drop role ${sql.id(name)}`.execute(owner)
  }
})

it('answers on a fresh database with every migration', async () => {
  const { port, password } = inject('postgres')
  const name = `fresh_${newId().replaceAll('-', '')}`
  await sql`create database ${sql.id(name)}`.execute(owner)
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database: name })
  pool.on('error', () => undefined)
  const fresh = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    expect(await migrate(fresh, TEST_ROLES)).toContain('0001_init')
    expect(await migrate(fresh, TEST_ROLES)).toEqual([])
  } finally {
    await fresh.destroy()
  }
})
