import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES } from '../../../api/routes/all.ts'
import { connect } from '../../../db/connect.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, startApi } from '../harness.ts'

let db: TestDatabase
let api: Api
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, walked as JSON
let document: any
beforeAll(async () => {
  db = await testDatabase()
  api = await startApi(db)
  document = (await api.call('GET', '/openapi.json', { key: null })).body
})
afterAll(async () => {
  await api.close()
  await db.close()
})

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 and has exactly the routes that are served', () => {
    expect(document.openapi).toBe('3.1.1')
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method} ${path}`),
    )
    expect(documented.sort()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).sort())
  })

  it('every $ref resolves', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of refs) {
      expect(ref).toMatch(/^#\//)
      const found = ref
        .slice(2)
        .split('/')
        .reduce((at, part) => at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document)
      expect([ref, found === undefined]).toEqual([ref, false])
    }
  })

  it('operation ids are unique, path parameters are declared, and no two paths differ by parameter names only', () => {
    const ids = new Set<string>()
    const shapes = new Set<string>()
    for (const [path, item] of Object.entries(document.paths) as [string, Record<string, never>][]) {
      const shape = path.replaceAll(/\{\w+\}/g, '{}')
      expect([path, shapes.has(shape)]).toEqual([path, false])
      shapes.add(shape)
      for (const operation of Object.values(item) as {
        operationId: string
        parameters?: { in: string; name: string }[]
      }[]) {
        expect([operation.operationId, ids.has(operation.operationId)]).toEqual([operation.operationId, false])
        ids.add(operation.operationId)
        const declared = (operation.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name)
        expect([path, declared.sort()]).toEqual([
          path,
          [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort(),
        ])
      }
    }
  })

  it('every route says what it answers, who may call it and which problems it has', () => {
    for (const route of ROUTES) {
      const operation = document.paths[route.path][route.method]
      expect([route.path, operation.summary]).toEqual([route.path, route.summary])
      expect(operation.responses[String(route.status ?? 200)]).toBeDefined()
      expect(operation.responses['503'].content['application/problem+json'].schema).toEqual({
        $ref: '#/components/schemas/Problem',
      })
      if (route.roles === null) expect(operation.security).toEqual([])
      else expect(operation['x-roles']).toEqual(route.roles)
      const keyed = (operation.parameters ?? []).some((each: { name: string }) => each.name === 'idempotency-key')
      expect([route.path, keyed]).toEqual([route.path, route.idempotent])
      const required = (operation.parameters ?? []).some(
        (each: { name: string; required?: boolean }) => each.name === 'idempotency-key' && each.required === true,
      )
      expect([route.path, required]).toEqual([route.path, route.movesMoney === true])
    }
  })

  it('every route that moves money requires one, and only takes it as a POST', () => {
    const moving = ROUTES.filter((route) => route.movesMoney === true)
    expect(moving.map(({ path }) => path).sort()).toEqual([
      '/v1/claims/import',
      '/v1/claims/{claimId}/events/{eventId}/undo',
      '/v1/claims/{claimId}/lines/{lineNumber}/settlement',
      '/v1/claims/{claimId}/overpayment',
      '/v1/claims/{claimId}/payments',
      '/v1/claims/{claimId}/settlement',
      '/v1/claims/{claimId}/status',
      '/v1/held-matches/{heldId}/match',
      '/v1/held-matches/{heldId}/release',
      '/v1/remittances/{remittanceId}/bank-difference',
      '/v1/remittances/{remittanceId}/bank-entries/{receiptId}/undo',
      '/v1/remittances/{remittanceId}/bank-receipt',
      '/v1/remittances/{remittanceId}/merge',
      '/v1/remittances/{remittanceId}/other-money',
      '/v1/remittances/{remittanceId}/release',
      '/v1/remittances/{remittanceId}/void',
      '/v1/suspense/{remittanceId}/{sequence}/allocation',
    ])
    expect(moving.filter(({ method, idempotent }) => method !== 'post' || !idempotent)).toEqual([])
  })

  it('every POST that creates takes an Idempotency-Key', () => {
    for (const route of ROUTES)
      if (route.method === 'post' && route.status === 201)
        expect([route.path, route.idempotent]).toEqual([route.path, true])
  })

  it('has the 201 of a PUT that created, and the 202 of what a claim records later', () => {
    const codesOf = (method: string, path: string) => Object.keys(document.paths[path][method].responses)
    for (const { method, path } of ROUTES)
      if (method === 'put' && /^\/v1\/\w+\/\{/.test(path) && document.paths[path].put.tags[0] === 'sync')
        expect([path, codesOf('put', path)]).toEqual([path, expect.arrayContaining(['200', '201'])])
    for (const action of ['submit', 'payments', 'cancel', 'status'])
      expect(codesOf('post', `/v1/claims/{claimId}/${action}`)).toEqual(expect.arrayContaining(['200', '202']))
  })

  it('describes the items of a sync', () => {
    const { schema } = document.paths['/v1/sync/visits'].post.requestBody.content['application/json']
    expect(schema.properties.items.items).toEqual({ $ref: '#/components/schemas/SyncVisit' })
    expect(document.components.schemas.SyncVisit.required).toContain('visitedOn')
  })
})

describe('/docs', () => {
  it('shows the document with local assets under a strict policy', async () => {
    const page = await api.call('GET', '/docs/', { key: null })
    expect(page.status).toBe(200)
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(page.text).not.toMatch(/<style|style=|<script>|https?:/)
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(assets).toHaveLength(5)
    for (const asset of assets)
      expect([asset, (await api.call('GET', asset, { key: null })).status]).toEqual([asset, 200])
    expect((await api.call('GET', '/docs/swagger-ui-init.js', { key: null })).text).toContain('"/openapi.json"')
  })
})

describe('a deployment that shows no documents', () => {
  it('has no such addresses, and all others', async () => {
    const closed = await startApi(db, { docs: false })
    for (const path of ['/docs', '/docs/', '/docs/swagger-ui-init.js', '/openapi.json'])
      expect([path, (await closed.call('GET', path, { key: null })).status]).toEqual([path, 404])
    expect((await closed.call('GET', '/v1/patients')).status).toBe(200)
    await closed.close()
  })
})

describe('health', () => {
  it('/healthz answers without a database, /readyz says which part is away, to a caller with a key', async () => {
    expect((await api.call('GET', '/healthz', { key: null })).body).toEqual({ ok: true })
    const key = await api.key('read_only')
    expect((await api.call('GET', '/readyz', { key })).body).toEqual({
      ok: true,
      postgres: true,
      temporal: true,
      frozen: [],
    })
    const away = await startApi(db, { workflows: { ...api.deps.workflows, reachable: async () => false } })
    const answer = await away.call('GET', '/readyz', { key })
    expect([answer.status, answer.body]).toEqual([503, { ok: false, postgres: true, temporal: false, frozen: [] }])
    const asked = await away.call('GET', '/readyz', { key: null })
    expect([asked.status, asked.body, asked.headers.get('retry-after')]).toEqual([503, { ok: false }, '5'])
    await away.close()
  })

  it('/readyz says no more than ok to a stranger, and nothing to a wrong key', async () => {
    expect((await api.call('GET', '/readyz', { key: null })).body).toEqual({ ok: true })
    expect((await api.call('GET', '/readyz', { key: `chk_${'x'.repeat(43)}` })).status).toBe(401)
    const databases = connect({ ...db.address, port: 1 })
    const away = await startApi(db, { databases: { ...databases, within: db.databases.within } })
    const answer = await away.call('GET', '/readyz', { key: await api.key('owner') })
    expect([answer.status, answer.body]).toEqual([503, { ok: false }])
    await away.close()
    await databases.close()
  })

  it('every answer carries the security headers', async () => {
    for (const path of ['/healthz', '/v1/patients', '/nothing']) {
      const { headers } = await api.call('GET', path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    }
    expect((await api.call('GET', '/v1/patients')).headers.get('cache-control')).toBe('no-store')
  })
})
