import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { create as createKey, list as listKeys, revoke } from '../../../cli/operator/key.ts'
import { create as createOrganisation, list as listOrganisations } from '../../../cli/operator/org.ts'
import { rotate } from '../../../cli/operator/rotate.ts'
import { newId } from '../../../platform/ids.ts'
import { keyIdOf, seal, secretsKey, unseal } from '../../../platform/seal.ts'
import { type Api, SECRETS_KEY, seedProviders, startApi } from '../../api/harness.ts'
import { printed, refused, said } from '../../support/commands.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { actAsOperator, deploymentOf } from '../../support/deployment.ts'

const json = true as const
let db: TestDatabase
let api: Api
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db)
})
beforeEach(() => actAsOperator(db))
afterAll(async () => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  await api.close()
  await db.close()
})

describe('a fresh deployment', () => {
  it('gets its first organisation and key by two commands, and the key works', async () => {
    const { organisationId } = await said(() => createOrganisation('Bright Smile', { taxId: '123', json }))
    const { organisations } = await said(() => listOrganisations({ json }))
    expect(organisations).toContainEqual({ organisationId, name: 'Bright Smile' })
    const made = await said(() =>
      createKey({ organisation: organisationId, name: 'practice app', role: 'owner', json }),
    )
    const answer = await api.call('GET', '/v1/patients', { key: made.key })
    expect([answer.status, answer.body]).toEqual([200, { patients: [], next: null }])

    const shown = await printed(() => listKeys({ organisation: organisationId }))
    expect(shown).toContain(`${made.keyId}  ${made.key.slice(0, 10)}…  owner`)
    const kept = JSON.stringify(await db.owner.selectFrom('api_keys').selectAll().execute())
    const audits = await audited(organisationId)
    expect([shown, kept, JSON.stringify(audits)].join()).not.toContain(made.key.slice(0, 16))
    expect(audits.map(({ action, subject }) => [action, subject])).toEqual([
      ['organisation.create', `organisation ${organisationId}`],
      ['key.create', `key ${made.keyId}`],
    ])
    expect(audits.every(({ actor }) => actor.startsWith('operator '))).toBe(true)
  })

  it('is made by an owner who is no superuser and to whom row-level security holds as well', async () => {
    const owner = `owner_${newId().replaceAll('-', '')}`
    await ownedBy(owner)
    vi.stubEnv('DATABASE_URL', deploymentOf(db, owner)['DATABASE_URL'])
    const { organisationId } = await said(() => createOrganisation('Managed', { json }))
    const { keyId } = await said(() => createKey({ organisation: organisationId, name: 'app', role: 'admin', json }))
    expect((await said(() => listKeys({ organisation: organisationId, json }))).keys).toMatchObject([{ keyId }])
    expect(await said(() => revoke(keyId, { json }))).toMatchObject({ revoked: true })
    await sql`reassign owned by ${sql.id(owner)} to owner`.execute(db.owner)
    await sql`drop owned by ${sql.id(owner)}`.execute(db.owner)
    await sql`drop role ${sql.id(owner)}`.execute(db.owner)
  })
})

describe('claimhub key revoke', () => {
  it('kills a key from the next request on, and says so once in the audit log', async () => {
    const { organisationId } = db
    const { key, keyId } = await said(() =>
      createKey({ organisation: organisationId, name: 'x', role: 'billing', json }),
    )
    expect((await api.call('GET', '/v1/patients', { key })).status).toBe(200)
    expect(await said(() => revoke(keyId, { json }))).toEqual({ keyId, organisationId, revoked: true })
    expect((await api.call('GET', '/v1/patients', { key })).status).toBe(401)
    expect(await said(() => revoke(keyId, { json }))).toMatchObject({ revoked: false })
    const revoked = (await audited(organisationId)).filter(({ action }) => action === 'key.revoke')
    expect(revoked.map(({ subject }) => subject)).toEqual([`key ${keyId}`])
    expect(await printed(() => listKeys({ organisation: organisationId }))).toMatch(/billing .*, revoked 20/)
  })
})

describe('the operator’s commands', () => {
  it('say in one sentence what is not there', async () => {
    expect(await refused(() => revoke(newId(), {}))).toContain('there is no key')
    expect(await refused(() => revoke('chk_abc', {}))).toContain('there is no key chk_abc')
    expect(await refused(() => listKeys({ organisation: newId() }))).toContain('there is no organisation')
    expect(await refused(() => createKey({ organisation: 'Bright', name: 'x', role: 'owner' }))).toContain(
      'there is no organisation Bright',
    )
    expect(await refused(() => createOrganisation(' ', {}))).toBe('an organisation has a name')
  })

  it('need the owner’s address: with an application role’s they make nothing', async () => {
    const sentence = /^DATABASE_URL does not sign in as the owner of the database/
    vi.stubEnv('DATABASE_URL', deploymentOf(db, 'claimhub_app')['DATABASE_URL'])
    expect(await refused(() => createOrganisation('Mine', {}))).toMatch(sentence)
    vi.stubEnv('DATABASE_URL', deploymentOf(db)['DATABASE_URL']?.replace(/:[^:@]+@/, ':wrong@'))
    expect(await refused(() => createOrganisation('Mine', {}))).toMatch(sentence)
    vi.stubEnv('DATABASE_URL', deploymentOf(db)['DATABASE_URL']?.replace('owner:test-only@', ''))
    expect(await refused(() => createOrganisation('Mine', {}))).not.toBe('done')
    const names = await db.owner.selectFrom('organisations').select('name').execute()
    expect(names.map(({ name }) => name)).not.toContain('Mine')
  })
})

describe('claimhub secrets rotate', () => {
  const OLD = secretsKey(SECRETS_KEY)
  const NEW = secretsKey(Buffer.alloc(32, 9))
  const SECRETS = { password: 'swordfish' }
  const rows: { organisationId: string; connectionId: string }[] = []

  beforeAll(async () => {
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    for (const organisationId of [db.organisationId, other])
      for (const mode of ['test', 'production'] as const) {
        const row = { organisationId, connectionId: newId() }
        rows.push(row)
        await db.owner
          .insertInto('connections')
          .values({
            organisation_id: organisationId,
            id: row.connectionId,
            provider_id: 'summit-dental',
            mode,
            currency: 'USD',
            endpoint: '{}',
            settings: '{}',
            secrets: seal({ current: OLD, others: [] }, row, SECRETS),
          })
          .execute()
      }
  })
  const turnTo = (key: Buffer, others: Buffer[]) => {
    vi.stubEnv('CLAIMHUB_SECRETS_KEY', key.toString('base64'))
    vi.stubEnv('CLAIMHUB_SECRETS_OTHER_KEYS', others.map((each) => each.toString('base64')).join(','))
  }
  const sealedIn = async ({ connectionId }: { connectionId: string }) => {
    const query = db.owner.selectFrom('connections').select('secrets').where('id', '=', connectionId)
    return (await query.executeTakeFirstOrThrow()).secrets ?? Buffer.alloc(0)
  }
  const keyIds = async () => Promise.all(rows.map(async (row) => keyIdOf(await sealedIn(row))))

  it('with --dry-run counts and changes nothing', async () => {
    turnTo(NEW.bytes, [OLD.bytes])
    const dry = await said(() => rotate({ dryRun: true, json }))
    expect(dry).toEqual({ ok: true, dryRun: true, keyId: NEW.id, resealed: 4, current: 0, unopened: [] })
    expect(new Set(await keyIds())).toEqual(new Set([OLD.id]))
  })

  it('without the old key leaves everything as it is and fails', async () => {
    turnTo(NEW.bytes, [])
    const failed = await said(() => rotate({ json }))
    expect(failed).toMatchObject({ ok: false, resealed: 0, current: 0 })
    expect(failed.unopened).toHaveLength(4)
    expect(failed.unopened[0].because).toContain(`the key ${OLD.id}`)
    expect([process.exitCode, new Set(await keyIds())]).toEqual([1, new Set([OLD.id])])
    process.exitCode = 0
  })

  it('goes on after an interruption, and a second run has nothing to do', async () => {
    turnTo(NEW.bytes, [OLD.bytes])
    // The run before was killed after its first row.
    const first = rows[0] as (typeof rows)[number]
    const secrets = seal({ current: NEW, others: [] }, first, SECRETS)
    await db.owner.updateTable('connections').set({ secrets }).where('id', '=', first.connectionId).execute()
    expect(await said(() => rotate({ json }))).toMatchObject({ ok: true, resealed: 3, current: 1 })
    expect(await said(() => rotate({ json }))).toMatchObject({ ok: true, resealed: 0, current: 4 })
    const logged = await db.owner.selectFrom('operator_log').select(['action', 'subject', 'detail']).execute()
    expect(logged).toEqual([{ action: 'secrets.rotate', subject: `key ${NEW.id}`, detail: { resealed: 3 } }])
  })

  it('lets the old key be removed', async () => {
    turnTo(NEW.bytes, [])
    expect(await said(() => rotate({ json }))).toMatchObject({ ok: true, current: 4 })
    for (const row of rows) expect(unseal({ current: NEW, others: [] }, row, await sealedIn(row))).toEqual(SECRETS)
  })

  it('finds a value that was moved to another row', async () => {
    turnTo(NEW.bytes, [])
    const [from, to] = rows as [(typeof rows)[number], (typeof rows)[number]]
    const secrets = await sealedIn(from)
    await db.owner.updateTable('connections').set({ secrets }).where('id', '=', to.connectionId).execute()
    const found = await said(() => rotate({ json }))
    expect(found.unopened).toEqual([
      { connectionId: to.connectionId, because: expect.stringContaining('sealed for another connection') },
    ])
    process.exitCode = 0
  })
})

async function audited(organisationId: string) {
  return db.owner
    .selectFrom('audit_log')
    .select(['actor', 'action', 'subject', 'detail'])
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute()
}

/**
 * A role as a managed Postgres has it for its owner, without superuser, to whom every table
 * belongs.
 */
async function ownedBy(role: string): Promise<void> {
  await sql`create role ${sql.id(role)} login password ${sql.lit(db.address.password)}`.execute(db.owner)
  await sql`grant usage on schema public to ${sql.id(role)}`.execute(db.owner)
  const tables = sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`
  for (const { name } of (await tables.execute(db.owner)).rows)
    await sql`alter table ${sql.table(name)} owner to ${sql.id(role)}`.execute(db.owner)
}
