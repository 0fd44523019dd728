import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

type Name = keyof Seeded['procedures']
/** The visit of a procedure; each procedure of the seed has its own. */
async function visitOf(name: Name): Promise<{ id: string; external_id: string }> {
  return db.owner
    .selectFrom('visits as v')
    .innerJoin('visit_procedures as q', 'q.visit_id', 'v.id')
    .select(['v.id', 'v.external_id'])
    .where('q.id', '=', seeded.procedures[name])
    .executeTakeFirstOrThrow()
}
const shown = async (visit: string) => (await api.call('GET', `/v1/visits/${visit}`)).body
const owed = async () => (await api.call('GET', `/v1/patients/${seeded.patientId}/balance`)).body

async function submitted(name: Name): Promise<string> {
  const lines = [{ procedureId: seeded.procedures[name] }]
  const wish = { patientId: seeded.patientId, providerId: 'harbor-health', lines }
  const { claimId } = (await api.call('POST', '/v1/claims', wish)).body
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  return claimId
}

describe('one visit', () => {
  it('by our id and by the practice app’s, with what was done, who claimed it and what it costs', async () => {
    const { id, external_id } = await visitOf('dollars')
    const visit = await shown(id)
    expect(visit).toMatchObject({
      visitId: id,
      externalId: external_id,
      patientId: seeded.patientId,
      status: 'completed',
      receipts: 0,
      currency: 'USD',
      diagnoses: [{ system: 'icd-10', code: 'K02.1' }],
      procedures: [{ procedureId: seeded.procedures.dollars, code: 'D1110', fee: 1_500_000, claims: [] }],
      balance: { fees: 1_500_000, paid: 0, balance: 1_500_000, patientShare: 0, patientOwes: 0 },
    })
    expect(await shown(external_id)).toEqual(visit)
  })

  it('its balance falls by what the HMO paid and what is contractual; the patient owes only what is billed to them', async () => {
    const { id } = await visitOf('filling')
    await db.owner.updateTable('visits').set({ receipts: 30_000 }).where('id', '=', id).execute()
    expect((await shown(id)).balance).toMatchObject({ fees: 1_500_000, receipts: 30_000, balance: 1_470_000 })
    const claimId = await submitted('filling')
    // The claimed amount takes the place of the list price.
    expect(await shown(id)).toMatchObject({
      procedures: [{ fee: 1_500_000, claims: [{ claimId, status: 'SUBMITTED', lineNumber: 1, amount: 250_000 }] }],
      balance: { fees: 250_000, balance: 220_000, patientOwes: 0 },
    })
    const adjustments = [
      { bucket: 'contractual', amount: 20_000, said: {} },
      { bucket: 'denied', amount: 70_000, said: {} },
    ]
    const paid = await api.call('POST', `/v1/claims/${claimId}/payments`, {
      amount: 160_000,
      currency: 'PHP',
      paidOn: '2026-03-18',
      lines: [{ lineNumber: 1, paid: 160_000, adjustments }],
    })
    expect(paid).toMatchObject({ status: 200, body: { recorded: true } })
    expect((await shown(id)).balance).toMatchObject({
      fees: 250_000,
      paid: 160_000,
      contractual: 20_000,
      denied: 70_000,
      balance: 40_000,
      patientShare: 0,
      patientOwes: 0,
    })
    const settlement = { action: 'bill_patient', reason: 'the patient agreed' }
    expect((await api.call('POST', `/v1/claims/${claimId}/lines/1/settlement`, settlement)).status).toBe(200)
    expect((await shown(id)).balance).toMatchObject({
      denied: 0,
      balance: 40_000,
      patientShare: 70_000,
      patientOwes: 40_000,
    })
  })

  it.each(['nobody', newId(), '%20', '\u{1F9B7}'])('%s is no visit', async (visit) => {
    expect(await api.call('GET', `/v1/visits/${visit}`)).toMatchObject({
      status: 404,
      body: { type: 'https://claimhub.example/problems/not-found' },
    })
  })
})

describe('what a patient owes', () => {
  it('is the sum of the completed visits, one total per currency', async () => {
    const { totals, visits, patientId } = await owed()
    expect(patientId).toBe(seeded.patientId)
    expect(totals.map((total: { currency: string }) => total.currency)).toEqual(['PHP', 'USD'])
    const planned = await visitOf('planned')
    expect(visits).toHaveLength(7)
    expect(visits.map((visit: { visitId: string }) => visit.visitId)).not.toContain(planned.id)
    for (const total of totals) {
      const own = visits.filter((visit: { currency: string }) => visit.currency === total.currency)
      for (const part of [
        'fees',
        'receipts',
        'paid',
        'contractual',
        'denied',
        'balance',
        'patientShare',
        'patientOwes',
      ])
        expect([part, total[part]]).toEqual([
          part,
          own.reduce((sum: number, visit: Record<string, number>) => sum + (visit[part] ?? 0), 0),
        ])
    }
    for (const visit of visits) {
      const { visitId, externalId, visitedOn, ...balance } = visit
      expect(await shown(visitId)).toMatchObject({ externalId, visitedOn, balance })
    }
  })

  it('follows a claim that pays two visits: each visit has its own part', async () => {
    const [first, second] = [await visitOf('crown'), await visitOf('cleaning')]
    const before = (await owed()).totals[0]
    const lines = [{ procedureId: seeded.procedures.cleaning }, { procedureId: seeded.procedures.crown }]
    const wish = { patientId: seeded.patientId, providerId: 'harbor-health', lines }
    const { claimId } = (await api.call('POST', '/v1/claims', wish)).body
    // A draft moves nothing.
    expect((await owed()).totals[0]).toEqual(before)
    await db.owner.updateTable('claims').set({ status: 'SUBMITTED' }).where('id', '=', claimId).execute()
    const { visits } = await owed()
    const feesOf = (visitId: string) => visits.find((visit: { visitId: string }) => visit.visitId === visitId).fees
    expect([feesOf(first.id), feesOf(second.id)]).toEqual([1_200_000, 160_000])
  })

  it('an unknown patient is a 404', async () => {
    expect((await api.call('GET', '/v1/patients/nobody/balance')).status).toBe(404)
  })
})

describe('who may', () => {
  it('another organisation sees no visit and no balance, in the words of what never was', async () => {
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    const key = await api.key('owner', other)
    const { id, external_id } = await visitOf('crown')
    for (const path of [`/v1/visits/${id}`, `/v1/visits/${external_id}`, `/v1/patients/${seeded.patientId}/balance`]) {
      const theirs = await api.call('GET', path, undefined, { key })
      const never = await api.call('GET', path.replace(id, newId()).replace(seeded.patientId, newId()), undefined, {
        key,
      })
      expect([path, theirs.status]).toEqual([path, 404])
      expect({ ...theirs.body, instance: '' }).toEqual({ ...never.body, instance: '' })
    }
  })

  it('reads with any role', async () => {
    const { id } = await visitOf('crown')
    const key = await api.key('read_only')
    expect((await api.call('GET', `/v1/visits/${id}`, undefined, { key })).status).toBe(200)
  })
})
