import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../db/connect.ts'
import { pipelined } from '../../db/pipelined.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(db.organisationId, work)
const insertKey = (tx: Tx, name: string) =>
  tx
    .insertInto('idempotency_keys')
    .values({ organisation_id: db.organisationId, key: name, request_sha256: Buffer.alloc(32) })
const key = (tx: Tx, name: string) => pipelined(tx, insertKey(tx, name))
const keys = (name: string) =>
  within((tx) => tx.selectFrom('idempotency_keys').select('key').where('key', '=', name).execute())

describe('a write that nobody waits for', () => {
  it('is seen by the next statement of its transaction', async () => {
    const seen = await within(async (tx) => {
      await key(tx, 'seen')
      return tx.selectFrom('idempotency_keys').select('key').where('key', '=', 'seen').execute()
    })
    expect(seen).toEqual([{ key: 'seen' }])
  })

  it('that fails last is thrown by the commit, and nothing of the transaction stays', async () => {
    const failing = within(async (tx) => {
      await key(tx, 'last')
      await key(tx, 'last')
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(await keys('last')).toEqual([])
  })

  it('that fails in between is thrown by the next statement, with its own words', async () => {
    let went = false
    const failing = within(async (tx) => {
      await key(tx, 'between')
      await key(tx, 'between')
      await sql`select 1`.execute(tx)
      went = true
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(went).toBe(false)
  })

  it('that fails behind a savepoint is undone by going back there, and the transaction goes on', async () => {
    const seen = await within(async (tx) => {
      await key(tx, 'before')
      await pipelined(tx, sql`savepoint here`)
      await key(tx, 'behind')
      await key(tx, 'behind')
      await expect(sql`release savepoint here`.execute(tx)).rejects.toMatchObject({ code: '23505' })
      await sql`rollback to savepoint here`.execute(tx)
      // Nobody has waited for what fails here when it is undone.
      await pipelined(tx, sql`savepoint there`)
      await key(tx, 'before')
      await sql`rollback to savepoint there`.execute(tx)
      await key(tx, 'afterwards')
    })
    expect(seen).toBeUndefined()
    expect(await keys('before')).toHaveLength(1)
    expect(await keys('behind')).toEqual([])
    expect(await keys('afterwards')).toHaveLength(1)
  })

  it('leaves nothing behind for the next user of the connection', async () => {
    const failing = Array.from({ length: 8 }, () =>
      within(async (tx) => {
        await key(tx, 'twice')
        await key(tx, 'twice')
      }),
    )
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(Array(8).fill('rejected'))
    await Promise.all(Array.from({ length: 16 }, (_, n) => within((tx) => key(tx, `after-${n}`))))
    expect(await keys('after-15')).toHaveLength(1)
  })
})

describe('every other write', () => {
  it('says how many rows it met', async () => {
    const counts = await within(async (tx) => {
      const inserted = await insertKey(tx, 'counted').executeTakeFirstOrThrow()
      const ofKey = () => tx.updateTable('idempotency_keys').set({ status: 200 }).where('key', '=', 'counted')
      const updated = await ofKey().executeTakeFirstOrThrow()
      const missed = await ofKey().where('status', '=', 500).executeTakeFirstOrThrow()
      const deleted = await tx.deleteFrom('idempotency_keys').where('key', '=', 'counted').executeTakeFirstOrThrow()
      return [
        inserted.numInsertedOrUpdatedRows,
        updated.numUpdatedRows,
        missed.numUpdatedRows,
        deleted.numDeletedRows,
      ].map(Number)
    })
    expect(counts).toEqual([1, 1, 0, 1])
  })

  it('throws at its own line, where it can be caught', async () => {
    let caught: unknown
    const failing = within(async (tx) => {
      await insertKey(tx, 'own-line').execute()
      await insertKey(tx, 'own-line')
        .execute()
        .catch((error: { code?: string }) => {
          caught = error.code
          throw error
        })
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(caught).toBe('23505')
  })
})

it('a connection whose prepared statement a migration outdated is replaced', async () => {
  await sql`create table outdated (a integer)`.execute(db.owner)
  await sql`grant select on outdated to claimhub_app`.execute(db.owner)
  const read = () => within((tx) => sql`select * from outdated where a = ${1}::integer`.execute(tx))
  for (let n = 0; n < 3; n += 1) await read()
  await sql`alter table outdated add column b text`.execute(db.owner)
  const results = [await Promise.allSettled([read()]), await Promise.allSettled([read()])].flat()
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
})
