import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { migrate } from '../../db/migrate.ts'
import { newId } from '../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

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
  expect(await migrate(owner, test.address.password)).toEqual([])
})

it('can be run by two processes at once', async () => {
  const both = await Promise.all([migrate(owner, test.address.password), migrate(owner, test.address.password)])
  expect(both).toEqual([[], []])
})

it('takes back whatever rights somebody gave the roles', async () => {
  const role = `claimhub_app`
  await sql`alter role ${sql.id(role)} bypassrls`.execute(owner)
  await migrate(owner, test.address.password)
  const { rows } = await sql<{
    rolbypassrls: boolean
  }>`select rolbypassrls from pg_roles where rolname = ${role}`.execute(owner)
  expect(rows).toEqual([{ rolbypassrls: false }])
})

it('answers on a fresh database with every migration', async () => {
  const { port, password } = inject('postgres')
  const name = `fresh_${newId().replaceAll('-', '')}`
  await sql`create database ${sql.id(name)}`.execute(owner)
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database: name })
  pool.on('error', () => undefined)
  const fresh = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    expect(await migrate(fresh, password)).toContain('0001_init')
    expect(await migrate(fresh, password)).toEqual([])
  } finally {
    await fresh.destroy()
  }
})
