import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { isUnavailable } from '../../api/http/isUnavailable.ts'
import { connect, type Databases, type Tx } from '../../db/connect.ts'
import { liftTimeLimits } from '../../db/longWork.ts'
import { migrate } from '../../db/migrate.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { TEST_ROLES } from '../support/roles.ts'

const STATEMENT_CANCELLED = '57014'
const LOCK_NOT_THERE = '55P03'

let test: TestDatabase
let owner: Kysely<unknown>
/** Signed in after the limits were set: they hold for new sessions. */
let limited: Databases

beforeAll(async () => {
  test = await testDatabase()
  const { port, password } = inject('postgres')
  const pool = new pg.Pool({ host: '127.0.0.1', port, user: 'owner', password, database: test.address.database })
  pool.on('error', () => undefined)
  owner = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  // Limits belong to role and database: no other test file has this one.
  await migrate(owner, { ...TEST_ROLES, statementMs: 1_000, lockMs: 100, idleTransactionMs: 200 })
  limited = connect(test.address)
})
afterAll(async () => {
  await limited?.close()
  await owner?.destroy()
  await test?.close()
})

const within = <T>(work: (tx: Tx) => Promise<T>) => limited.within(test.organisationId, work)
const endless = (db: Tx | Databases['across']) => sql`select pg_sleep(600)`.execute(db)
const lockOrganisation = (tx: Tx) => sql`select pg_advisory_xact_lock(7)`.execute(tx)

/** The error itself: that it means "try again in a moment" is part of what is asked. */
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: Error & { code?: string }) => ({ code: error.code, passing: isUnavailable(error) }),
  )

describe('the time limits of the application’s roles', () => {
  it('cut off a statement that goes on, of either role', async () => {
    const cut = { code: STATEMENT_CANCELLED, passing: true }
    expect(await errorOf(within(endless))).toEqual(cut)
    expect(await errorOf(endless(limited.across))).toEqual(cut)
  })

  it('end the wait for a lock that somebody holds', async () => {
    const waiting = test.databases.within(test.organisationId, async (holder) => {
      await lockOrganisation(holder)
      return errorOf(within(lockOrganisation))
    })
    expect(await waiting).toEqual({ code: LOCK_NOT_THERE, passing: true })
  })

  it('end a transaction that holds its locks and says nothing', async () => {
    const work = within(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
      await lockOrganisation(tx)
      await gone(rows[0]?.pid)
      await sql`select 1`.execute(tx)
    })
    expect(await errorOf(work)).toMatchObject({ passing: true })
    // Its lock is free again.
    expect(await errorOf(within(lockOrganisation))).toBeNull()
  })

  it('are lifted for a transaction of long work, and are back after it', async () => {
    const shown = sql<{
      it: string
    }>`select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')
      || ' ' || current_setting('idle_in_transaction_session_timeout') as it`
    const lifted = await within(async (tx) => {
      await liftTimeLimits(tx)
      return (await shown.execute(tx)).rows
    })
    expect(lifted).toEqual([{ it: '0 0 0' }])
    expect(await within(async (tx) => (await shown.execute(tx)).rows)).toEqual([{ it: '1s 100ms 200ms' }])
  })

  it('do not hold for the owner: a migration takes as long as it takes', async () => {
    const { rows } = await sql`select current_setting('statement_timeout') as it`.execute(owner)
    expect(rows).toEqual([{ it: '0' }])
  })
})

/** Resolves when the server has no such session any more. */
async function gone(pid: number | undefined): Promise<void> {
  await expect
    .poll(async () => (await sql`select 1 from pg_stat_activity where pid = ${pid}`.execute(owner)).rows, {
      timeout: 20_000,
    })
    .toEqual([])
}
