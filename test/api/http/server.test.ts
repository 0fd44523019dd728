import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readMail } from '../../../adapters/formats/mail/read.ts'
import { transportOf } from '../../../adapters/transports/index.ts'
import { startServer } from '../../../api/server.ts'
import { createApiKey } from '../../../db/setup/apiKeys.ts'
import { settingsFrom } from '../../../platform/settings.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

describe('startServer', () => {
  it('serves on a free port of this machine without Temporal, says so, and closes', async () => {
    const { host, port, database, password, acrossPassword } = db.address
    const settings = settingsFrom({
      DATABASE_URL: `postgres://${host}:${port}/${database}`,
      CLAIMHUB_DB_PASSWORD: password,
      CLAIMHUB_DB_ACROSS_PASSWORD: acrossPassword,
      // Nothing listens on port 1.
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      CLAIMHUB_API_PORT: '0',
      CLAIMHUB_SECRETS_KEY: randomBytes(32).toString('base64'),
      CLAIMHUB_LOG_LEVEL: 'silent',
    })
    const server = await startServer(settings, { transportOf, readMail })
    const base = `http://127.0.0.1:${server.port}`
    const organisationId = db.organisationId
    const { key } = await db.databases.within(organisationId, (tx) =>
      createApiKey(tx, { organisationId, name: 'test', role: 'read_only' }),
    )
    const patients = await fetch(`${base}/v1/patients`, { headers: { authorization: `Bearer ${key}` } })
    expect(await patients.json()).toEqual({ patients: [], next: null })
    const ready = await fetch(`${base}/readyz`, { headers: { authorization: `Bearer ${key}` } })
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ok: false, postgres: true, temporal: false, frozen: [] },
    ])
    await server.close()
    await expect(fetch(`${base}/healthz`)).rejects.toThrow()
  })

  it('says so when its port is taken', async () => {
    const { host, port, database, password, acrossPassword } = db.address
    const settings = settingsFrom({
      DATABASE_URL: `postgres://${host}:${port}/${database}`,
      CLAIMHUB_DB_PASSWORD: password,
      CLAIMHUB_DB_ACROSS_PASSWORD: acrossPassword,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      CLAIMHUB_API_PORT: String(port),
      CLAIMHUB_SECRETS_KEY: randomBytes(32).toString('base64'),
      CLAIMHUB_LOG_LEVEL: 'silent',
    })
    await expect(startServer(settings, { transportOf, readMail })).rejects.toThrow(
      `the API cannot listen on 127.0.0.1:${port}: the port is taken`,
    )
  })
})
