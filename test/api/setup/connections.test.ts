import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ROUTES } from '../../../api/routes/all.ts'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, NOW, seedProviders, startApi, wordOf } from '../harness.ts'

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

const harbor = {
  providerId: 'harbor-health',
  mode: 'test',
  currency: 'PHP',
  zone: 'Asia/Manila',
  endpoint: {
    baseUrl: 'https://harbor.example/fhir',
    tokenUrl: 'https://harbor.example/token',
    requestTimeoutMs: 5_000,
  },
  settings: { payerId: 'HARBOR', facilityId: 'F-1' },
  secrets: { clientId: 'id-canary', clientSecret: 'secret-canary', webhookSecret: `whsec_${'A'.repeat(32)}` },
}
const summit = {
  providerId: 'summit-dental',
  mode: 'production',
  currency: 'USD',
  zone: 'America/New_York',
  endpoint: {
    host: 'sftp.summit.example',
    port: 22,
    username: 'bright',
    hostKeySha256: `SHA256:${'A'.repeat(43)}`,
    inFolder: 'in',
    outFolder: 'out',
    connectTimeoutMs: 10_000,
    stableAfterMs: 1_000,
  },
  settings: {
    senderId: 'BRIGHT',
    receiverId: 'SUMMIT',
    payerId: 'SUM01',
    submitterName: 'Bright Smile',
    contactPhone: '+1 555 010 0000',
  },
  secrets: { password: 'p' },
}
const create = (json: unknown) => api.call('POST', '/v1/connections', { json })
const pointersOf = (answer: { body: { errors: { pointer: string }[] } }) =>
  answer.body.errors.map((error) => error.pointer)
let id = ''

describe('providers', () => {
  it('say what their adapters can do, and what a connection needs', async () => {
    const { providers } = (await api.call('GET', '/v1/providers')).body
    expect(providers.map((each: { providerId: string }) => each.providerId)).toEqual(['harbor-health', 'summit-dental'])
    expect(providers[0].capabilities).toMatchObject({
      transport: 'http',
      format: 'fhir',
      pushes: true,
      purposes: expect.arrayContaining(['new', 'replacement']),
      settings: { properties: { payerId: { type: 'string' } } },
      endpoint: { properties: { baseUrl: { type: 'string' } } },
      secrets: ['clientId', 'clientSecret'],
    })
    expect((await api.call('GET', '/v1/providers/no-such')).status).toBe(404)
  })

  it('are made and changed by no request, whatever key it has', async () => {
    const routes = ROUTES.filter(({ path }) => path.startsWith('/v1/providers'))
    expect(routes.map(({ method }) => method)).toEqual(['get', 'get'])
    const json = { providerId: 'x-dental', adapterId: 'summit-dental', name: 'X' }
    for (const [method, path] of [
      ['POST', '/v1/providers'],
      ['PUT', '/v1/providers/harbor-health'],
      ['PATCH', '/v1/providers/harbor-health'],
      ['DELETE', '/v1/providers/harbor-health'],
    ] as const)
      expect([method, (await api.call(method, path, { json })).status]).toEqual([method, 405])
    expect((await api.call('GET', '/v1/providers')).body.providers).toHaveLength(2)
  })
})

describe('connect', () => {
  it('H14 with secrets that never come back', async () => {
    const made = await create(harbor)
    expect(made.status, made.text).toBe(201)
    id = made.body.connectionId
    expect(made.body).toMatchObject({
      secretNames: ['clientId', 'clientSecret', 'webhookSecret'],
      pushPath: `/v1/push/${id}`,
      pollSeconds: 900,
      stoppedBecause: null,
      deadlines: {},
    })
    const seen = [
      made.text,
      (await api.call('GET', '/v1/connections')).text,
      (await api.call('GET', `/v1/connections/${id}`)).text,
    ]
    const audits = JSON.stringify(await db.owner.selectFrom('audit_log').selectAll().execute())
    expect([...seen, audits, api.logged()].join()).not.toContain('canary')
    const row = await db.owner
      .selectFrom('connections')
      .select('secrets')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row.secrets?.toString('latin1')).not.toContain('canary')
    expect(
      api.deps.unseal({ organisationId: db.organisationId, connectionId: id }, row.secrets ?? Buffer.alloc(0)),
    ).toEqual(harbor.secrets)
  })

  it('over SFTP, with either a password or a key', async () => {
    const { secrets: _none, ...without } = summit
    expect(pointersOf(await create({ ...without }))).toContain('/secrets/password')
    const made = await create(summit)
    expect(made.status, made.text).toBe(201)
    expect(made.body.pushPath).toBeNull()
  })

  it.each<[string, object, string, string]>([
    ['no such provider', { providerId: 'nobody' }, 'unknown-provider', ''],
    ['settings of another provider', { settings: summit.settings }, 'invalid-settings', '/settings/facilityId'],
    [
      'an endpoint without encryption',
      { endpoint: { ...harbor.endpoint, baseUrl: 'http://harbor.example' } },
      'invalid-settings',
      '/endpoint/baseUrl',
    ],
    [
      'a password in the address',
      { endpoint: { ...harbor.endpoint, baseUrl: 'https://u:p@harbor.example' } },
      'invalid-settings',
      '/endpoint/baseUrl',
    ],
    [
      'a password of nobody in the address',
      { endpoint: { ...harbor.endpoint, baseUrl: 'https://harbor.example@10.0.0.5/' } },
      'invalid-settings',
      '/endpoint/baseUrl',
    ],
    [
      'an address of somebody’s own network',
      { endpoint: { ...harbor.endpoint, baseUrl: 'https://10.0.0.5/fhir' } },
      'invalid-settings',
      '/endpoint/baseUrl',
    ],
    [
      'a sign-in at the metadata address',
      { endpoint: { ...harbor.endpoint, tokenUrl: 'https://0xa9fea9fe/token' } },
      'invalid-settings',
      '/endpoint/tokenUrl',
    ],
    [
      'a secret that signing in needs is missing',
      { secrets: { clientId: 'x' } },
      'invalid-settings',
      '/secrets/clientSecret',
    ],
    [
      'a secret that nobody knows',
      { secrets: { ...harbor.secrets, password: 'x' } },
      'invalid-settings',
      '/secrets/password',
    ],
    ['a deadline of no days', { deadlines: { ackDays: 0 } }, 'invalid-request', '/deadlines/ackDays'],
    ['a deadline that we don’t know', { deadlines: { answerDays: 3 } }, 'invalid-request', '/deadlines'],
    ['a zone of nowhere', { zone: 'Mars/Olympus' }, 'invalid-request', '/zone'],
    ['a member of ours', { stoppedBecause: null }, 'invalid-request', ''],
  ])('refuses %s', async (_name, change, word, pointer) => {
    const answer = await create({ ...harbor, mode: 'production', ...change })
    expect([answer.status, wordOf(answer)]).toEqual([422, word])
    if (pointer !== '') expect(pointersOf(answer)).toContain(pointer)
    expect(answer.text).not.toContain('canary')
  })

  it('H6 refuses an SFTP server on this machine by a sentence that names host and rule, when made and when changed', async () => {
    const inner = { ...summit.endpoint, host: '2130706434' }
    const detail = '127.0.0.2 is an address of this machine itself; this deployment does not connect to it'
    const refused = { status: 422, body: { errors: [{ pointer: '/endpoint/host', detail }] } }
    expect(await create({ ...summit, mode: 'test', endpoint: inner })).toMatchObject(refused)
    expect(await api.call('GET', '/v1/connections')).toMatchObject({ body: { connections: { length: 2 } } })
    const { connections } = (await api.call('GET', '/v1/connections')).body
    const own = connections.find(({ providerId }: { providerId: string }) => providerId === 'summit-dental')
    const path = `/v1/connections/${own.connectionId}`
    expect(await api.call('PATCH', path, { json: { endpoint: inner } })).toMatchObject(refused)
    expect((await api.call('GET', path)).body.endpoint.host).toBe('sftp.summit.example')
  })

  it('takes a twin on this machine that the deployment lists, unencrypted too', async () => {
    const endpoint = { ...harbor.endpoint, baseUrl: 'http://127.0.0.1:1/fhir', tokenUrl: 'http://127.0.0.1:1/token' }
    const made = await api.call('PATCH', `/v1/connections/${id}`, { json: { endpoint } })
    expect(made.status, made.text).toBe(200)
    await api.call('PATCH', `/v1/connections/${id}`, { json: { endpoint: harbor.endpoint } })
  })
})

describe('change', () => {
  it('only what is named; secrets one by one', async () => {
    const patch = (json: unknown) => api.call('PATCH', `/v1/connections/${id}`, { json })
    const before = (await api.call('GET', `/v1/connections/${id}`)).body
    const changed = await patch({
      deadlines: { ackDays: 5, holidays: ['2026-12-25'] },
      requestsPerSecond: 2.5,
      secrets: { webhookSecret: null },
    })
    expect(changed.body).toEqual({
      ...before,
      deadlines: { ackDays: 5, holidays: ['2026-12-25'] },
      requestsPerSecond: 2.5,
      secretNames: ['clientId', 'clientSecret'],
    })
    expect(pointersOf(await patch({ secrets: { clientSecret: null } }))).toEqual(['/secrets/clientSecret'])
    expect(pointersOf(await patch({ endpoint: { baseUrl: 'https://harbor.example' } }))).toContain(
      '/endpoint/requestTimeoutMs',
    )
    expect((await patch({ mode: 'production' })).status).toBe(422)
    expect((await patch({})).body).toEqual(changed.body)
  })
})

describe('a reference to the environment', () => {
  const REFERENCES = [
    'env:CLAIMHUB_SECRETS_KEY',
    'env:CLAIMHUB_DB_PASSWORD',
    'env:PATH',
    'env:CLAIMHUB_CONNECTION_SET',
    'env:CLAIMHUB_CONNECTION_UNSET',
    'env:',
  ]
  beforeAll(() => {
    vi.stubEnv('CLAIMHUB_SECRETS_KEY', 'canary')
    vi.stubEnv('CLAIMHUB_CONNECTION_SET', 'canary')
  })
  afterAll(() => {
    vi.unstubAllEnvs()
  })
  const secretsOf = async () =>
    (await db.owner.selectFrom('connections').select('secrets').where('id', '=', id).executeTakeFirstOrThrow()).secrets

  it.each(['owner', 'admin'] as const)(
    'is refused to the key of an %s in the same words for every name',
    async (role) => {
      const key = await api.key(role)
      const before = await secretsOf()
      const answers = new Set<string>()
      for (const clientSecret of REFERENCES) {
        const made = { ...harbor, mode: 'production', secrets: { ...harbor.secrets, clientSecret } }
        for (const [method, path, json] of [
          ['POST', '/v1/connections', made],
          ['PATCH', `/v1/connections/${id}`, { secrets: { clientSecret } }],
        ] as const) {
          const answer = await api.call(method, path, { key, json })
          expect([method, clientSecret, answer.status, wordOf(answer)]).toEqual([
            method,
            clientSecret,
            422,
            'reference-not-allowed',
          ])
          answers.add(JSON.stringify({ ...answer.body, instance: '' }))
        }
      }
      expect(answers.size).toBe(1)
      expect([...answers].join()).toContain('"pointer":"/secrets/clientSecret"')
      expect([...answers].join() + api.logged()).not.toContain('canary')
      expect(await secretsOf()).toEqual(before)
      expect((await api.call('GET', '/v1/connections')).body.connections).toHaveLength(2)
    },
  )

  it('that the operator made stays where it is: no key sends what it stands for elsewhere', async () => {
    const row = { organisationId: db.organisationId, connectionId: id }
    const stored = { ...harbor.secrets, clientSecret: 'env:CLAIMHUB_CONNECTION_SET' }
    const before = await secretsOf()
    const set = (secrets: Buffer | null) =>
      db.owner.updateTable('connections').set({ secrets }).where('id', '=', id).execute()
    await set(api.deps.seal(row, stored))
    const patch = (json: unknown) => api.call('PATCH', `/v1/connections/${id}`, { json })
    const moved = await patch({ endpoint: { ...harbor.endpoint, tokenUrl: 'https://mine.example/token' } })
    expect([moved.status, wordOf(moved), pointersOf(moved)]).toEqual([422, 'reference-not-allowed', ['/endpoint']])
    expect((await api.call('GET', `/v1/connections/${id}`)).body.endpoint.tokenUrl).toBe(harbor.endpoint.tokenUrl)
    expect((await patch({ pollSeconds: 600 })).status).toBe(200)
    await set(before)
  })

  it('in a row that should not have it reads nothing', async () => {
    const row = { organisationId: db.organisationId, connectionId: id }
    const before = await secretsOf()
    const set = (secrets: Buffer | null) =>
      db.owner.updateTable('connections').set({ secrets }).where('id', '=', id).execute()
    await set(api.deps.seal(row, { ...harbor.secrets, clientSecret: 'env:CLAIMHUB_SECRETS_KEY' }))
    const checked = await api.call('POST', `/v1/connections/${id}/check`)
    const detail = "the secret clientSecret is kept by the deployment's operator, who has to set it"
    expect(checked.body).toEqual({ ok: false, steps: [{ step: 'secrets', ok: false, detail }] })
    await set(before)
  })

  it('sealed for another connection opens nothing', async () => {
    const before = await secretsOf()
    const other = (await api.call('GET', '/v1/connections')).body.connections.find(
      (each: { connectionId: string }) => each.connectionId !== id,
    )
    await db.owner.updateTable('connections').set({ secrets: before }).where('id', '=', other.connectionId).execute()
    const checked = await api.call('POST', `/v1/connections/${other.connectionId}/check`)
    expect(checked.status).toBe(200)
    expect(checked.body.steps).toEqual([
      { step: 'secrets', ok: false, detail: expect.stringContaining('sealed for another connection') },
    ])
  })
})

describe('resume', () => {
  it('lets a stopped connection send again and closes its item', async () => {
    await db.databases.within(db.organisationId, async (tx) => {
      await tx.updateTable('connections').set({ stopped_because: 'sign-in refused' }).where('id', '=', id).execute()
      await raiseItem(
        tx,
        { organisationId: db.organisationId, now: NOW },
        {
          kind: 'connection-stopped',
          ids: { connectionId: id },
          words: { provider: 'Harbor Health', because: 'sign-in refused' },
        },
      )
    })
    expect((await api.call('GET', `/v1/connections/${id}`)).body.stoppedBecause).toBe('sign-in refused')
    const resumed = await api.call('POST', `/v1/connections/${id}/resume`)
    expect([resumed.status, resumed.body.stoppedBecause]).toEqual([200, null])
    expect((await api.call('GET', '/v1/attention-items')).body.items).toEqual([])
    expect((await api.call('POST', `/v1/connections/${id}/resume`)).status).toBe(200)
    const audits = await db.owner
      .selectFrom('audit_log')
      .select('detail')
      .where('action', '=', 'connection.resume')
      .execute()
    expect(audits).toEqual([{ detail: { stoppedBecause: 'sign-in refused' } }])
  })
})
