import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../../api/routes/all.ts'
import type { Role } from '../../../db/schema/setupTables.ts'
import { revokeApiKey } from '../../../db/setup/apiKeys.ts'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, items, otherOrganisation, seedProviders, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
beforeAll(async () => {
  db = await testDatabase()
  await seedProviders(db)
  api = await startApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const withIds = (path: string) =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) =>
    name === 'providerId' ? 'harbor-health' : name === 'lineNumber' ? '1' : newId(),
  )
const closed = ROUTES.filter((route) => route.roles !== null)

describe('who calls', () => {
  it.each(closed.map((route) => [route.method, route.path]))('%s %s: no key, no answer', async (method, path) => {
    const answer = await api.call(method, withIds(path), { key: null })
    expect([answer.status, wordOf(answer)]).toEqual([401, 'unauthenticated'])
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
  })

  it.each(['chk_short', `chk_${'A'.repeat(43)}`, `sk_${'A'.repeat(43)}`, `chk_${'A'.repeat(43)}'--`])(
    'the key %s is nobody’s',
    async (key) => {
      expect((await api.call('GET', '/v1/patients', { key })).status).toBe(401)
    },
  )

  it('a revoked key is dead at once (H15)', async () => {
    const key = await api.key('owner')
    expect((await api.call('GET', '/v1/patients', { key })).status).toBe(200)
    const row = await db.owner.selectFrom('api_keys').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()
    await db.databases.within(db.organisationId, (tx) => revokeApiKey(tx, db.organisationId, row.id, new Date()))
    expect((await api.call('GET', '/v1/patients', { key })).status).toBe(401)
  })

  it('keys are kept as hashes only', async () => {
    const key = await api.key('owner')
    const rows = await db.owner.selectFrom('api_keys').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(key)
    expect(rows.every((row) => row.key_hash.length === 32)).toBe(true)
  })
})

describe('who may do what', () => {
  const roles: Role[] = ['owner', 'admin', 'billing', 'practice_app', 'read_only']
  it.each(roles)('H2 %s gets a 403 exactly where the route does not name the role', async (role) => {
    const key = await api.key(role)
    for (const route of closed) {
      const answer = await api.call(route.method, withIds(route.path), {
        key,
        ...(route.method === 'get' ? {} : { json: {} }),
      })
      const forbidden = answer.status === 403
      expect([route.method, route.path, forbidden]).toEqual([route.method, route.path, !route.roles?.includes(role)])
    }
  })

  it('H2 a reader changes nothing', () => {
    for (const route of closed) if (route.method !== 'get') expect(route.roles).not.toContain('read_only')
  })
})

describe('what another organisation has is not there', () => {
  it('H1 by id, by external id, in lists and by reference', async () => {
    const key = await api.key('owner', await otherOrganisation(db))
    const connection = {
      providerId: 'harbor-health',
      mode: 'test',
      currency: 'PHP',
      endpoint: {
        baseUrl: 'https://harbor.example/fhir',
        tokenUrl: 'https://harbor.example/token',
        requestTimeoutMs: 5_000,
      },
      settings: {},
      secrets: { clientId: 'a', clientSecret: 'b' },
    }
    const settings = (await api.call('GET', '/v1/providers/harbor-health')).body.capabilities.settings
    for (const name of settings.required ?? []) Object.assign(connection.settings, { [name]: 'HH-1' })
    const made = await api.call('POST', '/v1/connections', { json: connection })
    expect(made.status, made.text).toBe(201)
    await api.call('PUT', '/v1/clinics/clinic-1', { json: items.clinic(1) })
    await api.call('PUT', '/v1/practitioners/dr-1', { json: items.practitioner(1) })
    const patient = await api.call('PUT', '/v1/patients/pat-1', { json: items.patient(1) })
    expect(patient.status).toBe(201)
    await db.owner
      .insertInto('attention_items')
      .values({
        organisation_id: db.organisationId,
        id: newId(),
        kind: 'stalled',
        role: 'billing',
        dedupe_key: 'a',
        because: 'Claim C-1: no ack in time',
        created_at: new Date(),
      })
      .execute()
    const item = (await api.call('GET', '/v1/attention-items')).body.items[0]

    const theirs: [string, string, unknown?][] = [
      ['GET', `/v1/patients/${patient.body.id}`],
      ['GET', '/v1/patients/pat-1'],
      ['GET', `/v1/connections/${made.body.connectionId}`],
      ['PATCH', `/v1/connections/${made.body.connectionId}`, { enabled: false }],
      ['POST', `/v1/connections/${made.body.connectionId}/resume`],
      ['POST', `/v1/attention-items/${item.itemId}/close`, { because: 'mine now' }],
    ]
    for (const [method, path, json] of theirs) {
      const theirAnswer = await api.call(method, path, { key, json })
      const unknown = await api.call(method, path.replace(/[0-9a-f-]{36}|pat-1/, newId()), { key, json })
      expect([method, path, theirAnswer.status]).toEqual([method, path, 404])
      // The same words as for what never was.
      expect({ ...theirAnswer.body, instance: '' }).toEqual({ ...unknown.body, instance: '' })
    }
    expect((await api.call('GET', '/v1/patients', { key })).body.patients).toEqual([])
    expect((await api.call('GET', '/v1/connections', { key })).body.connections).toEqual([])
    expect((await api.call('GET', '/v1/attention-items?state=all', { key })).body.items).toEqual([])
    expect((await api.call('GET', `/v1/attention-items?cursor=${item.itemId}`, { key })).body.items).toEqual([])
    expect((await api.call('GET', '/v1/providers/harbor-health', { key })).body.connections).toEqual([])
    const visit = await api.call('PUT', '/v1/visits/visit-1', { key, json: items.visit(1) })
    expect([visit.status, wordOf(visit)]).toEqual([422, 'unknown-reference'])
    expect((await api.call('GET', `/v1/connections/${made.body.connectionId}`)).body.enabled).toBe(true)
  })

  it('the same external id is another thing in each organisation', async () => {
    const key = await api.key('owner', await otherOrganisation(db))
    const mine = await api.call('PUT', '/v1/patients/twin', { json: items.patient(1) })
    const theirs = await api.call('PUT', '/v1/patients/twin', { key, json: { ...items.patient(1), given: 'Other' } })
    expect([mine.status, theirs.status]).toEqual([201, 201])
    expect((await api.call('GET', '/v1/patients/twin')).body.given).toBe('Zöe 1')
  })
})
