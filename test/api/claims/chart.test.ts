import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { png } from '../../support/files.ts'

const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

type Name = keyof Seeded['procedures']
const draft = async (names: Name[], more: Record<string, unknown> = {}): Promise<string> => {
  const lines = names.map((name) => ({ procedureId: seeded.procedures[name] }))
  const wanted = { patientId: seeded.patientId, providerId: 'harbor-health', lines, ...more }
  const made = await api.call('POST', '/v1/claims', wanted)
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.claimId
}
const check = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}/check`)).body
const takeOver = (claimId: string, version = 1) =>
  api.call('POST', `/v1/claims/${claimId}/take-over-visit`, { version })
const procedure = (name: Name, change: Record<string, unknown>) =>
  db.owner.updateTable('visit_procedures').set(change).where('id', '=', seeded.procedures[name]).execute()
const visitOf = (name: Name) =>
  db.owner.selectFrom('visit_procedures').select('visit_id').where('id', '=', seeded.procedures[name])
const visit = (name: Name, change: Record<string, unknown>) =>
  db.owner.updateTable('visits').set(change).where('id', 'in', visitOf(name)).execute()
const get = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}`)).body
const differences = async (claimId: string) =>
  (await check(claimId)).problems
    .filter(({ type }: { type: string }) => type === 'differs-from-visit')
    .map(({ field, draft: was, visit: now }: Record<string, unknown>) => [field, was, now])

describe("odd request: the visit's tooth, quantity, rate corrected after the draft was made", () => {
  it.each<[string, Name, () => Promise<unknown>, unknown[][]]>([
    ['tooth', 'filling', () => procedure('filling', { tooth: '29' }), [['tooth', '30', '29']]],
    ['surfaces', 'filling', () => procedure('filling', { surfaces: 'MOD' }), [['surfaces', 'MO', 'MOD']]],
    ['area', 'filling', () => procedure('filling', { area: '40' }), [['area', 'none', '40']]],
    [
      'code',
      'filling',
      () => procedure('filling', { code: 'D2393' }),
      [
        ['code', 'D2392', 'D2393'],
        ['rate', expect.stringContaining('PHP'), 'none'],
      ],
    ],
    [
      'quantity',
      'cleaning',
      () => procedure('cleaning', { quantity: 1 }),
      [
        ['quantity', '2', '1'],
        ['rate', expect.stringContaining('PHP'), expect.stringContaining('PHP')],
      ],
    ],
    [
      'day',
      'cleaning',
      () => visit('cleaning', { visited_on: '2026-03-11' }),
      [['serviceDate', '2026-03-12', '2026-03-11']],
    ],
    [
      'diagnosis',
      'cleaning',
      () => visit('cleaning', { diagnoses: JSON.stringify([{ system: 'icd-10', code: 'K05.1' }]) }),
      [['diagnoses', expect.any(String), 'K05.1']],
    ],
  ])(
    '%s: check says both values and submit refuses; one act takes the new one over',
    async (_what, name, change, told) => {
      const claimId = await draft([name])
      expect(await check(claimId)).toMatchObject({ ready: true, problems: [] })
      await change()
      expect(await differences(claimId)).toEqual(told)
      expect(await check(claimId)).toMatchObject({ ready: false })
      expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(422)
      expect((await takeOver(claimId)).status).toBe(200)
      expect(await differences(claimId)).toEqual([])
    },
  )

  it('a new rate is told, and taken over', async () => {
    const claimId = await draft(['cleaning'])
    const before = (await get(claimId)).lines[0].amount
    await db.owner.updateTable('rates').set({ amount: 123_456 }).where('code', '=', 'D1110').execute()
    expect(await differences(claimId)).toEqual([['rate', expect.any(String), '2,469.12 PHP']])
    await takeOver(claimId)
    const after = (await get(claimId)).lines[0].amount
    expect([before === 246_912, after]).toEqual([false, 246_912])
  })

  it('a removed procedure blocks, and the act takes its line off', async () => {
    const claimId = await draft(['filling', 'cleaning'])
    await procedure('filling', { removed: true })
    const { ready, problems } = await check(claimId)
    expect(ready).toBe(false)
    expect(problems).toEqual([
      expect.objectContaining({
        type: 'procedure-removed',
        lineNumber: 1,
        detail: expect.stringContaining('no longer in its visit'),
      }),
    ])
    await takeOver(claimId)
    expect(await check(claimId)).toMatchObject({ ready: true })
    expect((await get(claimId)).lines.map(({ code }: { code: string }) => code)).toEqual(['D1110'])
  })

  it('when nothing is left the act refuses, and so does a draft of another version', async () => {
    const claimId = await draft(['cleaning'])
    expect((await takeOver(claimId, 7)).status).toBe(409)
    await procedure('cleaning', { removed: true })
    expect((await takeOver(claimId)).body.type).toMatch(/no-lines$/)
  })

  it('an enrolment that was ended, with another in its place, is told and followed', async () => {
    const claimId = await draft(['cleaning'])
    const old = await db.owner
      .selectFrom('enrolments')
      .selectAll()
      .where('id', '=', seeded.enrolmentId)
      .executeTakeFirstOrThrow()
    await db.owner.updateTable('enrolments').set({ valid_to: '2026-03-01' }).where('id', '=', old.id).execute()
    const newer = { ...old, id: newId(), external_id: 'newer', valid_from: '2026-03-02', valid_to: null }
    await db.owner
      .insertInto('enrolments')
      .values({ ...newer, subscriber: old.subscriber === null ? null : JSON.stringify(old.subscriber) })
      .execute()
    expect(await differences(claimId)).toEqual([
      ['enrolment', expect.stringContaining('to 2026-03-01'), 'valid from 2026-03-02'],
    ])
    await takeOver(claimId)
    expect(await check(claimId)).toMatchObject({ ready: true })
  })

  it('what a person has chosen is no difference: diagnoses, practitioner, an amount with a reason', async () => {
    const lines = [
      { procedureId: seeded.procedures.cleaning, price: { amount: 5_000, currency: 'PHP', reason: 'agreed' } },
    ]
    const diagnoses = [{ system: 'icd-10', code: 'K00.1' }]
    const claimId = await draft([], { lines, diagnoses, practitionerId: seeded.practitionerId })
    await visit('cleaning', { diagnoses: JSON.stringify([{ system: 'icd-10', code: 'K05.1' }]) })
    await db.owner.updateTable('rates').set({ amount: 1 }).where('code', '=', 'D1110').execute()
    expect(await differences(claimId)).toEqual([])
    await procedure('cleaning', { quantity: 1 })
    await takeOver(claimId)
    const after = await get(claimId)
    expect(after.lines[0]).toMatchObject({ quantity: 1, amount: 5_000 })
    expect(after.diagnoses).toEqual(diagnoses)
  })

  it('freeze looks again: what changed between the check and the workflow does not leave', async () => {
    const claimId = await draft(['filling'])
    api.workflows.mode = 'pending'
    expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(202)
    await procedure('filling', { tooth: '29' })
    api.workflows.mode = 'answered'
    const claim = { organisationId: db.organisationId, claimId, providerId: 'harbor-health' }
    expect(await api.workflows.submit(claim)).toMatchObject({ result: { kind: 'refused' } })
    expect((await get(claimId)).status).toBe('DRAFT')
  })
})

describe('odd request: an override of 3,333 times the list price', () => {
  it('is warned of by name, and keeps nothing from leaving', async () => {
    await procedure('cleaning', { fee: 300 })
    const price = { amount: 999_900, currency: 'PHP', reason: 'special' }
    const claimId = await draft([], { lines: [{ procedureId: seeded.procedures.cleaning, price }] })
    await db.owner.deleteFrom('rates').execute()
    await db.owner.updateTable('claim_lines').set({ rate_amount: null }).where('claim_id', '=', claimId).execute()
    const { ready, warnings } = await check(claimId)
    expect(ready).toBe(true)
    expect(warnings).toEqual([
      {
        type: 'charge-above-list-price',
        lineNumber: 1,
        detail: expect.stringContaining('9,999.00 PHP, over 3,333 times its usual 3.00 PHP'),
      },
    ])
  })

  it('and a usual amount is not', async () => {
    expect((await check(await draft(['cleaning']))).warnings).toEqual([])
  })
})

describe('K35: a near duplicate is warned of, a duplicate refused', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['the same code on the same day at another tooth', { code: 'D2392', tooth: '29', surfaces: 'MO' }, true],
    ['the same code on the same day with other surfaces', { code: 'D2392', tooth: '30', surfaces: 'DO' }, true],
    ['another code', { code: 'D2393', tooth: '30', surfaces: 'MOD' }, false],
  ])('%s', async (_what, change, warned) => {
    await draft(['filling'])
    await procedure('unpriced', change)
    const price = { amount: 5_000, currency: 'PHP', reason: 'agreed' }
    const claimId = await draft([], { lines: [{ procedureId: seeded.procedures.unpriced, price }] })
    const types = (await check(claimId)).warnings.map(({ type }: { type: string }) => type)
    expect(types).toEqual(warned ? ['similar-service-claimed'] : [])
  })
})

describe('odd request: one X-ray, two teeth; a relabelled tooth', () => {
  const attach = (claimId: string, query: string) =>
    api.call('POST', `/v1/claims/${claimId}/attachments?${query}`, png(), {
      headers: { 'content-type': 'application/octet-stream' },
    })
  const missing = async (claimId: string) =>
    (await check(claimId)).problems.filter(({ type }: { type: string }) => type === 'missing-attachment').length

  it.each([
    ['named at once', ['kind=xray&tooth=3,14']],
    ['the same file again for the other tooth', ['kind=xray&tooth=3', 'kind=xray&tooth=14']],
  ])('%s closes the requirement of both', async (_how, queries) => {
    await procedure('filling', { code: 'D2750', tooth: '3', surfaces: null })
    const price = { amount: 5_000, currency: 'PHP', reason: 'agreed' }
    const lines = [{ procedureId: seeded.procedures.crown }, { procedureId: seeded.procedures.filling, price }]
    const claimId = await draft([], { lines })
    expect(await missing(claimId)).toBe(2)
    for (const query of queries) expect((await attach(claimId, query)).status).toBeLessThan(300)
    expect(await missing(claimId)).toBe(0)
    const { attachments } = await get(claimId)
    expect(attachments).toHaveLength(1)
    expect(attachments[0]).toMatchObject({ kind: 'xray', tooth: '3', labels: [{ kind: 'xray', tooth: '14' }] })
  })

  it('a relabel relabels, and closes the requirement', async () => {
    const claimId = await draft(['crown'])
    const { attachmentId } = (await attach(claimId, 'kind=photo&tooth=2')).body
    expect(await missing(claimId)).toBe(1)
    const path = `/v1/claims/${claimId}/attachments/${attachmentId}`
    const labels = [{ kind: 'xray', tooth: '14' }, { kind: 'photo' }]
    expect(await api.call('PATCH', path, { labels })).toMatchObject({
      status: 200,
      body: { kind: 'xray', tooth: '14', labels: [{ kind: 'photo' }] },
    })
    expect(await missing(claimId)).toBe(0)
  })
})

describe('odd request: tooth "16" in FDI', () => {
  const notation = (tooth_notation: 'fdi' | 'universal' | null) =>
    db.owner.updateTable('organisations').set({ tooth_notation }).execute()
  const attach = (claimId: string, query: string) =>
    api.call('POST', `/v1/claims/${claimId}/attachments?kind=xray&${query}`, png(), {
      headers: { 'content-type': 'application/octet-stream' },
    })

  it.each([
    ['nobody has said the notation: a doubt', null, 'tooth=16', null],
    ['nobody has said it, and only universal has the number', null, 'tooth=5', '5'],
    ['nobody has said it, and only FDI has the number', null, 'tooth=48', '32'],
    ['the practice names FDI', 'fdi', 'tooth=16', '3'],
    ['the practice names universal', 'universal', 'tooth=16', '16'],
    ['the request says it', null, 'tooth=16&toothNotation=fdi', '3'],
    ['the request says otherwise than the practice', 'fdi', 'tooth=16&toothNotation=universal', '16'],
    ['no FDI number', 'fdi', 'tooth=9', null],
  ] as const)('%s', async (_what, practice, query, tooth) => {
    const claimId = await draft(['crown'])
    await notation(practice)
    const answer = await attach(claimId, query)
    expect(answer.status).toBe(tooth === null ? 422 : 201)
    if (tooth !== null) expect(answer.body.tooth).toBe(tooth)
    else
      expect(JSON.stringify(answer.body.errors)).toMatch(practice === 'fdi' ? /FDI notation: 11/ : /say toothNotation/)
  })
})
