import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { subjectOf } from '../../cli/adapter/conformance/subject.ts'
import { type SftpTwin, startSftpTwin } from '../../cli/adapter/conformance/wire/sftpTwin.ts'
import { add } from '../../cli/provider/add.ts'
import { check } from '../../cli/provider/check.ts'
import { type Api, startApi } from '../api/harness.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

let db: TestDatabase
let api: Api
let twin: SftpTwin
let options: { api: string; key: string; json: true }
const folder = mkdtempSync(path.join(os.tmpdir(), 'claimhub-provider-'))

beforeAll(async () => {
  db = await testDatabase()
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
    secrets: { password: 'env:NORTHWIND_PASSWORD' },
  },
})

async function said(command: () => Promise<void>) {
  const words: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => words.push(String(text)) > 0)
  try {
    await command()
  } finally {
    write.mockRestore()
  }
  return JSON.parse(words.join(''))
}

describe('claimhub provider', () => {
  let connectionId = ''
  const file = path.join(folder, 'northwind.yaml')

  it('add makes an HMO of a known format and a connection from one YAML file', async () => {
    writeFileSync(file, stringify(northwind()))
    const made = await said(() => add(file, options))
    expect(made).toMatchObject({ providerId: 'northwind-dental', isNew: true })
    connectionId = made.connectionId
    const { text } = await api.call('GET', `/v1/connections/${connectionId}`)
    expect(JSON.parse(text)).toMatchObject({ providerId: 'northwind-dental', secretNames: ['password'] })
    expect(text).not.toContain('NORTHWIND_PASSWORD')
  })

  it('check says at which step it fails, and passes once the referenced secret is there', async () => {
    const unset = await said(() => check(connectionId, options))
    expect(unset).toEqual({
      ok: false,
      steps: [{ step: 'secrets', ok: false, detail: expect.stringContaining('NORTHWIND_PASSWORD') }],
    })
    vi.stubEnv('NORTHWIND_PASSWORD', 'wrong')
    const wrong = await said(() => check(connectionId, options))
    expect(wrong.steps.at(-1)).toMatchObject({ step: 'sign-in', ok: false })
    expect(process.exitCode).toBe(1)
    vi.stubEnv('NORTHWIND_PASSWORD', 'kit-password')
    const right = await said(() => check(connectionId, options))
    expect(right).toMatchObject({ ok: true })
    expect(right.steps.map(({ step }: { step: string }) => step)).toEqual(
      expect.arrayContaining(['connect', 'host key', 'sign-in', 'in folder', 'out folder']),
    )
    expect(await twin.list('in')).toEqual([])
  })

  it('add refuses what does not fit: a connection twice, unknown adapters, settings of another HMO, other keys than an owner’s', async () => {
    const refused = async (change: object, more: Partial<typeof options> = {}) => {
      writeFileSync(file, stringify({ ...northwind(), ...change }))
      return add(file, { ...options, ...more }).then(
        () => 'taken',
        (error: Error) => error.message,
      )
    }
    expect(await refused({})).toContain('connection-exists')
    expect(await refused({ provider: { providerId: 'x-dental', adapterId: 'nobody', name: 'X' } })).toContain(
      'unknown-adapter',
    )
    const connection = { ...northwind().connection, mode: 'production', settings: { payerId: 'HARBOR' } }
    expect(await refused({ connection })).toContain('/settings/senderId')
    expect(await refused({}, { key: await api.key('admin') })).toContain('forbidden')
    expect(await refused({ providers: [] })).toContain('providers')
  })
})
