import { afterAll, beforeAll, expect, it } from 'vitest'
import { connect, type Databases } from '../../../db/connect.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type CuttingProxy, cuttingProxy } from '../../support/cuttingProxy.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let proxy: CuttingProxy
let through: Databases
let seeded: Seeded
let api: ClaimsApi
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  proxy = await cuttingProxy(db.address)
  through = connect({ ...db.address, host: '127.0.0.1', port: proxy.port })
  api = await startClaimsApi({ ...db, databases: through })
})
afterAll(async () => {
  await api.close()
  await through.close()
  await proxy.close()
  await db.close()
})

const claims = () => db.owner.selectFrom('claims').select('id').orderBy('id').execute()
const post = (procedure: 'cleaning' | 'filling', key: string) =>
  api.call(
    'POST',
    '/v1/claims',
    {
      patientId: seeded.patientId,
      providerId: 'harbor-health',
      lines: [{ procedureId: seeded.procedures[procedure] }],
    },
    { headers: { 'idempotency-key': key } },
  )

it.each([
  { cut: 'after_commit', procedure: 'cleaning', there: 1 },
  { cut: 'before_commit', procedure: 'filling', there: 0 },
] as const)('a connection lost $cut: the same request again is one claim and one answer (A4)', async (lost) => {
  const { cut, procedure, there } = lost
  const before = (await claims()).length
  proxy.arm(cut)
  const first = await post(procedure, cut)
  expect(first).toMatchObject({ status: 503, body: { type: 'https://claimhub.example/problems/unavailable' } })
  expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(proxy.cuts()).toBe(there === 1 ? 1 : 2)
  expect(await claims()).toHaveLength(before + there)
  const second = await post(procedure, cut)
  expect(second.status).toBe(201)
  const third = await post(procedure, cut)
  expect([third.status, third.body]).toEqual([second.status, second.body])
  const made = await claims()
  expect(made).toHaveLength(before + 1)
  expect(made.map((claim) => claim.id)).toContain(second.body.claimId)
})
