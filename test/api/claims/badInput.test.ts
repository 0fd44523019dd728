import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { seedSubmitted } from '../../support/moneySeed.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
/** A patient that no HMO covers, with a completed visit by another practitioner. */
const uninsured = { patientId: newId(), procedureId: newId() }
const second = { practitionerId: newId(), procedureId: newId() }
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  const org = { organisation_id: db.organisationId, version: 1 }
  await db.owner
    .insertInto('practitioners')
    .values({
      ...org,
      id: second.practitionerId,
      external_id: 'dr-2',
      family: 'Tan',
      given: 'Leo',
      accreditations: '{}',
    })
    .execute()
  await db.owner
    .insertInto('patients')
    .values({
      ...org,
      id: uninsured.patientId,
      external_id: 'pat-2',
      family: 'Santos',
      given: 'Maria',
      birth_date: '1990-05-01',
      sex: 'female',
    })
    .execute()
  for (const [patientId, procedureId] of [
    [uninsured.patientId, uninsured.procedureId],
    [seeded.patientId, second.procedureId],
  ] as const) {
    const visitId = newId()
    await db.owner
      .insertInto('visits')
      .values({
        ...org,
        id: visitId,
        external_id: `visit-${visitId}`,
        patient_id: patientId,
        clinic_id: seeded.clinicId,
        practitioner_id: second.practitionerId,
        visited_on: '2026-03-12',
        status: 'completed',
        currency: 'PHP',
        diagnoses: '[]',
      })
      .execute()
    const { version: _version, ...tenant } = org
    await db.owner
      .insertInto('visit_procedures')
      .values({ ...tenant, id: procedureId, external_id: 'p', visit_id: visitId, code: 'D1110', fee: 90_000 })
      .execute()
  }
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const problem = (type: string) => `https://claimhub.example/problems/${type}`
const ticked = (...procedureIds: string[]) => procedureIds.map((procedureId) => ({ procedureId }))
const claimsNow = async () => (await db.owner.selectFrom('claims').select('id').orderBy('id').execute()).length

describe('a new claim', () => {
  it.each<[number, string, () => Record<string, unknown>]>([
    [422, 'not-enrolled', () => ({ patientId: uninsured.patientId, lines: ticked(uninsured.procedureId) })],
    [422, 'not-enrolled', () => ({ enrolmentId: newId() })],
    [422, 'unknown-procedure', () => ({ lines: ticked(uninsured.procedureId) })],
    [422, 'procedure-twice', () => ({ lines: ticked(seeded.procedures.crown, seeded.procedures.crown) })],
    [422, 'different-clinics', () => ({ lines: ticked(seeded.procedures.crown, seeded.procedures.elsewhere) })],
    [422, 'different-practitioners', () => ({ lines: ticked(seeded.procedures.crown, second.procedureId) })],
    [422, 'unknown-practitioner', () => ({ practitionerId: newId() })],
    [422, 'unknown-authorisation', () => ({ authorisationIds: [newId()] })],
    [422, 'invalid-request', () => ({ patientId: seeded.patientId.slice(1) })],
    [422, 'invalid-request', () => ({ diagnoses: [{ system: 'icd-10', code: 'tooth' }] })],
    [422, 'invalid-request', () => ({ status: 'APPROVED' })],
    [422, 'invalid-request', () => ({ organisationId: newId() })],
  ])('%i %s (%#)', async (status, type, change) => {
    const usual = { patientId: seeded.patientId, providerId: 'harbor-health', lines: ticked(seeded.procedures.crown) }
    const before = await claimsNow()
    const answer = await api.call('POST', '/v1/claims', { ...usual, ...change() })
    expect([answer.status, answer.body.type]).toEqual([status, problem(type)])
    expect(await claimsNow()).toBe(before)
  })
})

describe('a claim filed elsewhere', () => {
  const filed = () => ({
    patientId: seeded.patientId,
    providerId: 'harbor-health',
    clinicId: seeded.clinicId,
    practitionerId: seeded.practitionerId,
    currency: 'PHP',
    lines: [{ code: 'D1110', serviceDate: '2026-03-10', amount: 80_000 }],
    status: 'RECEIVED',
    submittedAt: '2026-03-12T08:00:00Z',
  })
  it.each<[number, string, () => Record<string, unknown>]>([
    [422, 'unknown-patient', () => ({ patientId: newId() })],
    [422, 'unknown-provider', () => ({ providerId: 'nobody' })],
    [422, 'unknown-clinic', () => ({ clinicId: newId() })],
    [422, 'unknown-practitioner', () => ({ practitionerId: newId() })],
    [422, 'not-enrolled', () => ({ patientId: uninsured.patientId })],
    [422, 'wrong-currency', () => ({ currency: 'USD' })],
    [422, 'invalid-request', () => ({ currency: 'php' })],
    [422, 'invalid-request', () => ({ lines: [{ code: 'D1', serviceDate: '2026-03-10', amount: 1 }] })],
    [422, 'invalid-request', () => ({ lines: [{ code: 'D1110', serviceDate: '2026-03-10', amount: -1 }] })],
    [422, 'invalid-request', () => ({ status: 'DRAFT' })],
  ])('%i %s (%#)', async (status, type, change) => {
    const before = await claimsNow()
    const answer = await api.call('POST', '/v1/claims/import', { ...filed(), ...change() })
    expect([answer.status, answer.body.type]).toEqual([status, problem(type)])
    expect(await claimsNow()).toBe(before)
  })
})

describe('what a claim cannot do', () => {
  it('be resubmitted while nothing is decided', async () => {
    const [claim] = await seedSubmitted(db.owner, seeded, [{ lines: [{ charge: 100 }] }])
    expect(await api.call('POST', `/v1/claims/${claim?.claimId}/resubmissions`, {})).toMatchObject({
      status: 409,
      body: { type: problem('cannot-resubmit') },
    })
  })

  it('be paid on a test connection: that has no ledger', async () => {
    const connectionId = newId()
    await db.owner
      .insertInto('connections')
      .values({
        organisation_id: db.organisationId,
        id: connectionId,
        provider_id: 'harbor-health',
        mode: 'test',
        currency: 'PHP',
        endpoint: '{}',
        settings: '{}',
      })
      .execute()
    const [claim] = await seedSubmitted(db.owner, seeded, [{ lines: [{ charge: 100 }], connectionId }])
    const payment = { amount: 100, currency: 'PHP', paidOn: '2026-03-18' }
    expect(await api.call('POST', `/v1/claims/${claim?.claimId}/payments`, payment)).toMatchObject({
      status: 409,
      body: { type: problem('test-mode') },
    })
    expect(await db.owner.selectFrom('ledger_entries').select('account').execute()).toEqual([])
  })

  it('be of a patient who is not there, and no procedures are shown for one', async () => {
    const path = `/v1/patients/${newId()}/billable-procedures?providerId=harbor-health`
    expect(await api.call('GET', path)).toMatchObject({ status: 404, body: { type: problem('patient-not-found') } })
  })

  it('be reached in another way than documented, or by who may only read', async () => {
    const put = await api.call('PUT', '/v1/claims', {})
    expect([put.status, put.body.type, put.headers.get('allow')]).toEqual([
      405,
      problem('method-not-allowed'),
      'GET, POST',
    ])
    const key = await api.key('read_only')
    expect(await api.call('POST', '/v1/claims', {}, { key })).toMatchObject({
      status: 403,
      body: { type: problem('forbidden') },
    })
  })
})
