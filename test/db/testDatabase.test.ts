import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { seedClaims } from '../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

async function counted({ owner }: TestDatabase): Promise<Record<string, number>> {
  const { rows } = await sql<{
    name: string
  }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(owner)
  const counts = rows.map(async ({ name }) => {
    const { rows: found } = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(name)}`.execute(owner)
    return [name, found[0]?.n ?? -1] as const
  })
  return Object.fromEntries(await Promise.all(counts))
}

const numbers = ({ owner }: TestDatabase) =>
  sql`select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`.execute(owner)

it('a database that a test of the same file has used before is as a new one', async () => {
  const first = await testDatabase()
  const [fresh, start] = [await counted(first), await numbers(first)]
  await seedClaims(first.owner, first.organisationId)
  await sql`select nextval(format('%I.%I', schemaname, sequencename)::regclass) from pg_sequences`.execute(first.owner)
  expect((await counted(first))['visits']).toBeGreaterThan(0)
  await first.close()

  const second = await testDatabase()
  expect(second.address.database).toBe(first.address.database)
  expect(second.organisationId).not.toBe(first.organisationId)
  expect(await counted(second)).toEqual(fresh)
  expect((await numbers(second)).rows).toEqual(start.rows)

  const beside = await testDatabase()
  expect(beside.address.database).not.toBe(second.address.database)
  await Promise.all([second.close(), beside.close()])
})
