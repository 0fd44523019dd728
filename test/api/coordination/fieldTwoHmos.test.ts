import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { fieldFile } from '../../support/fieldFiles.ts'

const [FIRST, SECOND] = ['laguna-care', 'visayas-health'] as const
const RATES = { D0120: 5_000, D1110: 9_000 }
let db: TestDatabase
let api: ClaimsApi
let key: string

beforeAll(async () => {
  db = await testDatabase()
  const seeded = await seedClaims(db.owner, db.organisationId)
  const org = { organisation_id: db.organisationId }
  const named = (table: 'clinics' | 'practitioners', id: string, externalId: string) =>
    db.owner.updateTable(table).set({ external_id: externalId }).where('id', '=', id).execute()
  await named('clinics', seeded.clinicId, 'clinic-calamba')
  await named('practitioners', seeded.practitionerId, 'dr-reyes')
  for (const [id, name] of [
    [FIRST, 'Laguna Care'],
    [SECOND, 'Visayas Health'],
  ] as const) {
    await db.owner
      .insertInto('providers')
      .values({ id, adapter_id: id, name })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const connection = { provider_id: id, mode: 'production' as const, currency: 'PHP', endpoint: '{}', settings: '{}' }
    await db.owner
      .insertInto('connections')
      .values({ ...org, id: newId(), ...connection })
      .execute()
    await db.owner
      .insertInto('rates')
      .values(
        Object.entries(RATES).map(([code, amount]) => ({
          ...org,
          id: newId(),
          external_id: `rate-${id}-${code}`,
          version: 1,
          provider_id: id,
          code,
          amount,
          currency: 'PHP',
          valid_from: '2020-01-01',
        })),
      )
      .execute()
  }
  api = await startClaimsApi(db)
  key = await api.key('practice_app')
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const call = (method: string, path: string, body?: unknown) => api.call(method, path, body, { key })
/** The test's business time is March: the visit of the file is of that month. */
const file = (name: string) => JSON.parse(fieldFile(name).replaceAll('2026-12-11', '2026-03-11'))
const sync = async (kind: string, name: string) => {
  const { status, body } = await call('POST', `/v1/sync/${kind}`, file(name))
  expect(status, JSON.stringify(body)).toBe(200)
  expect(body.counts, JSON.stringify(body)).toMatchObject({ rejected: 0 })
}
const patient = async () => (await call('GET', '/v1/patients/p-70')).body.patientId
const list = async (providerId: string) =>
  (await call('GET', `/v1/patients/${await patient()}/billable-procedures?providerId=${providerId}`)).body.procedures
const searched = async () => {
  const { patients } = (await call('GET', '/v1/patients?search=fieldcase&billable=true')).body
  return patients.length
}

describe('a patient whom two HMOs cover', () => {
  it('K34 71x is claimed from the first, then from the second, and the 409 of the second says why', async () => {
    await sync('patients', '70x-patient.json')
    await sync('enrolments', '71x-two-hmos-enrolments.json')
    await sync('visits', '71x-two-hmos-visit.json')
    expect((await list(SECOND)).map(({ billable }: { billable: { kind: string } }) => billable.kind)).toEqual([
      'disabled',
      'disabled',
    ])
    const ticked = async (providerId: string) => ({
      patientId: await patient(),
      providerId,
      lines: (await list(providerId)).map(({ procedureId }: { procedureId: string }) => ({ procedureId })),
    })
    const first = (await call('POST', '/v1/claims', await ticked(FIRST))).body
    expect(first.total).toBe(14_000)
    await call('POST', `/v1/claims/${first.claimId}/submit`)
    expect(await call('POST', '/v1/claims', await ticked(SECOND))).toMatchObject({
      status: 409,
      body: { type: 'https://claimhub.example/problems/other-hmo-first', providerId: FIRST },
    })
    expect(await searched()).toBe(0)
    const share = (amount: number) => [{ bucket: 'patient', amount, said: { text: 'member share' } }]
    const lines = [
      { lineNumber: 1, outcome: 'approved', payable: 4_000, adjustments: share(1_000) },
      { lineNumber: 2, outcome: 'approved', payable: 7_000, adjustments: share(2_000) },
    ]
    const contact = { channel: 'portal', saidBy: 'claims desk', saidOn: '2026-03-20' }
    const decided = await api.call('POST', `/v1/claims/${first.claimId}/status`, {
      status: 'APPROVED',
      ...contact,
      lines,
    })
    expect(decided.status, JSON.stringify(decided.body)).toBe(200)
    expect(await searched()).toBe(1)
    const second = await call('POST', '/v1/claims', await ticked(SECOND))
    expect(second).toMatchObject({ status: 201, body: { total: 14_000, firstClaim: { claimId: first.claimId } } })
    expect(await searched()).toBe(0)
  })
})
