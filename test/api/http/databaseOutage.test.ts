import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const draft = (procedure: 'cleaning' | 'filling') =>
  api.call(
    'POST',
    '/v1/claims',
    {
      patientId: seeded.patientId,
      providerId: 'harbor-health',
      lines: [{ procedureId: seeded.procedures[procedure] }],
    },
    { headers: { 'idempotency-key': procedure } },
  )
const claims = () => db.owner.selectFrom('claims').select('id').execute()

/** Sessions that have the setting are new ones: as after a failover, the old ones end. */
async function readOnly(value: 'on' | 'off'): Promise<void> {
  const { database } = db.address
  await sql`alter database ${sql.id(database)} set default_transaction_read_only = ${sql.raw(value)}`.execute(db.owner)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = ${database} and usename like 'claimhub%'`.execute(db.owner)
}

/** What Postgres says when a table cannot grow by another page. */
async function fullDisk(value: 'on' | 'off'): Promise<void> {
  if (value === 'off') return void (await sql`drop function no_space cascade`.execute(db.owner))
  await sql`create function no_space() returns trigger language plpgsql as
    $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`.execute(db.owner)
  await sql`create trigger no_space before insert on claims execute function no_space()`.execute(db.owner)
}

it.each([
  { what: 'only reads, as a standby does', turn: readOnly, procedure: 'cleaning' },
  { what: 'has no space left', turn: fullDisk, procedure: 'filling' },
] as const)(
  'G2 a database that $what: 503, reading goes on, and the same request later is one claim',
  async (outage) => {
    const { turn, procedure } = outage
    const before = (await claims()).length
    await turn('on')
    try {
      // The first answers may be of sessions that have just ended.
      await expect.poll(async () => (await api.call('GET', '/v1/claims')).status).toBe(200)
      const refused = await draft(procedure)
      expect(refused).toMatchObject({ status: 503, body: { type: 'https://claimhub.example/problems/unavailable' } })
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await claims()).toHaveLength(before)
    } finally {
      await turn('off')
    }
    await expect.poll(async () => (await draft(procedure)).status).toBe(201)
    expect((await draft(procedure)).status).toBe(201)
    expect(await claims()).toHaveLength(before + 1)
  },
)
