import type { Request } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { once } from '../../../api/http/idempotentEffect.ts'
import { breakAt, breakNowhere } from '../../chaos/breakAt.ts'
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

const connection = (mode: string) => ({
  providerId: 'harbor-health',
  mode,
  currency: 'PHP',
  endpoint: {
    baseUrl: 'https://harbor.example/fhir',
    tokenUrl: 'https://harbor.example/token',
    requestTimeoutMs: 5_000,
  },
  settings: { payerId: 'HARBOR', facilityId: 'F-1' },
  secrets: { clientId: 'a', clientSecret: 'b' },
})
const connections = async () => (await api.call('GET', '/v1/connections')).body.connections

describe('Idempotency-Key', () => {
  it('50 at once with one key: one effect, 50 equal answers (A1)', async () => {
    const headers = { 'idempotency-key': 'connect-test' }
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.call('POST', '/v1/connections', { json: connection('test'), headers })),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(await connections()).toHaveLength(1)
    const audits = await db.owner
      .selectFrom('audit_log')
      .select('id')
      .where('action', '=', 'connection.create')
      .execute()
    expect(audits).toHaveLength(1)
  })

  it('without a key the second one meets the first', async () => {
    const answer = await api.call('POST', '/v1/connections', { json: connection('test') })
    expect([answer.status, wordOf(answer)]).toEqual([409, 'connection-exists'])
  })

  it('the same key with another body, address or method is refused and changes nothing (A2)', async () => {
    const headers = { 'idempotency-key': 'connect-test' }
    await api.call('POST', '/v1/connections', { json: connection('test'), headers })
    const before = await connections()
    const id = before[0].connectionId
    for (const [method, path, json] of [
      ['POST', '/v1/connections', connection('production')],
      ['POST', '/v1/sync/patients', { items: [items.patient(1)] }],
      ['PATCH', `/v1/connections/${id}`, { enabled: false }],
    ] as const) {
      const answer = await api.call(method, path, { json, headers })
      expect([answer.status, wordOf(answer)]).toEqual([422, 'idempotency-key-reused'])
    }
    expect(await connections()).toEqual(before)
    expect((await api.call('GET', '/v1/patients')).body.patients).toEqual([])
  })

  it('two claims or two methods under one key are two requests, also when neither has a body', async () => {
    const done: string[] = []
    const act = (method: string, originalUrl: string) => {
      const req = { method, originalUrl, get: () => 'no-body' } as unknown as Request
      const caller = { organisationId: db.organisationId, role: 'owner' as const, actor: 'Ana' }
      return once({ ...caller, deps: api.deps, req, body: undefined, now: new Date() }, async () => {
        done.push(`${method} ${originalUrl}`)
        return { status: 200, body: {}, headers: {} }
      })
    }
    await act('POST', '/v1/claims/a/submit')
    await act('POST', '/v1/claims/a/submit')
    await expect(act('POST', '/v1/claims/b/submit')).rejects.toThrow('used with another request')
    await expect(act('DELETE', '/v1/claims/a/submit')).rejects.toThrow('used with another request')
    expect(done).toEqual(['POST /v1/claims/a/submit'])
  })

  it('another spacing of the same JSON is the same request', async () => {
    const headers = { 'idempotency-key': 'connect-test' }
    const answer = await api.call('POST', '/v1/connections', {
      raw: JSON.stringify(connection('test'), null, 4),
      headers,
    })
    expect(answer.status).toBe(201)
  })

  it('killed after the commit and before the answer: the repeat gets the stored answer (A3)', async () => {
    const headers = { 'idempotency-key': 'died' }
    const before = (await connections()).length
    breakAt('after_api_commit')
    const lost = await api.call('POST', '/v1/connections', { json: connection('production'), headers })
    breakNowhere()
    expect(lost.status).toBe(500)
    const repeat = await api.call('POST', '/v1/connections', { json: connection('production'), headers })
    expect(repeat.status).toBe(201)
    expect((await connections()).map((each: { connectionId: string }) => each.connectionId)).toContain(
      repeat.body.connectionId,
    )
    expect(await connections()).toHaveLength(before + 1)
  })

  it('a refusal leaves the key free', async () => {
    const headers = { 'idempotency-key': 'refused-first' }
    const early = await api.call('PUT', '/v1/enrolments/enr-1', { json: items.enrolment(1), headers })
    expect([early.status, wordOf(early)]).toEqual([422, 'unknown-reference'])
    await api.call('PUT', '/v1/patients/pat-1', { json: items.patient(1) })
    const later = await api.call('PUT', '/v1/enrolments/enr-1', { json: items.enrolment(1), headers })
    expect(later.status).toBe(201)
  })

  it('a key belongs to its organisation', async () => {
    const key = await api.key('owner', await otherOrganisation(db))
    const headers = { 'idempotency-key': 'connect-test' }
    const theirs = await api.call('POST', '/v1/connections', { json: connection('test'), headers, key })
    expect(theirs.status).toBe(201)
    expect((await connections()).map((each: { connectionId: string }) => each.connectionId)).not.toContain(
      theirs.body.connectionId,
    )
  })

  it('a key is 1 to 255 visible characters', async () => {
    for (const key of ['a'.repeat(256), 'two words']) {
      const headers = { 'idempotency-key': key }
      const answer = await api.call('POST', '/v1/sync/patients', { json: { items: [items.patient(9)] }, headers })
      expect([answer.status, wordOf(answer)]).toEqual([422, 'invalid-request'])
    }
  })
})
