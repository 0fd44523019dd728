import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, items, seedProviders, startApi, wordOf } from '../harness.ts'

/** Its check digit would be 3. */
const WRONG_NPI = '1234567890'
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

const bulk = async (kind: string, batch: unknown[]) => {
  const answer = await api.call('POST', `/v1/sync/${kind}`, { json: { items: batch } })
  expect(answer.status, answer.text).toBe(200)
  return answer.body as { results: Record<string, unknown>[]; counts: Record<string, number> }
}
const resultsOf = (answer: { results: Record<string, unknown>[] }) => answer.results.map((each) => each['result'])

describe('bulk sync', () => {
  it('takes everything of a practice in order of reference, twice without change', async () => {
    const rate = {
      externalId: 'rate-1',
      version: 1,
      providerId: 'harbor-health',
      clinicExternalId: 'clinic-1',
      code: 'D2740',
      amount: 1_200_000,
      currency: 'PHP',
      validFrom: '2025-01-01',
    }
    const loa = {
      externalId: 'loa-1',
      version: 1,
      patientExternalId: 'pat-1',
      providerId: 'harbor-health',
      kind: 'loa',
      number: 'LOA-7',
      issuedOn: '2026-03-01',
      codes: ['D2700-D2799'],
      teeth: ['#14'],
      amount: 5_000,
      currency: 'PHP',
    }
    const all: [string, unknown[]][] = [
      ['clinics', [items.clinic(1)]],
      ['practitioners', [{ ...items.practitioner(1), accreditations: { 'harbor-health': 'ACC-9' } }]],
      [
        'patients',
        [items.patient(1), { ...items.patient(2), address: items.clinic(1).address, phone: '+63 2 8888 0000' }],
      ],
      ['enrolments', [items.enrolment(1)]],
      ['authorisations', [loa]],
      ['visits', [items.visit(1)]],
      ['rates', [rate]],
    ]
    for (const [kind, batch] of all) {
      expect([kind, resultsOf(await bulk(kind, batch))]).toEqual([kind, batch.map(() => 'created')])
      const again = await bulk(kind, batch)
      expect([kind, again.counts]).toEqual([
        kind,
        { created: 0, updated: 0, unchanged: batch.length, stale: 0, rejected: 0 },
      ])
    }
    const stored = await db.owner.selectFrom('authorisations').selectAll().executeTakeFirstOrThrow()
    expect(stored).toMatchObject({ codes: ['D2700-D2799'], teeth: ['14'], amount: 5_000, used: 0, valid_until: null })
    const procedures = await db.owner.selectFrom('visit_procedures').selectAll().orderBy('external_id').execute()
    expect(procedures).toMatchObject([
      { external_id: 'p1', code: 'D0120', tooth: null, quantity: 1, fee: 80_000 },
      { external_id: 'p2', code: 'D2392', tooth: '14', surfaces: 'MO', quantity: 1, fee: 250_000 },
    ])
  })

  it('refuses what cannot be right, each in its own words: NPI check digit, phone digits, days to come', async () => {
    await bulk('clinics', [items.clinic(1)])
    await bulk('practitioners', [items.practitioner(1)])
    await bulk('patients', [items.patient(1)])
    const us = { line1: '1 Main St', city: 'Queens', state: 'NY', postalCode: '11101', country: 'US' }
    const cases: [string, unknown, string, RegExp][] = [
      ['clinics', { ...items.clinic(8), npi: WRONG_NPI }, '/npi', /check digit/],
      ['practitioners', { ...items.practitioner(8), npi: WRONG_NPI }, '/npi', /check digit/],
      ['clinics', { ...items.clinic(8), phone: '+123 4567 8901 23456' }, '/phone', /7 to 15 digits/],
      ['patients', { ...items.patient(8), phone: '12345' }, '/phone', /7 to 15 digits/],
      ['clinics', { ...items.clinic(8), address: us, phone: '718 555 01200' }, '/phone', /ten digits/],
      ['patients', { ...items.patient(8), birthDate: '2090-01-01' }, '/birthDate', /future/],
      ['visits', { ...items.visit(8), patientExternalId: 'pat-1', visitedOn: '2026-03-22' }, '/visitedOn', /future/],
    ]
    for (const [kind, item, pointer, words] of cases) {
      const { results } = await bulk(kind, [item])
      expect(results).toMatchObject([
        { result: 'rejected', reason: 'invalid', errors: [{ pointer, detail: expect.stringMatching(words) }] },
      ])
    }
    const { externalId: _id, ...unborn } = { ...items.patient(8), birthDate: '2090-01-01' }
    const put = await api.call('PUT', '/v1/patients/pat-8', { json: unborn })
    expect([put.status, put.body.errors]).toMatchObject([422, [{ pointer: '/birthDate' }]])
    // A plan for a day to come is no visit yet.
    const planned = { ...items.visit(8), patientExternalId: 'pat-1', visitedOn: '2026-03-22', status: 'planned' }
    expect(resultsOf(await bulk('visits', [planned]))).toEqual(['created'])
  })

  it('a newer version updates, an older one is stale and changes nothing, the same one with other content is refused', async () => {
    const named = (version: number, given: string) => ({ ...items.patient(3), version, given })
    await bulk('patients', [named(5, 'Five')])
    expect(resultsOf(await bulk('patients', [named(7, 'Seven')]))).toEqual(['updated'])
    expect(resultsOf(await bulk('patients', [named(6, 'Six')]))).toEqual(['stale'])
    const other = await bulk('patients', [named(7, 'Other')])
    expect(other.results[0]).toMatchObject({ result: 'rejected', reason: 'version-conflict' })
    expect((await api.call('GET', '/v1/patients/pat-3')).body).toMatchObject({ given: 'Seven', version: 7 })
  })

  it('each item stands alone: what is wrong is named, the others are written', async () => {
    const answer = await bulk('enrolments', [
      { ...items.enrolment(1), externalId: 'e-ok' },
      { ...items.enrolment(1), externalId: 'e-pat', patientExternalId: 'nobody' },
      { ...items.enrolment(1), externalId: 'e-hmo', providerId: 'no-such-hmo' },
      { ...items.enrolment(1), externalId: 'e-sub', relationship: 'child' },
      { ...items.enrolment(1), externalId: 'e-back', validTo: '2024-12-31' },
      { ...items.enrolment(1), externalId: 'e-ok', plan: 'gold' },
      'not an item',
    ])
    expect(answer.counts).toEqual({ created: 1, updated: 0, unchanged: 0, stale: 0, rejected: 6 })
    expect(answer.results.slice(1)).toEqual([
      { externalId: 'e-pat', result: 'rejected', reason: 'unknown-reference', because: 'there is no patient nobody' },
      {
        externalId: 'e-hmo',
        result: 'rejected',
        reason: 'unknown-reference',
        because: 'there is no provider no-such-hmo',
      },
      expect.objectContaining({ reason: 'invalid', errors: [expect.objectContaining({ pointer: '/subscriber' })] }),
      expect.objectContaining({ reason: 'invalid', errors: [expect.objectContaining({ pointer: '/validTo' })] }),
      expect.objectContaining({ externalId: 'e-ok', reason: 'twice' }),
      expect.objectContaining({ externalId: '', reason: 'invalid' }),
    ])
  })

  it('what claims refer to never moves to another patient', async () => {
    await bulk('patients', [items.patient(4)])
    const moved = await bulk('enrolments', [{ ...items.enrolment(1), version: 9, patientExternalId: 'pat-4' }])
    expect(moved.results[0]).toMatchObject({ result: 'rejected', reason: 'other-patient' })
  })

  it.each([
    ['a fraction of a cent', { receipts: 0.5 }, '/receipts'],
    ['a negative amount', { receipts: -1 }, '/receipts'],
    ['an amount beyond all measure', { receipts: 1e300 }, '/receipts'],
    ['a currency of nowhere', { currency: 'XYZ' }, '/currency'],
    ['29 February of a common year', { visitedOn: '2026-02-29' }, '/visitedOn'],
    ['the year 0', { visitedOn: '0000-01-01' }, '/visitedOn'],
    ['a code that is no CDT code', { procedures: [{ externalId: 'p', code: 'X1', fee: 1 }] }, '/procedures/0/code'],
    ['tooth 33', { procedures: [{ externalId: 'p', code: 'D2740', tooth: '33', fee: 1 }] }, '/procedures/0/tooth'],
    [
      'surface X',
      { procedures: [{ externalId: 'p', code: 'D2392', surfaces: 'MX', fee: 1 }] },
      '/procedures/0/surfaces',
    ],
    [
      'a procedure twice',
      {
        procedures: [
          { externalId: 'p', code: 'D0120', fee: 1 },
          { externalId: 'p', code: 'D0140', fee: 1 },
        ],
      },
      '/procedures',
    ],
    ['a member of ours', { organisationId: newId() }, ''],
  ])('a visit with %s is refused by name', async (_name, change, pointer) => {
    const answer = await bulk('visits', [{ ...items.visit(1), externalId: 'wrong', ...change }])
    expect(answer.results[0]).toMatchObject({
      result: 'rejected',
      reason: 'invalid',
      errors: expect.arrayContaining([{ pointer, detail: expect.any(String) }]),
    })
  })

  it('1,000 visits in one request; two such requests at once don’t lock each other up', async () => {
    const batch = Array.from({ length: 1_000 }, (_none, n) => ({ ...items.visit(1), externalId: `many-${n}` }))
    const [first, second] = await Promise.all([bulk('visits', batch), bulk('visits', batch.toReversed())])
    const made = (first?.counts['created'] ?? 0) + (second?.counts['created'] ?? 0)
    expect(made).toBe(1_000)
    expect((await bulk('visits', batch)).counts['unchanged']).toBe(1_000)
  })
})

describe('procedures of a visit', () => {
  it('go when they are no longer in it, but stay when a claim has them', async () => {
    await bulk('visits', [{ ...items.visit(1), externalId: 'v-claimed' }])
    const { claimed } = await claimOne('v-claimed', 'p2')
    const changed = {
      ...items.visit(1),
      externalId: 'v-claimed',
      version: 2,
      procedures: [{ externalId: 'p3', code: 'D1110', fee: 90_000 }],
    }
    const answer = await bulk('visits', [changed])
    expect(answer.results[0]).toMatchObject({ result: 'updated', kept: ['p2'] })
    const left = await db.owner
      .selectFrom('visit_procedures as q')
      .innerJoin('visits as v', 'v.id', 'q.visit_id')
      .select(['q.id', 'q.external_id'])
      .where('v.external_id', '=', 'v-claimed')
      .orderBy('q.external_id')
      .execute()
    expect(left.map((row) => row.external_id)).toEqual(['p2', 'p3'])
    expect(left[0]?.id).toBe(claimed)
    expect((await bulk('visits', [changed])).results[0]).toMatchObject({ result: 'unchanged' })
  })

  it('other procedures under the same version are refused', async () => {
    const answer = await bulk('visits', [
      { ...items.visit(1), procedures: [{ externalId: 'p1', code: 'D0140', fee: 1 }] },
    ])
    expect(answer.results[0]).toMatchObject({ result: 'rejected', reason: 'version-conflict' })
  })
})

describe('sync of one', () => {
  it('201 when created, 200 when updated or unchanged, 409 when stale', async () => {
    const put = (version: number) =>
      api.call('PUT', '/v1/practitioners/dr-9', { json: { ...items.practitioner(9), version, externalId: undefined } })
    expect((await put(1)).status).toBe(201)
    expect((await put(2)).body).toMatchObject({ externalId: 'dr-9', result: 'updated' })
    expect((await put(2)).body.result).toBe('unchanged')
    const stale = await put(1)
    expect([stale.status, wordOf(stale)]).toEqual([409, 'stale-version'])
  })

  it('an unknown reference is named', async () => {
    const answer = await api.call('PUT', '/v1/visits/v-x', {
      json: { ...items.visit(1), clinicExternalId: 'clinic-77' },
    })
    expect([answer.status, wordOf(answer), answer.body.detail]).toEqual([
      422,
      'unknown-reference',
      'there is no clinic clinic-77',
    ])
  })
})

/** A draft with one procedure, as the database keeps it. */
async function claimOne(visitExternalId: string, procedureExternalId: string): Promise<{ claimed: string }> {
  const organisation_id = db.organisationId
  const q = await db.owner
    .selectFrom('visit_procedures as q')
    .innerJoin('visits as v', 'v.id', 'q.visit_id')
    .select(['q.id', 'v.id as visit_id', 'v.patient_id', 'v.clinic_id', 'v.practitioner_id'])
    .where('v.external_id', '=', visitExternalId)
    .where('q.external_id', '=', procedureExternalId)
    .executeTakeFirstOrThrow()
  const enrolment = await db.owner
    .selectFrom('enrolments')
    .select('id')
    .where('external_id', '=', 'enr-1')
    .executeTakeFirstOrThrow()
  const connection_id = newId()
  const claim = newId()
  await db.owner
    .insertInto('connections')
    .values({
      organisation_id,
      id: connection_id,
      provider_id: 'harbor-health',
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
  await db.owner
    .insertInto('claims')
    .values({
      organisation_id,
      id: claim,
      claim_number: 'C-1',
      clinic_id: q.clinic_id,
      patient_id: q.patient_id,
      enrolment_id: enrolment.id,
      provider_id: 'harbor-health',
      connection_id,
      practitioner_id: q.practitioner_id,
      currency: 'PHP',
      total: 1,
      service_from: '2026-03-10',
      service_to: '2026-03-10',
      diagnoses: '[]',
      lineage_id: claim,
      created_at: new Date(),
      updated_at: new Date(),
      created_by: 'test',
    })
    .execute()
  await db.owner
    .insertInto('claim_lines')
    .values({
      organisation_id,
      claim_id: claim,
      line_number: 1,
      visit_procedure_id: q.id,
      visit_id: q.visit_id,
      code: 'D2392',
      service_date: '2026-03-10',
      quantity: 1,
      amount: 1,
      priced_by: 'rate',
    })
    .execute()
  return { claimed: q.id }
}

describe('odd request: teeth of a visit in FDI', () => {
  const crown = (tooth: string) => ({ externalId: `q-${tooth}`, code: 'D2740', tooth, fee: 1_200_000 })
  let version = 0
  const visit = (...teeth: string[]) => ({
    externalId: 'notation',
    version: ++version,
    patientExternalId: 'pat-1',
    clinicExternalId: 'clinic-1',
    practitionerExternalId: 'dr-1',
    visitedOn: '2026-03-10',
    status: 'completed',
    currency: 'PHP',
    procedures: teeth.map(crown),
  })
  const practice = (tooth_notation: 'fdi' | 'universal' | null) =>
    db.owner.updateTable('organisations').set({ tooth_notation }).execute()
  const stored = async () => {
    const rows = await db.owner
      .selectFrom('visit_procedures')
      .select(['external_id', 'tooth'])
      .where('external_id', 'like', 'q-%')
      .orderBy('external_id')
      .execute()
    return rows.map(({ tooth }) => tooth)
  }
  const put = (query: string, ...teeth: string[]) =>
    api.call('PUT', `/v1/visits/notation${query}`, { json: visit(...teeth) })
  afterAll(() => practice('universal'))

  it('a number that is a tooth in both notations is refused until one is said', async () => {
    await practice(null)
    const answer = await put('', '5', '16')
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      errors: [{ pointer: '/procedures/1/tooth', detail: expect.stringContaining('say toothNotation') }],
    })
    const { results } = await bulk('visits', [visit('16')])
    expect(results[0]).toMatchObject({ result: 'rejected', reason: 'invalid' })
  })

  it('the request or the practice says it', async () => {
    await practice(null)
    expect((await put('?toothNotation=fdi', '16', '55')).status).toBeLessThan(300)
    expect(await stored()).toEqual(['3', 'A'])
    await practice('fdi')
    expect((await put('', '16', '85')).status).toBeLessThan(300)
    expect(await stored()).toEqual(['3', 'T'])
    expect((await put('', '9')).status).toBe(422)
    await practice('universal')
    expect((await put('', '16')).status).toBeLessThan(300)
    expect(await stored()).toEqual(['16'])
  })

  it('teeth of an authorisation as well', async () => {
    await practice('fdi')
    const loa = {
      externalId: 'loa-fdi',
      version: 1,
      patientExternalId: 'pat-1',
      providerId: 'harbor-health',
      kind: 'loa',
      number: 'LOA-F',
      issuedOn: '2026-01-01',
      teeth: ['16', '26'],
    }
    expect((await api.call('PUT', '/v1/authorisations/loa-fdi', { json: loa })).status).toBeLessThan(300)
    const row = await db.owner
      .selectFrom('authorisations')
      .select('teeth')
      .where('external_id', '=', 'loa-fdi')
      .executeTakeFirstOrThrow()
    expect(row.teeth).toEqual(['3', '14'])
  })
})

describe('K14, K32: what dentistry says', () => {
  const visit = {
    ...items.visit(31),
    patientExternalId: 'pat-31',
    clinicExternalId: 'clinic-31',
    practitionerExternalId: 'dr-31',
    billingPractitionerExternalId: 'dr-32',
    placeOfService: '22',
    accident: { kind: 'auto', on: '2026-01-15', state: 'CO', country: null },
    orthodontics: { bandedOn: '2026-02-20', months: 24, remainingMonths: 20 },
    referringDentist: { family: 'Okafor', given: 'Ngozi', npi: '1234567893' },
    procedures: [
      {
        externalId: 'p1',
        code: 'D2740',
        tooth: 'as',
        fee: 80_000,
        description: 'Zirconia crown',
        placement: 'replacement',
        priorPlacedOn: null,
        priorUnknownBecause: 'no records',
        diagnoses: ['K02.1'],
      },
    ],
  }
  const practice: [string, unknown][] = [
    ['clinics', { ...items.clinic(31), externalId: 'clinic-31', payee: { name: 'Holdings', bank: null } }],
    ['practitioners', { ...items.practitioner(31), externalId: 'dr-31', signatureOnFile: true }],
    ['practitioners', { ...items.practitioner(32), externalId: 'dr-32' }],
    [
      'patients',
      {
        ...items.patient(31),
        externalId: 'pat-31',
        missingTeeth: [{ tooth: '#3' }, { tooth: '64', status: 'to_be_extracted' }],
      },
    ],
    [
      'enrolments',
      {
        ...items.enrolment(31),
        externalId: 'enr-31',
        patientExternalId: 'pat-31',
        assignment: 'patient',
        signedOn: '2026-01-02',
      },
    ],
    ['visits', visit],
  ]

  it('is synced, stays as it is, and is answered', async () => {
    for (const [kind, item] of practice) {
      expect([kind, resultsOf(await bulk(kind, [item]))]).toEqual([kind, ['created']])
      expect([kind, resultsOf(await bulk(kind, [item]))]).toEqual([kind, ['unchanged']])
    }
    const shown = await api.call('GET', `/v1/visits/${visit.externalId}`)
    expect(shown.body).toMatchObject({
      details: {
        placeOfService: '22',
        accident: { kind: 'auto', on: '2026-01-15', state: 'CO' },
        orthodontics: { bandedOn: '2026-02-20', months: 24, remainingMonths: 20 },
        referringDentist: { family: 'Okafor', given: 'Ngozi', npi: '1234567893' },
      },
      billingPractitionerId: expect.any(String),
      procedures: [
        {
          tooth: 'AS',
          details: {
            description: 'Zirconia crown',
            placement: 'replacement',
            priorUnknownBecause: 'no records',
            diagnoses: ['K02.1'],
          },
        },
      ],
    })
    expect((await api.call('GET', '/v1/patients/pat-31')).body).toMatchObject({
      missingTeeth: [
        { tooth: '3', status: 'missing' },
        { tooth: '64', status: 'to_be_extracted' },
      ],
      enrolments: [{ assignment: 'patient', signedOn: '2026-01-02' }],
    })
  })

  it('changes with the next version, and with the same one is a conflict', async () => {
    const otherwise = { ...visit, placeOfService: '31' }
    expect((await bulk('visits', [otherwise])).results).toMatchObject([{ reason: 'version-conflict' }])
    const [procedure] = visit.procedures
    const corrected = { ...visit, procedures: [{ ...procedure, placement: 'initial', priorUnknownBecause: null }] }
    expect((await bulk('visits', [corrected])).results).toMatchObject([{ reason: 'version-conflict' }])
    expect(resultsOf(await bulk('visits', [{ ...corrected, version: visit.version + 1 }]))).toEqual(['updated'])
    const shown = await api.call('GET', `/v1/visits/${visit.externalId}`)
    expect((shown.body as { procedures: { details: object }[] }).procedures[0]?.details).toEqual({
      description: 'Zirconia crown',
      placement: 'initial',
      diagnoses: ['K02.1'],
    })
  })

  it.each([
    ['/accident/kind', { accident: { kind: 'fall', on: '2026-01-15' } }],
    ['/placeOfService', { placeOfService: 'office' }],
    ['/orthodontics/months', { orthodontics: { months: 0 } }],
    ['/procedures/0/placement', { procedures: [{ externalId: 'p', code: 'D2740', fee: 1, placement: 'first' }] }],
    ['/procedures/0/tooth', { procedures: [{ externalId: 'p', code: 'D2740', fee: 1, tooth: '83' }] }],
  ])('%s is refused by its name', async (pointer, wrong) => {
    const { results } = await bulk('visits', [{ ...visit, externalId: 'visit-wrong', ...wrong }])
    expect(results).toMatchObject([{ result: 'rejected', reason: 'invalid', errors: [{ pointer }] }])
  })

  it('a billing dentist who is not there is named', async () => {
    const nobody = { ...visit, externalId: 'visit-nobody', billingPractitionerExternalId: 'dr-none' }
    expect((await bulk('visits', [nobody])).results).toMatchObject([
      { reason: 'unknown-reference', because: 'there is no billing practitioner dr-none' },
    ])
  })
})
