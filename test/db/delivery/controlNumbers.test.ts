import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { INVARIANT_QUERIES } from '../../../cli/chaos/invariantQueries.ts'
import { connect, type Databases, type Tx } from '../../../db/connect.ts'
import { allocateInterchange } from '../../../db/delivery/interchanges.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
/** Connections enough for all to stand in their transactions at once. */
let wide: Databases
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  wide = connect({ ...db.address, poolSize: AT_ONCE })
})
afterAll(async () => {
  await wide.close()
  await db.close()
})

const AT_ONCE = 64

const allocate = (tx: Tx) =>
  allocateInterchange(tx, {
    organisationId: db.organisationId,
    connectionId: seeded.connectionId,
    kind: 'submission',
    adapterVersion: 1,
    submissions: [],
    now: NOW,
  })
const used = async () => {
  const rows = await db.owner.selectFrom('interchanges').select('control_number').orderBy('control_number').execute()
  return rows.map((row) => row.control_number)
}
const unexplained = async () => (await INVARIANT_QUERIES['I9']?.execute(db.owner))?.rows
class TakenBack extends Error {}

/** Each takes a number, and none ends before all have theirs; every second one rolls back. */
async function allAtOnce(): Promise<void> {
  let standing = 0
  let letGo: () => void = () => undefined
  const allStand = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const one = (index: number) =>
    wide
      .within(db.organisationId, async (tx) => {
        await allocate(tx)
        standing += 1
        if (standing === AT_ONCE) letGo()
        await allStand
        if (index % 2 === 1) throw new TakenBack()
      })
      .catch((error) => {
        if (!(error instanceof TakenBack)) throw error
      })
  await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => one(index)))
}

it('B19 64 at once, half of them rolled back: nobody waits, no number twice, each gap is a row in the stock', async () => {
  await allAtOnce()
  await allAtOnce()
  const numbers = await used()
  expect(numbers).toHaveLength(AT_ONCE)
  expect(new Set(numbers).size).toBe(AT_ONCE)
  expect(await unexplained()).toEqual([])
})

it('B19 what was given back is taken next, and the stock is refilled before it is empty', async () => {
  const before = new Set(await used())
  const [lowest] = Array.from({ length: 1_000 }, (_, index) => index + 1).filter((number) => !before.has(number))
  await db.databases.within(db.organisationId, allocate)
  expect(await used()).toContain(lowest)
  for (let time = 0; time < 3 * AT_ONCE; time += 1) await db.databases.within(db.organisationId, allocate)
  const { free } = await db.owner
    .selectFrom('free_control_numbers')
    .select((eb) => eb.fn.countAll<number>().as('free'))
    .executeTakeFirstOrThrow()
  expect(free).toBeGreaterThanOrEqual(128)
  expect(await unexplained()).toEqual([])
})

it('B19 a connection without a stock makes one, and whoever comes meanwhile takes of the same', async () => {
  await sql`delete from free_control_numbers`.execute(db.owner)
  const before = await used()
  await Promise.all(Array.from({ length: AT_ONCE }, () => wide.within(db.organisationId, allocate)))
  expect(new Set(await used()).size).toBe(before.length + AT_ONCE)
})
