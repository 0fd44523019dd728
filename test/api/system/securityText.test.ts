import { afterAll, beforeAll, expect, it } from 'vitest'
import { settingsFrom } from '../../../platform/settings.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { NOW, startApi } from '../harness.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

async function page(securityContact: string | null) {
  const api = await startApi(db, { securityContact })
  try {
    const { status, headers, text } = await api.call('get', '/.well-known/security.txt', { key: null })
    return { status, type: headers.get('content-type'), text }
  } finally {
    await api.close()
  }
}

it('whoever finds a hole reads where to write to, without a key (RFC 9116)', async () => {
  const { status, type, text } = await page('mailto:security@clinic.example')
  expect([status, type]).toEqual([200, 'text/plain; charset=utf-8'])
  const fields = Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/: (.*)/)),
  )
  expect(fields['Contact']).toBe('mailto:security@clinic.example')
  // Less than a year ahead, as 2.5.5 asks.
  const ahead = Date.parse(fields['Expires'] ?? '') - NOW.getTime()
  expect([ahead > 0, ahead < 365 * 86_400_000]).toEqual([true, true])
})

it('a deployment that names nobody has no such page', async () => {
  expect((await page(null)).status).toBe(404)
})

it('the contact is an address with its scheme', () => {
  const env = {
    DATABASE_URL: 'postgres://h/d',
    CLAIMHUB_DB_PASSWORD: 'p',
    CLAIMHUB_DB_ACROSS_PASSWORD: 'q',
    TEMPORAL_ADDRESS: 't:7233',
    CLAIMHUB_SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'),
  }
  const contactOf = (value: string) => settingsFrom({ ...env, CLAIMHUB_SECURITY_CONTACT: value }).securityContact
  expect(contactOf('https://clinic.example/security')).toBe('https://clinic.example/security')
  expect(contactOf('')).toBeNull()
  expect(() => contactOf('security@clinic.example')).toThrow(/CLAIMHUB_SECURITY_CONTACT/)
})
