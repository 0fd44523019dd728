import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, items, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let api: Api
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startApi(db)
  await api.call('PUT', '/v1/clinics/clinic-1', { json: items.clinic(1) })
  await api.call('PUT', '/v1/practitioners/dr-1', { json: items.practitioner(1) })
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const found = async (query: string): Promise<string[]> => {
  const answer = await api.call('GET', `/v1/patients?${query}`)
  expect(answer.status, answer.text).toBe(200)
  return answer.body.patients.map((each: { externalId: string }) => each.externalId)
}
// Six digits each: no number is the beginning of another.
let patients = 100_000
/**
 * A patient with one visit on 10 March 2026, in PHP, enrolled with Harbor Health for good: changed
 * as asked.
 */
async function withVisit(change: { enrolment?: object | null; visit?: object }): Promise<string> {
  patients += 1
  const n = patients
  await api.call('PUT', `/v1/patients/pat-${n}`, {
    json: { ...items.patient(n), family: 'Santos', given: `Maria ${n}` },
  })
  if (change.enrolment !== null)
    await api.call('PUT', `/v1/enrolments/enr-${n}`, { json: { ...items.enrolment(n), ...change.enrolment } })
  const visit = await api.call('PUT', `/v1/visits/visit-${n}`, { json: { ...items.visit(n), ...change.visit } })
  expect(visit.status, visit.text).toBe(201)
  return `pat-${n}`
}

describe('search', () => {
  it('words in any order are beginnings of the name’s words or of the external id', async () => {
    await api.call('PUT', '/v1/patients/X-77', {
      json: { ...items.patient(77), family: 'De la Cruz', given: 'Juan Ángel' },
    })
    for (const query of ['de la cruz', 'cruz juan', 'juan cru', 'JUAN', 'ángel', 'x-77'])
      expect([query, await found(`search=${encodeURIComponent(query)}`)]).toEqual([query, ['X-77']])
    for (const query of ['ruz', 'juan santos', 'j%', '_uan', '%'])
      expect([query, await found(`search=${encodeURIComponent(query)}`)]).toEqual([query, []])
  })

  it('goes on with the cursor, each patient once', async () => {
    for (let n = 200; n < 207; n += 1)
      await api.call('PUT', `/v1/patients/page-${n}`, { json: { ...items.patient(n), family: 'Page' } })
    const seen: string[] = []
    let cursor = ''
    do {
      const { patients: page, next } = (await api.call('GET', `/v1/patients?search=page&limit=3${cursor}`)).body
      seen.push(...page.map((each: { externalId: string }) => each.externalId))
      cursor = next === null ? '' : `&cursor=${next}`
    } while (cursor !== '')
    expect(seen).toEqual([200, 201, 202, 203, 204, 205, 206].map((n) => `page-${n}`))
  })
})

describe('billable', () => {
  it('a completed, recent, covered visit that is on no claim', async () => {
    const yes = await withVisit({})
    const answer = await api.call('GET', '/v1/patients?billable=true&search=santos')
    expect(answer.body.patients).toEqual([
      expect.objectContaining({ externalId: yes, billableVisits: 1, providers: ['harbor-health'] }),
    ])
  })

  it.each<[string, { enrolment?: object | null; visit?: object }]>([
    ['not enrolled', { enrolment: null }],
    ['covered only later', { enrolment: { validFrom: '2026-03-11' } }],
    ['no longer covered', { enrolment: { validTo: '2026-03-09' } }],
    ['enrolled where there is no connection', { enrolment: { providerId: 'summit-dental' } }],
    ['planned', { visit: { status: 'planned' } }],
    ['cancelled', { visit: { status: 'cancelled' } }],
    ['without a procedure', { visit: { procedures: [] } }],
    ['past the filing limit of the connection (60 days)', { visit: { visitedOn: '2026-01-18' } }],
    ['not recent', { visit: { visitedOn: '2025-12-01' } }],
  ])('not: %s', async (_name, change) => {
    const patient = await withVisit(change)
    expect(await found(`search=${patient}`)).toEqual([patient])
    expect(await found(`search=${patient}&billable=true`)).toEqual([])
  })

  it('in another currency than the connection’s: found, with the reason and nothing to bill', async () => {
    const patient = await withVisit({ visit: { currency: 'USD' } })
    const answer = await api.call('GET', `/v1/patients?search=${patient}&billable=true`)
    expect(answer.body.patients).toMatchObject([
      {
        externalId: patient,
        billableVisits: 0,
        notBillable: "visits in USD cannot be claimed: no connection of the patient's providers is in that currency",
      },
    ])
  })

  it('on the last day of the filing limit still, the day after no more', async () => {
    const patient = await withVisit({ visit: { visitedOn: '2026-01-19' } })
    expect(await found(`search=${patient}&billable=true`)).toEqual([patient])
    expect(await found(`search=${patient}&billable=true&recentDays=30`)).toEqual([])
  })

  it('agrees with what the patient’s billable procedures say', async () => {
    const found = (await api.call('GET', '/v1/patients?billable=true&limit=100')).body.patients
    const all = found.filter((each: { billableVisits: number }) => each.billableVisits > 0)
    for (const { patientId } of (await api.call('GET', '/v1/patients?limit=100')).body.patients) {
      const path = `/v1/patients/${patientId}/billable-procedures?providerId=harbor-health`
      const { procedures } = (await api.call('GET', path)).body
      const ticked = procedures.some((each: { billable: { kind: string } }) =>
        ['billable', 'blocked'].includes(each.billable.kind),
      )
      expect([patientId, all.some((each: { patientId: string }) => each.patientId === patientId)]).toEqual([
        patientId,
        ticked,
      ])
    }
    expect(all.length).toBeGreaterThan(2)
  })
})

describe('one patient', () => {
  it('by our id and by the practice app’s, with enrolments', async () => {
    const byId = await api.call('GET', `/v1/patients/${seeded.patientId}`)
    expect(byId.body).toMatchObject({
      family: "O'Brien",
      enrolments: [{ providerId: 'harbor-health', memberId: 'HH-PF-1', plan: 'gold' }],
    })
    expect((await api.call('GET', `/v1/patients/${byId.body.externalId}`)).body).toEqual(byId.body)
  })

  it('an unknown one is a 404', async () => {
    const answer = await api.call('GET', '/v1/patients/pat-none')
    expect([answer.status, wordOf(answer)]).toEqual([404, 'not-found'])
  })
})
