import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownerFrom } from '../../platform/databaseSettings.ts'
import { secretsKey } from '../../platform/seal.ts'
import { settingsFrom, storageFrom } from '../../platform/settings.ts'
import { temporalFrom } from '../../platform/temporalAddress.ts'

const KEY = Buffer.alloc(32, 1).toString('base64')
const ENV = {
  DATABASE_URL: 'postgres://owner:secret@db.example:6543/claims?sslmode=require',
  CLAIMHUB_DB_PASSWORD: 'app-password',
  CLAIMHUB_DB_ACROSS_PASSWORD: 'across-password',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  CLAIMHUB_SECRETS_KEY: KEY,
}

describe('settingsFrom', () => {
  it('reads the least that is needed and fills in the rest', () => {
    const settings = settingsFrom(ENV)
    expect(settings.database).toEqual({
      host: 'db.example',
      port: 6543,
      database: 'claims',
      password: 'app-password',
      acrossPassword: 'across-password',
      poolSize: 10,
      tls: true,
    })
    expect(settings.temporal).toEqual({ address: 'temporal.example:7233', namespace: 'default' })
    expect(settings).toMatchObject({
      leaseSeconds: 60,
      deliverTimeoutSeconds: 45,
      heartbeatSeconds: 10,
      codecKey: null,
      allowedAddresses: [],
    })
    expect(settings.secretsKeys).toEqual({ current: secretsKey(Buffer.alloc(32, 1)), others: [] })
  })

  it('never takes the owner’s name or password from the address', () => {
    expect(JSON.stringify(settingsFrom(ENV))).not.toContain('owner')
    expect(JSON.stringify(settingsFrom(ENV))).not.toContain('secret@')
  })

  it.each([
    ['postgres://db.example/claims', true],
    ['postgres://10.0.0.5/claims', true],
    ['postgres://db.example/claims?sslmode=verify-full', true],
    ['postgres://db.example/claims?sslmode=disable', undefined],
    ['postgres://127.0.0.1/claims', undefined],
    ['postgres://localhost/claims', undefined],
    ['postgres://127.0.0.1/claims?sslmode=require', true],
    ['postgres://127.0.0.1.example/claims', true],
  ])('asks for TLS outside this machine unless told otherwise: %s', (address, tls) => {
    expect(settingsFrom({ ...ENV, DATABASE_URL: address }).database.tls).toBe(tls)
    expect(ownerFrom({ ...ENV, DATABASE_URL: address }).tls).toBe(tls === true)
  })

  it.each(['prefer', 'allow', 'no-verify', ''])('refuses sslmode=%s, which falls back in silence', (mode) => {
    const env = { ...ENV, DATABASE_URL: `postgres://db.example/claims?sslmode=${mode}` }
    expect(() => settingsFrom(env)).toThrow(/sslmode must be/)
    expect(() => ownerFrom(env)).toThrow(/sslmode must be/)
  })

  it('reads an IPv6 host, and a database without encryption', () => {
    const { database } = settingsFrom({ ...ENV, DATABASE_URL: 'postgres://[::1]/my%20claims' })
    expect(database).toMatchObject({ host: '::1', port: 5432, database: 'my claims' })
    expect(database.tls).toBeUndefined()
  })

  it.each([
    [{}, true],
    [{ CLAIMHUB_API_HOST: '::1' }, true],
    [{ CLAIMHUB_API_HOST: '0.0.0.0' }, false],
    [{ CLAIMHUB_API_HOST: '0.0.0.0', CLAIMHUB_API_DOCS: 'on' }, true],
    [{ CLAIMHUB_API_DOCS: 'off' }, false],
  ])('shows the API’s documents where only this machine can ask, unless told otherwise: %o', (env, docs) => {
    expect(settingsFrom({ ...ENV, ...env }).api.docs).toBe(docs)
  })

  it('names everything that is missing in one sentence', () => {
    expect(() => settingsFrom({})).toThrow(
      /DATABASE_URL is missing; CLAIMHUB_DB_PASSWORD is missing; CLAIMHUB_DB_ACROSS_PASSWORD is missing; CLAIMHUB_SECRETS_KEY is missing; TEMPORAL_ADDRESS is missing/,
    )
  })

  it.each([
    [{ CLAIMHUB_SECRETS_KEY: Buffer.alloc(16).toString('base64') }, /CLAIMHUB_SECRETS_KEY must be 32 bytes/],
    [{ CLAIMHUB_SECRETS_OTHER_KEYS: `${KEY},AAAA` }, /CLAIMHUB_SECRETS_OTHER_KEYS must be 32 bytes/],
    [{ CLAIMHUB_CODEC_KEY: 'not base64!' }, /CLAIMHUB_CODEC_KEY/],
    [{ DATABASE_URL: 'mysql://x/y' }, /DATABASE_URL/],
    [{ CLAIMHUB_API_PORT: '70000' }, /CLAIMHUB_API_PORT/],
    [{ CLAIMHUB_LEASE_SECONDS: '30' }, /CLAIMHUB_LEASE_SECONDS must be longer than/],
    [{ CLAIMHUB_LOG_LEVEL: 'loud' }, /CLAIMHUB_LOG_LEVEL/],
    [
      { CLAIMHUB_ALLOWED_ADDRESSES: '10.8.0.1/16' },
      /CLAIMHUB_ALLOWED_ADDRESSES holds "10.8.0.1\/16", which must begin/,
    ],
    [{ CLAIMHUB_DB_ACROSS_PASSWORD: 'app-password' }, /CLAIMHUB_DB_ACROSS_PASSWORD must be another than/],
  ])('refuses %o', (wrong, message) => {
    expect(() => settingsFrom({ ...ENV, ...wrong })).toThrow(message)
  })

  it('reads the keys that open beside the one that seals', () => {
    const others = [3, 4].map((fill) => Buffer.alloc(32, fill))
    const CLAIMHUB_SECRETS_OTHER_KEYS = others.map((each) => each.toString('base64')).join(', ')
    expect(settingsFrom({ ...ENV, CLAIMHUB_SECRETS_OTHER_KEYS }).secretsKeys.others).toEqual(others.map(secretsKey))
  })

  it.each(['CLAIMHUB_FAILPOINT', 'CLAIMHUB_PLANTED_DEFECT'])('refuses %s, whatever else is there', (name) => {
    const refusal = `${name} is set: it is for the tests' own programs, and no process of a deployment starts with it`
    expect(() => settingsFrom({ ...ENV, [name]: 'no-lease' })).toThrow(refusal)
    expect(() => storageFrom({ ...ENV, [name]: 'after_send:sftp' })).toThrow(refusal)
  })

  it('asks for no Temporal where only what is stored matters', () => {
    const { TEMPORAL_ADDRESS: _none, ...without } = ENV
    expect(storageFrom(without).database.host).toBe('db.example')
    expect(() => settingsFrom(without)).toThrow(/TEMPORAL_ADDRESS is missing/)
  })

  it('H14 says nothing of a wrong key’s value', () => {
    const wrong = { ...ENV, CLAIMHUB_SECRETS_KEY: 'TOPSECRETBUTSHORT' }
    expect(() => settingsFrom(wrong)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('TOPSECRET') }),
    )
  })
})

describe('ownerFrom', () => {
  it('reads the time limits of the roles, in seconds, and says what they are without being told', () => {
    const limits = { statementMs: 30_000, lockMs: 10_000, idleTransactionMs: 60_000 }
    expect(ownerFrom(ENV).roles).toMatchObject(limits)
    expect(ownerFrom({ ...ENV, CLAIMHUB_DB_LOCK_TIMEOUT_SECONDS: '2.5' }).roles).toMatchObject({ lockMs: 2_500 })
  })

  it('names what is missing', () => {
    expect(() => ownerFrom({ DATABASE_URL: ENV.DATABASE_URL })).toThrow(
      /CLAIMHUB_DB_PASSWORD is missing; CLAIMHUB_DB_ACROSS_PASSWORD is missing/,
    )
  })
})

describe('temporalFrom', () => {
  it('turns TLS on for an API key', () => {
    expect(temporalFrom({ TEMPORAL_ADDRESS: 'a:1', TEMPORAL_NAMESPACE: 'n', TEMPORAL_API_KEY: 'k' })).toEqual({
      address: 'a:1',
      namespace: 'n',
      apiKey: 'k',
      tls: true,
    })
  })

  it('reads a client certificate', () => {
    const tls = temporalFrom({
      TEMPORAL_ADDRESS: 'a:1',
      TEMPORAL_TLS_CLIENT_CERT_DATA: 'CERT',
      TEMPORAL_TLS_CLIENT_KEY_DATA: 'KEY',
      TEMPORAL_TLS_SERVER_NAME: 'temporal.internal',
    })?.tls
    expect(tls).toMatchObject({ serverNameOverride: 'temporal.internal' })
    expect(tls === true ? null : Buffer.from(tls?.clientCertPair?.crt ?? []).toString()).toBe('CERT')
  })

  it('answers null without an address, whatever lies in somebody’s home', () => {
    const home = mkdtempSync(path.join(os.tmpdir(), 'home-'))
    const file = path.join(home, 'temporal.toml')
    writeFileSync(file, '[profile.default]\naddress = "elsewhere:7233"\n')
    try {
      expect(temporalFrom({ HOME: home, XDG_CONFIG_HOME: home, TEMPORAL_ADDRESS: '' })).toBeNull()
      expect(temporalFrom({ TEMPORAL_CONFIG_FILE: file })?.address).toBe('elsewhere:7233')
      expect(() => temporalFrom({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'none' })).toThrow(/TEMPORAL_/)
    } finally {
      rmSync(home, { recursive: true })
    }
  })
})
