import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seedClaims } from '../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

const INSUFFICIENT_PRIVILEGE = '42501'

let test: TestDatabase
let app: pg.Client
let across: pg.Client
let mine: string
const theirs = randomUUID()
let tables: string[]

beforeAll(async () => {
  test = await testDatabase()
  mine = test.organisationId
  await test.owner.insertInto('organisations').values({ id: theirs, name: 'Other Dental' }).execute()
  await seedClaims(test.owner, mine)
  await seedClaims(test.owner, theirs)
  const { rows } = await sql<{ table_name: string }>`
    select table_name from information_schema.columns
    where table_schema = 'public' and column_name = 'organisation_id' order by 1`.execute(test.owner)
  tables = rows.map((row) => row.table_name)
  app = await signedIn('claimhub_app', test.address.password)
  across = await signedIn('claimhub_across', test.address.acrossPassword)
})
afterAll(async () => {
  await app?.end()
  await across?.end()
  await test?.close()
})

async function signedIn(user: string, password: string): Promise<pg.Client> {
  const { host, port, database } = test.address
  const client = new pg.Client({ host, port, database, user, password })
  await client.connect()
  return client
}

/** Runs as `claimhub_app` inside one organisation and takes everything back. */
async function within<T>(organisationId: string, work: () => Promise<T>): Promise<T> {
  await app.query('begin')
  try {
    await app.query(`select set_config('app.organisation_id', $1, true)`, [organisationId])
    return await work()
  } finally {
    await app.query('rollback')
  }
}

const count = async (client: pg.Client, table: string, where = 'true') =>
  Number((await client.query(`select count(*) from ${table} where ${where}`)).rows[0].count)

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? 'no code',
  )

describe('the roles', () => {
  it.each(['claimhub_app', 'claimhub_across'])(
    '%s is no superuser, bypasses nothing and owns nothing',
    async (role) => {
      const { rows } = await sql`
      select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,
        (select count(*)::int from pg_class c where c.relowner = r.oid) as owned,
        (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
      from pg_roles r where rolname = ${role}`.execute(test.owner)
      const nothing = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false }
      expect(rows).toEqual([{ ...nothing, owned: 0, memberships: 0 }])
    },
  )
})

describe('every table of a tenant', () => {
  it('forces row-level security and has a policy for reading and writing', async () => {
    const { rows } = await sql<{ relname: string }>`
      select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relname = any(${tables})
        and c.relrowsecurity and c.relforcerowsecurity
        and exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd = '*' and p.polqual is not null)
      order by 1`.execute(test.owner)
    expect(tables.length).toBeGreaterThan(25)
    expect(rows.map((row) => row.relname)).toEqual(tables)
  })

  it('keys its rows by organisation: no unique key lets one tenant see that another has a value', async () => {
    const { rows } = await sql<{ name: string }>`
      select i.indexrelid::regclass::text as name from pg_index i join pg_class c on c.oid = i.indrelid
      where i.indisunique and c.relname = any(${tables})
        and (select a.attname from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]) <> 'organisation_id'
      order by 1`.execute(test.owner)
    // Both are random and say nothing: the hash of a key, and the number that comes back from
    // providers without an organisation.
    expect(rows.map((row) => row.name)).toEqual(['api_keys_key_hash_key', 'submissions_submission_number_key'])
  })

  it('shows nothing when no organisation is set, and nothing on a connection that once had one', async () => {
    for (const table of tables) expect([table, await count(app, table)]).toEqual([table, 0])
    await within(mine, async () => expect(await count(app, 'patients')).toBe(1))
    for (const table of tables) expect([table, await count(app, table)]).toEqual([table, 0])
    expect(await count(app, 'organisations')).toBe(0)
  })

  it('shows an organisation its own rows only (H1)', async () => {
    await within(mine, async () => {
      for (const table of tables)
        expect([table, await count(app, table, `organisation_id <> '${mine}'`)]).toEqual([table, 0])
      for (const table of ['clinics', 'patients', 'enrolments', 'visits', 'visit_procedures', 'connections', 'rates'])
        expect([table, await count(app, table)]).not.toEqual([table, 0])
      expect((await app.query('select id from organisations')).rows).toEqual([{ id: mine }])
    })
  })

  it('takes no row in another organisation’s name (H1)', async () => {
    for (const table of tables) {
      const code = await within(mine, () =>
        codeOf(app.query(`insert into ${table} (organisation_id) values ($1)`, [theirs])),
      )
      expect([table, code]).toEqual([table, INSUFFICIENT_PRIVILEGE])
    }
  })

  it('changes and deletes nothing of another organisation (H1)', async () => {
    const before = await everything(theirs)
    for (const table of tables) {
      await within(mine, () =>
        codeOf(app.query(`update ${table} set organisation_id = organisation_id where organisation_id = $1`, [theirs])),
      ).then((code) => expect([table, ['done', INSUFFICIENT_PRIVILEGE].includes(code)]).toEqual([table, true]))
    }
    const touched = await within(mine, async () => {
      const updated = await app.query(`update patients set family = 'Taken' where organisation_id = $1`, [theirs])
      const deleted = await app.query('delete from rates where organisation_id = $1', [theirs])
      return [updated.rowCount, deleted.rowCount]
    })
    expect(touched).toEqual([0, 0])
    expect(await everything(theirs)).toEqual(before)
  })

  it('lets no row change hands', async () => {
    const code = await within(mine, () => codeOf(app.query('update rates set organisation_id = $1', [theirs])))
    expect(code).toBe(INSUFFICIENT_PRIVILEGE)
  })

  it('refuses a foreign key into another organisation (H1)', async () => {
    const clinic = await test.owner
      .selectFrom('clinics')
      .select('id')
      .where('organisation_id', '=', theirs)
      .executeTakeFirstOrThrow()
    const code = await within(mine, () => codeOf(app.query('update visits set clinic_id = $1', [clinic.id])))
    expect(code).toBe('23503')
  })
})

describe('what only ever grows', () => {
  it.each(['claim_events', 'ledger_transactions', 'ledger_entries', 'audit_log'])(
    '%s takes neither change nor removal',
    async (table) => {
      expect(await within(mine, () => codeOf(app.query(`delete from ${table}`)))).toBe(INSUFFICIENT_PRIVILEGE)
      const change = `update ${table} set organisation_id = organisation_id`
      expect(await within(mine, () => codeOf(app.query(change)))).toBe(INSUFFICIENT_PRIVILEGE)
    },
  )
})

describe('what is the operator’s', () => {
  it.each(['organisations', 'providers', 'operator_log'])('%s is made and changed by no request', async (table) => {
    for (const statement of [
      `insert into ${table} default values`,
      `update ${table} set id = id`,
      `delete from ${table}`,
      `truncate ${table}`,
    ])
      expect([statement, await within(mine, () => codeOf(app.query(statement)))]).toEqual([
        statement,
        INSUFFICIENT_PRIVILEGE,
      ])
  })

  it('the operator’s own log is read by no application role', async () => {
    for (const client of [app, across])
      expect(await codeOf(client.query('select 1 from operator_log'))).toBe(INSUFFICIENT_PRIVILEGE)
  })
})

describe('claimhub_across', () => {
  it('sees the connections of every tenant, and of most tables nothing', async () => {
    expect(Number((await across.query('select count(id) from connections')).rows[0].count)).toBe(2)
    for (const table of [
      'patients',
      'enrolments',
      'visits',
      'attachments',
      'claim_lines',
      'ledger_entries',
      'mailboxes',
    ])
      expect([table, await codeOf(across.query(`select 1 from ${table}`))]).toEqual([table, INSUFFICIENT_PRIVILEGE])
  })

  it.each([
    'body from documents',
    'head from documents',
    'frozen from submissions',
    'secrets from connections',
    'settings from connections',
    'patient_id from claims',
    'event from notices',
  ])('may not read %s', async (place) => {
    expect(await codeOf(across.query(`select ${place}`))).toBe(INSUFFICIENT_PRIVILEGE)
  })

  it('has a password of its own', async () => {
    expect(await codeOf(signedIn('claimhub_across', test.address.password))).toBe('28P01')
    expect(await codeOf(signedIn('claimhub_app', test.address.acrossPassword))).toBe('28P01')
  })

  it('writes nothing at all', async () => {
    for (const table of [...tables, 'organisations', 'providers']) {
      expect([table, await codeOf(across.query(`delete from ${table}`))]).toEqual([table, INSUFFICIENT_PRIVILEGE])
      const insert = across.query(`insert into ${table} default values`)
      expect([table, await codeOf(insert)]).toEqual([table, INSUFFICIENT_PRIVILEGE])
    }
  })
})

async function everything(organisationId: string): Promise<unknown[]> {
  const { rows } = await sql`
    select (select json_agg(p order by id) from patients p where organisation_id = ${organisationId}) as patients,
      (select json_agg(r order by id) from rates r where organisation_id = ${organisationId}) as rates,
      (select json_agg(v order by id) from visits v where organisation_id = ${organisationId}) as visits`.execute(
    test.owner,
  )
  return rows
}
