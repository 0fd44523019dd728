import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { subjectOf } from '../../cli/adapter/conformance/subject.ts'
import { type SftpTwin, startSftpTwin } from '../../cli/adapter/conformance/wire/sftpTwin.ts'
import { add } from '../../cli/provider/add.ts'
import { check } from '../../cli/provider/check.ts'
import { connect } from '../../cli/provider/connect.ts'
import { register } from '../../cli/provider/register.ts'
import { newId } from '../../platform/ids.ts'
import { type Api, startApi } from '../api/harness.ts'
import { refused, said } from '../support/commands.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { actAsOperator } from '../support/deployment.ts'

let db: TestDatabase
let api: Api
let twin: SftpTwin
let options: { api: string; key: string; json: true }
const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-provider-'))

beforeAll(async () => {
  db = await testDatabase()
  actAsOperator(db)
  api = await startApi(db)
  twin = await startSftpTwin(subjectOf('summit-dental'))
  options = { api: api.base, key: await api.key('owner'), json: true }
})
afterAll(async () => {
  vi.unstubAllEnvs()
  process.exitCode = 0
  await twin.stop()
  await api.close()
  await db.close()
  rmSync(folder, { recursive: true })
})

/** A second HMO on Summit's format: no code, one file. */
const northwind = () => ({
  provider: {
    providerId: 'northwind-dental',
    adapterId: 'summit-dental',
    name: 'Northwind Dental',
    phone: '+1 800 555 0199',
  },
  connection: {
    mode: 'test',
    currency: 'USD',
    zone: 'America/Denver',
    endpoint: twin.session().endpoint,
    settings: subjectOf('summit-dental').folder.connection.settings,
    secrets: { password: 'env:CLAIMHUB_CONNECTION_NORTHWIND' },
  },
})

describe('claimhub provider', () => {
  let connectionId = ''
  const file = path.join(folder, 'northwind.yaml')
  const write = (content: object) => writeFileSync(file, stringify(content))
  const organisation = () => ({ organisation: db.organisationId, json: true as const })

  it('register makes an HMO of a known format known, once, and later changes its people only', async () => {
    write(northwind())
    expect(await refused(() => add(file, { ...options }))).toContain('refers to the environment')
    expect(await said(() => register(file, { json: true }))).toMatchObject({ state: 'registered' })
    expect(await said(() => register(file, { json: true }))).toMatchObject({ state: 'unchanged' })
    write({ provider: { ...northwind().provider, phone: '+1 800 555 0100' } })
    expect(await said(() => register(file, { json: true }))).toMatchObject({ state: 'changed' })
    const shown = (await api.call('GET', '/v1/providers/northwind-dental')).body
    expect(shown).toMatchObject({ phone: '+1 800 555 0100', capabilities: { adapterId: 'summit-dental' } })
    const logged = await db.owner.selectFrom('operator_log').select(['actor', 'action', 'subject', 'detail']).execute()
    expect(logged.map(({ detail }) => detail)).toEqual([
      { adapterId: 'summit-dental', state: 'registered' },
      { adapterId: 'summit-dental', state: 'changed' },
    ])
    expect(logged[0]).toMatchObject({ action: 'provider.register', subject: 'provider northwind-dental' })
    expect(logged[0]?.actor).toMatch(/^operator .+@/)
  })

  it('register refuses an adapter that nobody has, another adapter, and a file without a provider', async () => {
    const provider = northwind().provider
    write({ provider: { ...provider, adapterId: 'nobody' } })
    expect(await refused(() => register(file, {}))).toContain('there is no adapter nobody; there are ')
    write({ provider: { ...provider, adapterId: 'harbor-health' } })
    expect(await refused(() => register(file, {}))).toContain('with another adapter')
    write({ connection: northwind().connection })
    expect(await refused(() => register(file, {}))).toContain('there is no provider in it')
    expect((await db.owner.selectFrom('operator_log').select('id').execute()).length).toBe(2)
  })

  it('connect makes a connection with references for a named organisation, as the operator', async () => {
    write(northwind())
    const made = await said(() => connect(file, organisation()))
    expect(made).toMatchObject({ providerId: 'northwind-dental', organisationId: db.organisationId, state: 'made' })
    connectionId = made.connectionId
    const { text } = await api.call('GET', `/v1/connections/${connectionId}`)
    expect(JSON.parse(text)).toMatchObject({ providerId: 'northwind-dental', secretNames: ['password'] })
    expect(text).not.toContain('CLAIMHUB_CONNECTION_')
    const audits = await db.owner.selectFrom('audit_log').select(['actor', 'action', 'subject']).execute()
    expect(audits).toContainEqual({
      actor: expect.stringMatching(/^operator /),
      action: 'connection.create',
      subject: `connection ${connectionId}`,
    })
  })

  it('check says at which step it fails, and passes once the referenced secret is there', async () => {
    const unset = await said(() => check(connectionId, options))
    const detail = "the secret password is kept by the deployment's operator, who has to set it"
    expect(unset).toEqual({ ok: false, steps: [{ step: 'secrets', ok: false, detail }] })
    vi.stubEnv('CLAIMHUB_CONNECTION_NORTHWIND', 'wrong')
    const wrong = await said(() => check(connectionId, options))
    expect(wrong.steps.at(-1)).toMatchObject({ step: 'sign-in', ok: false })
    expect(process.exitCode).toBe(1)
    vi.stubEnv('CLAIMHUB_CONNECTION_NORTHWIND', 'kit-password')
    const right = await said(() => check(connectionId, options))
    expect(right).toMatchObject({ ok: true })
    expect(right.steps.map(({ step }: { step: string }) => step)).toEqual(
      expect.arrayContaining(['connect', 'host key', 'sign-in', 'in folder', 'out folder']),
    )
    expect(await twin.list('in')).toEqual([])
  })

  it('connect again brings the connection to what the file says; its currency stays', async () => {
    const { provider, connection } = northwind()
    write({ provider, connection: { ...connection, zone: 'America/Chicago', secrets: { password: 'kit-password' } } })
    expect(await said(() => connect(file, organisation()))).toMatchObject({ connectionId, state: 'changed' })
    expect((await api.call('GET', `/v1/connections/${connectionId}`)).body.zone).toBe('America/Chicago')
    expect(await said(() => check(connectionId, options))).toMatchObject({ ok: true })
    write({ provider, connection: { ...connection, currency: 'PHP' } })
    expect(await refused(() => connect(file, organisation()))).toContain('its currency never changes')
  })

  it.each(['env:CLAIMHUB_SECRETS_KEY', 'env:PATH', 'env:NORTHWIND_PASSWORD', 'env:'])(
    'connect refuses %s: only names under the agreed prefix are references, for the operator too',
    async (password) => {
      write({ ...northwind(), connection: { ...northwind().connection, mode: 'production', secrets: { password } } })
      expect(await refused(() => connect(file, organisation()))).toContain(
        'connection.secrets.password must name a variable that begins with CLAIMHUB_CONNECTION_',
      )
    },
  )

  it('connect refuses an organisation that is not there, a provider that nobody registered, and what does not fit', async () => {
    write(northwind())
    for (const unknown of [newId(), 'mine'])
      expect(await refused(() => connect(file, { organisation: unknown }))).toContain('there is no organisation')
    const connection = { ...northwind().connection, mode: 'production' }
    write({ connection: { ...connection, providerId: 'x-dental' } })
    expect(await refused(() => connect(file, organisation()))).toContain('there is no provider x-dental')
    write({ ...northwind(), connection: { ...connection, settings: { payerId: 'HARBOR' } } })
    expect(await refused(() => connect(file, organisation()))).toContain('/settings/senderId')
  })

  it('add connects the organisation of a key, and refuses what does not fit', async () => {
    const plain = { ...northwind().connection, mode: 'production', secrets: { password: 'kit-password' } }
    const adding = (change: object, more: Partial<typeof options> = {}) => {
      write({ ...northwind(), connection: plain, ...change })
      return refused(() => add(file, { ...options, ...more }))
    }
    expect(await adding({ connection: { ...plain, settings: { payerId: 'HARBOR' } } })).toContain('/settings/senderId')
    expect(await adding({}, { key: await api.key('billing') })).toContain('forbidden')
    expect(await adding({ providers: [] })).toContain('providers')
    expect(await adding({ connection: undefined })).toContain('there is no connection in it')
    write({ ...northwind(), connection: plain })
    const made = await said(() => add(file, options))
    expect(made).toMatchObject({ providerId: 'northwind-dental', connectionId: expect.any(String) })
    expect(await adding({})).toContain('connection-exists')
    expect(await adding({ provider: { ...northwind().provider, providerId: 'x-dental' } })).toContain(
      'unknown-provider',
    )
  })
})
