import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../../db/connect.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, items, seedProviders, startApi, wordOf } from '../harness.ts'

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

describe('problem details', () => {
  it('have a type, a title, a status, a sentence and the request’s id', async () => {
    const answer = await api.call('GET', '/v1/patients/nobody')
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(answer.body).toEqual({
      type: 'https://claimhub.example/problems/not-found',
      title: 'There is no such thing',
      status: 404,
      detail: 'there is no such patient',
      instance: `urn:uuid:${answer.headers.get('x-request-id')}`,
    })
  })

  it('name every place that is wrong (A12)', async () => {
    const answer = await api.call('PUT', '/v1/patients/pat-1', {
      json: {
        version: 1.5,
        family: '',
        birthDate: '2026-02-30',
        sex: 'female',
        address: { line1: 'x' },
        memberId: 'PF-1',
      },
    })
    expect([answer.status, wordOf(answer)]).toEqual([422, 'invalid-request'])
    const pointers = answer.body.errors.map((error: { pointer: string }) => error.pointer)
    expect(pointers).toEqual(
      expect.arrayContaining(['/version', '/family', '/given', '/birthDate', '/address/city', '/address/country', '']),
    )
  })

  it('name the query’s places', async () => {
    const answer = await api.call('GET', '/v1/patients?limit=1000&colour=red')
    expect(answer.body.errors).toEqual([
      { pointer: '?limit', detail: expect.any(String) },
      { pointer: '?', detail: expect.stringContaining('colour') },
    ])
  })

  it.each([
    ['not JSON', '{"items":', 400, 'malformed-body'],
    ['a bare word', 'hello', 400, 'malformed-body'],
    ['text that is not UTF-8', Buffer.from('{"items":[{"externalId":"\xff"}]}', 'latin1'), 200, ''],
    ['__proto__', '{"items":[],"__proto__":{"role":"owner"}}', 400, 'malformed-body'],
    ['__proto__ spelled with an escape', '{"items":[{"\\u005f_proto__":{"x":1}}]}', 400, 'malformed-body'],
    ['a NUL', '{"items":[{"externalId":"a\\u0000b"}]}', 400, 'malformed-body'],
    ['half a character', '{"items":[{"externalId":"a\\ud800"}]}', 400, 'malformed-body'],
    ['a NUL in a name', '{"items":[{"a\\u0000":1}]}', 400, 'malformed-body'],
    ['nesting without end', `{"items":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 400, 'malformed-body'],
    ['an array', '[]', 422, 'invalid-request'],
    ['null', 'null', 400, 'malformed-body'],
    ['no body', '', 422, 'invalid-request'],
    ['no items', '{"items":[]}', 422, 'invalid-request'],
    ['too many items', JSON.stringify({ items: Array.from({ length: 1_001 }, () => 0) }), 422, 'invalid-request'],
    ['more than is taken', `{"items":["${'x'.repeat(10_000_001)}"]}`, 413, 'body-too-large'],
  ])('%s', async (_name, raw, status, word) => {
    const answer = await api.call('POST', '/v1/sync/patients', { raw })
    expect([answer.status, word === '' ? '' : wordOf(answer)]).toEqual([status, word])
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d+/)
  })

  it('a compressed body counts by what it unpacks to', async () => {
    const raw = gzipSync(Buffer.alloc(50_000_000, 32))
    const answer = await api.call('POST', '/v1/sync/patients', { raw, headers: { 'content-encoding': 'gzip' } })
    expect([answer.status, wordOf(answer)]).toEqual([413, 'body-too-large'])
  })

  it('another media type, charset or coding is refused', async () => {
    for (const headers of [
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'application/json; charset=ebcdic' },
      { 'content-encoding': 'snappy' },
    ]) {
      const answer = await api.call('POST', '/v1/sync/patients', {
        raw: '{"items":[{}]}',
        headers: headers as Record<string, string>,
      })
      expect([headers, answer.status]).toEqual([headers, 415])
    }
  })

  it('an unknown address is a 404, another method a 405 that names the right ones', async () => {
    for (const path of ['/', '/v2/claims', '/v1/%E0%A4%A', '/v1/patients/%00', '/v1/connections/not-an-id'])
      expect([path, (await api.call('GET', path)).status]).toEqual([path, 404])
    const answer = await api.call('DELETE', '/v1/patients')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await api.call('GET', '/v1/patients/pat-1')).headers.get('content-type')).toMatch(/problem\+json/)
  })

  it('a NUL in a query is refused, not passed to the database', async () => {
    expect((await api.call('GET', '/v1/patients?search=%00')).status).toBe(400)
  })

  it('an upload that is cut off changes nothing', async () => {
    const key = await api.key('owner')
    const cut = await new Promise<string>((resolve) => {
      const sending = request(`${api.base}/v1/sync/patients`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-length': 10_000 },
      })
      sending.on('error', () => resolve('gone'))
      sending.write('{"items":[', () => sending.destroy())
    })
    expect(cut).toBe('gone')
    expect((await api.call('GET', '/v1/patients')).body.patients).toEqual([])
  })

  it('any JSON gets an answer that is no breakdown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.json({ maxDepth: 4 }),
        fc.constantFrom('patients', 'visits', 'rates', 'enrolments'),
        async (raw, kind) => {
          const bulk = await api.call('POST', `/v1/sync/${kind}`, { raw: `{"items":[${raw}]}` })
          expect([200, 400]).toContain(bulk.status)
          if (bulk.status === 200) expect(bulk.body.results[0].result).toBe('rejected')
          const single = await api.call('PUT', `/v1/${kind}/x`, { raw })
          expect([400, 422]).toContain(single.status)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('nasty names come back unchanged (H11)', async () => {
    const names = [
      "Robert'); DROP TABLE patients;--",
      '<script>alert(1)</script>',
      '{{7*7}}',
      '=cmd|calc',
      '‮RTL',
      '𝒵öe',
      '%_\\',
    ]
    for (const [n, family] of names.entries()) {
      await api.call('PUT', `/v1/patients/nasty-${n}`, { json: { ...items.patient(n), family } })
      expect((await api.call('GET', `/v1/patients/nasty-${n}`)).body.family).toBe(family)
    }
    expect((await api.call('GET', '/v1/patients?search=%25')).body.patients).toHaveLength(1)
  })
})

describe('breakdowns', () => {
  it('without a database: 503 with Retry-After, and nothing of ours in the answer (G2)', async () => {
    const databases = connect({ ...db.address, port: 1 })
    const broken = await startApi(db, { databases: { ...databases, within: db.databases.within } })
    const answer = await broken.call('GET', '/v1/patients')
    expect([answer.status, wordOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'unavailable', '5'])
    expect(answer.text).not.toMatch(/ECONN|127\.0\.0\.1|postgres/i)
    await broken.close()
    await databases.close()
  })

  it('a bug of ours: 500 without its words; the log has where, not what', async () => {
    const broken = await startApi(db, {
      adapterOf: () => {
        throw new Error('member PF-100200 O’Brien')
      },
    })
    const answer = await broken.call('GET', '/v1/providers')
    expect([answer.status, wordOf(answer)]).toEqual([500, 'internal-error'])
    expect(answer.text + broken.logged()).not.toMatch(/PF-100200|Brien/)
    expect(broken.logged()).toMatch(/providers\.ts:\d+/)
    await broken.close()
  })
})

describe('the log', () => {
  it('H8 has the route and the status of each request, and no names, numbers, queries, bodies or keys', async () => {
    const key = await api.key('owner')
    await api.call('PUT', '/v1/patients/canary-ext-id', { key, json: { ...items.patient(1), family: 'Canaryfamily' } })
    await api.call('GET', '/v1/patients?search=Canaryfamily', { key })
    await api.call('PUT', '/v1/patients/canary-ext-id', {
      key,
      json: { ...items.patient(1), family: 'Canaryfamily', sex: 'x' },
    })
    expect(api.logged()).toContain('"route":"/v1/patients/{patient}"')
    expect(api.logged()).not.toMatch(/canary/i)
    expect(api.logged()).not.toContain(key)
  })
})
