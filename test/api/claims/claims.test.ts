import { request } from 'node:http'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { jpeg, pdf, png } from '../../support/files.ts'

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
const newClaim = (names: Name[], more: Record<string, unknown> = {}) => ({
  patientId: seeded.patientId,
  providerId: 'harbor-health',
  lines: names.map((name) => ({ procedureId: seeded.procedures[name] })),
  ...more,
})
const draft = async (names: Name[] = ['cleaning'], more: Record<string, unknown> = {}): Promise<string> => {
  const made = await api.call('POST', '/v1/claims', newClaim(names, more))
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.claimId
}
const submitted = async (names: Name[] = ['cleaning']) => {
  const claimId = await draft(names)
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  return claimId
}
const get = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}`)).body
const problem = (type: string) => `https://claimhub.example/problems/${type}`
const attach = (claimId: string, bytes: Buffer, query = 'kind=xray&tooth=14', type = 'application/octet-stream') =>
  api.call('POST', `/v1/claims/${claimId}/attachments?${query}`, bytes, { headers: { 'content-type': type } })
const sayStatus = (claimId: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/claims/${claimId}/status`, {
    channel: 'phone',
    saidBy: 'Ms. Santos',
    callNumber: 'REF-5',
    saidOn: '2026-03-20',
    ...body,
  })

describe('from draft to decided, over the API', () => {
  it('a crown: drafted, checked, completed, submitted, partly approved, settled', async () => {
    const billable = await api.call(
      'GET',
      `/v1/patients/${seeded.patientId}/billable-procedures?providerId=harbor-health`,
    )
    expect(billable.body.currency).toBe('PHP')
    // Among them one of another currency, shown with the reason.
    expect(billable.body.procedures).toHaveLength(7)
    const claimId = await draft(['crown', 'cleaning'])
    const path = `/v1/claims/${claimId}`
    const blocked = await api.call('POST', `${path}/submit`)
    expect(blocked).toMatchObject({
      status: 422,
      body: {
        type: problem('claim-incomplete'),
        detail: 'X-ray of tooth 14 required for D2740 (line 1)',
        problems: [{ type: 'missing-attachment', lineNumber: 1 }],
      },
    })
    expect((await api.call('GET', `${path}/check`)).body).toMatchObject({ ready: false })
    expect(await attach(claimId, png())).toMatchObject({ status: 201, body: { mediaType: 'image/png', tooth: '14' } })
    expect((await api.call('GET', `${path}/check`)).body).toEqual({ ready: true, problems: [], warnings: [] })
    const sent = await api.call('POST', `${path}/submit`)
    expect(sent).toMatchObject({ status: 200, body: { claimId, status: 'SUBMITTED' } })
    expect(sent.body.submissionNumber).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/)
    const claim = await get(claimId)
    expect(claim).toMatchObject({
      status: 'SUBMITTED',
      total: 1_360_000,
      balances: { charged: 1_360_000, open: 1_360_000, paid: 0, paymentStatus: 'UNPAID' },
      submissions: [{ submissionNumber: sent.body.submissionNumber, purpose: 'new', delivery: 'READY' }],
    })
    const said = await sayStatus(claimId, {
      status: 'PARTIAL',
      lines: [
        { lineNumber: 1, outcome: 'reduced', payable: 900_000, adjustments: [{ bucket: 'patient', amount: 100_000 }] },
        { lineNumber: 2, outcome: 'approved', payable: 160_000 },
      ],
      said: [{ list: 'CARC', code: '96' }],
      followUpOn: '2026-04-01',
      note: 'by phone',
    })
    expect(said).toMatchObject({ status: 200, body: { recorded: true, status: 'PARTIAL', effect: 'applied' } })
    expect((await get(claimId)).balances).toMatchObject({ open: 1_060_000, patient: 100_000, denied: 200_000 })
    const settled = await api.call('POST', `${path}/lines/1/settlement`, { action: 'write_off', reason: 'goodwill' })
    expect(settled).toMatchObject({ status: 200, body: { recorded: true, effect: 'applied' } })
    expect(await get(claimId)).toMatchObject({
      balances: { denied: 0, writeOff: 200_000, open: 1_060_000 },
      lines: [{ decision: 'reduced', settlement: 'write_off' }, { decision: 'approved' }],
    })
    const { entries } = (await api.call('GET', `${path}/timeline`)).body
    const events = entries.filter((entry: { kind: string }) => entry.kind === 'event')
    expect(events.map((entry: { type: string }) => entry.type)).toEqual([
      'submitted',
      'status_by_hand',
      'line_settled',
      'money_posted',
    ])
    expect(events[1]).toMatchObject({
      at: '2026-03-20T09:00:00.000Z',
      actor: expect.stringContaining('billing key'),
      act: {
        kind: 'status',
        channel: 'phone',
        saidBy: 'Ms. Santos',
        callNumber: 'REF-5',
        saidOn: '2026-03-20',
        note: 'by phone',
      },
    })
    const ledger = (await api.call('GET', `${path}/ledger`)).body.entries
    expect(ledger.reduce((sum: number, entry: { amount: number }) => sum + entry.amount, 0)).toBe(0)
  })

  it('a front-end rejection comes back as a new original, and the first is closed', async () => {
    const first = await submitted()
    const turnedBack = { status: 'REJECTED', rejectedAt: 'front_end', said: [{ text: 'no such member' }] }
    expect(await sayStatus(first, turnedBack)).toMatchObject({ body: { status: 'REJECTED' } })
    const second = await api.call('POST', `/v1/claims/${first}/resubmissions`, {})
    expect(second).toMatchObject({ status: 201, body: { status: 'DRAFT', purpose: 'new', replacesClaimId: first } })
    expect(await api.call('POST', `/v1/claims/${first}/resubmissions`, {})).toMatchObject({
      status: 409,
      body: { type: problem('already-resubmitted'), claimId: second.body.claimId },
    })
    expect((await api.call('POST', `/v1/claims/${second.body.claimId}/submit`)).status).toBe(200)
    expect(await get(first)).toMatchObject({
      closed: 'replaced',
      replacedBy: { claimId: second.body.claimId, status: 'SUBMITTED' },
    })
  })

  it('a denial needs the provider’s number before it can be replaced', async () => {
    const first = await submitted()
    const said = [{ list: 'CARC', code: '96' }]
    await sayStatus(first, { status: 'REJECTED', said, lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
    const refused = await api.call('POST', `/v1/claims/${first}/resubmissions`, { purpose: 'replacement' })
    expect(refused).toMatchObject({ status: 422, body: { type: problem('provider-reference-missing') } })
    const appeal = await api.call('POST', `/v1/claims/${first}/resubmissions`, { purpose: 'appeal' })
    expect(appeal).toMatchObject({ status: 422, body: { type: problem('purpose-not-supported') } })
  })

  it('a claim that has not left is cancelled, and its services are billable again', async () => {
    const claimId = await submitted()
    const cancelled = await api.call('POST', `/v1/claims/${claimId}/cancel`, { reason: 'wrong patient' })
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'CANCELLED', effect: 'cancelled' } })
    expect(await api.call('POST', `/v1/claims/${claimId}/cancel`, { reason: 'again' })).toMatchObject({
      status: 409,
      body: { type: problem('claim-closed') },
    })
    await draft(['cleaning'])
  })

  it('a claim that has left is not cancelled where the provider takes no void', async () => {
    const claimId = await submitted()
    await db.owner.updateTable('interchanges').set({ state: 'SENT' }).execute()
    expect(await api.call('POST', `/v1/claims/${claimId}/cancel`, { reason: 'late' })).toMatchObject({
      status: 409,
      body: { type: problem('cannot-cancel') },
    })
    expect((await get(claimId)).status).toBe('SUBMITTED')
  })

  it('a claim filed elsewhere is taken in: nothing is sent, its clocks run and its numbers are known', async () => {
    const filed = {
      patientId: seeded.patientId,
      providerId: 'harbor-health',
      clinicId: seeded.clinicId,
      practitionerId: seeded.practitionerId,
      currency: 'PHP',
      lines: [
        {
          procedureId: seeded.procedures.crown,
          code: 'D2740',
          serviceDate: '2026-03-10',
          tooth: '14',
          amount: 1_100_000,
        },
      ],
      status: 'IN_REVIEW',
      submittedAt: '2026-03-12T08:00:00Z',
      statusAt: '2026-03-14T08:00:00Z',
      submissionNumber: 'old-17',
      references: [{ type: 'claim-number', value: 'HH-99' }],
    }
    const made = await api.call('POST', '/v1/claims/import', filed)
    expect(made).toMatchObject({
      status: 201,
      body: {
        status: 'IN_REVIEW',
        imported: true,
        delivery: 'SENT',
        submittedAt: '2026-03-12T08:00:00.000Z',
        dueAt: expect.stringMatching(/^2026-04/),
        balances: { charged: 1_100_000, open: 1_100_000 },
        submissions: [{ submissionNumber: 'OLD-17', delivery: 'SENT' }],
        references: [{ type: 'claim-number', value: 'HH-99' }],
      },
    })
    expect(api.workflows.woken).toEqual([made.body.claimId])
    expect(await db.owner.selectFrom('documents').select('id').execute()).toEqual([])
    expect(await api.call('POST', '/v1/claims', newClaim(['crown']))).toMatchObject({ status: 409 })
    const again = { ...filed, overrideDuplicate: { reason: 'test' } }
    expect(await api.call('POST', '/v1/claims/import', again)).toMatchObject({
      body: { type: problem('submission-number-taken') },
    })
  })
})

describe('payments', () => {
  const pay = (claimId: string, body: Record<string, unknown> = {}) =>
    api.call('POST', `/v1/claims/${claimId}/payments`, {
      amount: 160_000,
      currency: 'PHP',
      paidOn: '2026-03-18',
      ...body,
    })

  it('in full: the claim is approved, paid and closed', async () => {
    const claimId = await submitted()
    expect(await pay(claimId, { reference: 'CHK-1' })).toMatchObject({
      status: 200,
      body: { recorded: true, status: 'APPROVED' },
    })
    expect(await get(claimId)).toMatchObject({
      paymentStatus: 'PAID',
      closed: 'settled',
      balances: { paid: 160_000, open: 0 },
    })
  })
  it('in two parts, and too much', async () => {
    const claimId = await submitted()
    await pay(claimId, { amount: 100_000 })
    expect(await get(claimId)).toMatchObject({ paymentStatus: 'PART_PAID', balances: { open: 60_000 } })
    await pay(claimId, { amount: 60_000 })
    expect(await get(claimId)).toMatchObject({ paymentStatus: 'PAID' })
    await pay(claimId, { amount: 1, force: true, reason: 'it came, though the claim was settled' })
    expect(await get(claimId)).toMatchObject({ paymentStatus: 'OVERPAID', attention: true, balances: { open: -1 } })
  })
  it('itemised: what the patient owes is the patient’s', async () => {
    const claimId = await submitted()
    const lines = [
      {
        lineNumber: 1,
        paid: 120_000,
        adjustments: [{ bucket: 'patient', amount: 40_000, said: { list: 'CARC', code: '2' } }],
      },
    ]
    await pay(claimId, { amount: 120_000, lines })
    expect(await get(claimId)).toMatchObject({
      closed: 'settled',
      balances: { paid: 120_000, patient: 40_000, open: 0 },
    })
  })
  it('said twice with one key is one payment', async () => {
    const claimId = await submitted()
    const body = { amount: 50_000, currency: 'PHP', paidOn: '2026-03-18' }
    const send = () =>
      api.call('POST', `/v1/claims/${claimId}/payments`, body, { headers: { 'idempotency-key': 'pay-1' } })
    expect([(await send()).status, (await send()).status]).toEqual([200, 200])
    expect((await get(claimId)).balances.paid).toBe(50_000)
  })
  it('without an Idempotency-Key is refused, and nothing is booked', async () => {
    const claimId = await submitted()
    const body = { amount: 50_000, currency: 'PHP', paidOn: '2026-03-18' }
    expect(await api.call('POST', `/v1/claims/${claimId}/payments`, body, { keyless: true })).toMatchObject({
      status: 400,
      body: { type: problem('idempotency-key-missing') },
    })
    expect((await get(claimId)).balances.paid).toBe(0)
    const said = [{ text: 'not covered' }]
    const heard = { channel: 'phone', saidBy: 'Ms. Santos', saidOn: '2026-03-20' }
    const status = { status: 'REJECTED', rejectedAt: 'adjudicated', said, ...heard }
    expect((await api.call('POST', `/v1/claims/${claimId}/status`, status, { keyless: true })).status).toBe(400)
  })
  it.each<[string, Record<string, unknown>]>([
    ['wrong-currency', { currency: 'USD' }],
    ['wrong-amount', { amount: -1 }],
    ['wrong-amount', { amount: 0 }],
    ['wrong-amount', { lines: [{ lineNumber: 1, paid: 159_999 }] }],
    ['unknown-line', { lines: [{ lineNumber: 4, paid: 160_000 }] }],
    ['wrong-date', { paidOn: '2026-05-01' }],
    ['invalid-request', { amount: 0.5 }],
    ['invalid-request', { amount: '160000' }],
    ['invalid-request', { currency: 'XXX' }],
  ])('refused: %s %j', async (type, body) => {
    const claimId = await submitted()
    expect((await pay(claimId, body)).body).toMatchObject({ type: problem(type), status: 422 })
    expect((await get(claimId)).balances).toMatchObject({ paid: 0, open: 160_000 })
  })
  it('of a draft is refused', async () => {
    expect((await pay(await draft())).body).toMatchObject({ type: problem('claim-is-a-draft') })
  })
})

describe('lists', () => {
  it('filter, and go on where a page ended', async () => {
    const ids = [await draft(['crown']), await submitted(['cleaning']), await draft(['filling'])]
    const all = (await api.call('GET', '/v1/claims')).body
    expect(all.claims.map((claim: { claimId: string }) => claim.claimId)).toEqual([...ids].reverse())
    expect(all.claims[0].patient).toMatchObject({ family: "O'Brien", given: 'Zöe' })
    const idsOf = async (query: string) =>
      (await api.call('GET', `/v1/claims?${query}`)).body.claims.map((claim: { claimId: string }) => claim.claimId)
    expect(await idsOf('status=SUBMITTED,IN_REVIEW')).toEqual([ids[1]])
    expect(await idsOf(`clinicId=${newId()}`)).toEqual([])
    expect(
      await idsOf(`patientId=${seeded.patientId}&providerId=harbor-health&attention=false&paymentStatus=UNPAID`),
    ).toHaveLength(3)
    expect(await idsOf(`number=${all.claims[0].claimNumber}`)).toEqual([ids[2]])
    expect(await idsOf('number=%25')).toEqual([])
    const first = (await api.call('GET', '/v1/claims?limit=2')).body
    expect(first.next).toBe(ids[1])
    expect(await idsOf(`limit=2&cursor=${first.next}`)).toEqual([ids[0]])
    expect(await api.call('GET', '/v1/claims?status=PAID')).toMatchObject({
      status: 422,
      body: { type: problem('invalid-request') },
    })
  })
})

describe('when Temporal is away', () => {
  it('B3, G3: a submit answers 503 and the draft stays', async () => {
    const claimId = await draft()
    api.workflows.mode = 'unavailable'
    const sent = await api.call('POST', `/v1/claims/${claimId}/submit`)
    expect(sent).toMatchObject({ status: 503, body: { type: problem('temporal-unavailable') } })
    expect(sent.headers.get('retry-after')).toBe('5')
    expect((await get(claimId)).status).toBe('DRAFT')
    api.workflows.mode = 'answered'
    expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
    const audited = await db.owner.selectFrom('audit_log').select(['action', 'actor']).execute()
    expect(audited.map(({ action }) => action)).toEqual(['claim.submit', 'claim.submit'])
    expect(audited[0]?.actor).toContain('billing key')
  })
  it('an act answers 503 and leaves nothing behind', async () => {
    const claimId = await submitted()
    api.workflows.mode = 'unavailable'
    expect((await sayStatus(claimId, { status: 'RECEIVED' })).status).toBe(503)
    expect((await api.call('POST', `/v1/claims/${claimId}/cancel`, { reason: 'r' })).status).toBe(503)
    expect(await db.owner.selectFrom('notices').select('id').execute()).toEqual([])
  })
  it('without a worker a submit and an act are accepted', async () => {
    const claimId = await draft()
    api.workflows.mode = 'pending'
    expect(await api.call('POST', `/v1/claims/${claimId}/submit`)).toMatchObject({
      status: 202,
      body: { status: 'SUBMITTING', submissionNumber: null },
    })
    const promised = db.owner
      .selectFrom('claims')
      .select(['submit_promised', 'submit_asked_at'])
      .where('id', '=', claimId)
    expect(await promised.executeTakeFirst()).toEqual({ submit_promised: true, submit_asked_at: expect.any(Date) })
    api.workflows.mode = 'answered'
    await api.workflows.submit({ organisationId: db.organisationId, claimId, providerId: 'harbor-health' })
    api.workflows.mode = 'pending'
    const said = await sayStatus(claimId, { status: 'RECEIVED' })
    expect(said).toMatchObject({ status: 202, body: { recorded: false, status: null } })
    expect(await db.owner.selectFrom('notices').select('id').where('recorded_at', 'is', null).execute()).toHaveLength(1)
  })
})

describe('refused', () => {
  it('a second submit, and every change after the first', async () => {
    const claimId = await submitted()
    const path = `/v1/claims/${claimId}`
    const refusals = [
      [await api.call('POST', `${path}/submit`), 'claim-already-submitted'],
      [await api.call('PATCH', path, { version: 1, note: 'late' }), 'claim-not-a-draft'],
      [await api.call('DELETE', path), 'claim-not-a-draft'],
      [await attach(claimId, png()), 'claim-not-a-draft'],
      [await api.call('GET', `${path}/check`), 'claim-not-a-draft'],
    ] as const
    for (const [answer, type] of refusals) {
      expect(answer).toMatchObject({ status: 409, body: { type: problem(type), status: 409 } })
    }
    expect(await db.owner.selectFrom('submissions').select('id').execute()).toHaveLength(1)
  })

  it.each<[number, string, (seed: Seeded) => Record<string, unknown>]>([
    [422, 'unknown-patient', () => ({ patientId: newId() })],
    [422, 'unknown-provider', () => ({ providerId: 'nobody' })],
    [422, 'no-connection', () => ({ providerId: 'summit-dental' })],
    [422, 'unknown-procedure', () => ({ lines: [{ procedureId: newId() }] })],
    [422, 'visit-not-completed', (seed) => ({ lines: [{ procedureId: seed.procedures.planned }] })],
    [422, 'wrong-currency', (seed) => ({ lines: [{ procedureId: seed.procedures.dollars }] })],
    [
      422,
      'wrong-currency',
      (seed) => ({
        lines: [{ procedureId: seed.procedures.crown, price: { amount: 1, currency: 'USD', reason: 'r' } }],
      }),
    ],
    [
      422,
      'wrong-amount',
      (seed) => ({
        lines: [{ procedureId: seed.procedures.crown, price: { amount: -1, currency: 'PHP', reason: 'r' } }],
      }),
    ],
    [
      422,
      'invalid-request',
      (seed) => ({
        lines: [{ procedureId: seed.procedures.crown, price: { amount: 1.5, currency: 'PHP', reason: 'r' } }],
      }),
    ],
    [
      422,
      'invalid-request',
      (seed) => ({ lines: [{ procedureId: seed.procedures.crown, price: { amount: 1, currency: 'PHP' } }] }),
    ],
    [422, 'invalid-request', () => ({ lines: [] })],
    [422, 'invalid-request', () => ({ colour: 'blue' })],
    [422, 'filing-limit-passed', (seed) => ({ lines: [{ procedureId: seed.procedures.old }] })],
  ])('a new claim: %i %s', async (status, type, change) => {
    const answer = await api.call('POST', '/v1/claims', { ...newClaim(['crown']), ...change(seeded) })
    expect(answer).toMatchObject({ status, body: { type: problem(type) } })
    expect(await db.owner.selectFrom('claims').select('id').execute()).toEqual([])
  })

  it('a procedure that is on another claim, unless somebody says why', async () => {
    const first = await draft(['crown'])
    const again = await api.call('POST', '/v1/claims', newClaim(['crown']))
    expect(again).toMatchObject({
      status: 409,
      body: { type: problem('procedure-already-claimed'), claims: [{ claimId: first }] },
    })
    await draft(['crown'], { overrideDuplicate: { reason: 'second surface' } })
  })

  it('an edit of a version that is gone (A5)', async () => {
    const claimId = await draft()
    for (const note of ['', ' \n\u00a0 '])
      expect(await api.call('PATCH', `/v1/claims/${claimId}`, { version: 1, note })).toMatchObject({
        status: 422,
        body: { type: problem('invalid-request') },
      })
    const changed = await api.call('PATCH', `/v1/claims/${claimId}`, { version: 1, note: ' a ' })
    expect(changed).toMatchObject({ status: 200, body: { version: 2, note: 'a' } })
    expect(await api.call('PATCH', `/v1/claims/${claimId}`, { version: 1, note: 'b' })).toMatchObject({
      status: 409,
      body: { type: problem('stale-version'), version: 2 },
    })
  })

  it('E7 a status that goes backwards, unless a person insists with a reason', async () => {
    const claimId = await submitted()
    await sayStatus(claimId, { status: 'IN_REVIEW' })
    const back = { status: 'RECEIVED' }
    expect(await sayStatus(claimId, back)).toMatchObject({
      status: 409,
      body: { type: problem('status-goes-backwards') },
    })
    expect(await sayStatus(claimId, { ...back, force: true })).toMatchObject({ status: 409 })
    expect(await sayStatus(claimId, { ...back, force: true, reason: 'they mixed up two claims' })).toMatchObject({
      status: 200,
      body: { status: 'RECEIVED', effect: 'applied' },
    })
  })

  it.each<[string, Record<string, unknown>]>([
    ['invalid-request', { status: 'RECEIVED', saidOn: '2026-03-21' }],
    ['invalid-request', { status: 'RECEIVED', saidOn: '2026-02-30' }],
    ['invalid-request', { status: 'CANCELLED' }],
    ['invalid-request', { status: 'RECEIVED', saidBy: '' }],
    ['status-changed', { status: 'RECEIVED', seenStatus: 'IN_REVIEW' }],
    ['unknown-line', { status: 'PARTIAL', lines: [{ lineNumber: 7, outcome: 'denied', payable: 0 }] }],
    ['wrong-amount', { status: 'APPROVED', lines: [{ lineNumber: 1, outcome: 'approved', payable: 159_999 }] }],
    ['wrong-amount', { status: 'APPROVED', lines: [{ lineNumber: 1, outcome: 'approved', payable: 160_001 }] }],
    ['wrong-amount', { status: 'PARTIAL', lines: [{ lineNumber: 1, outcome: 'reduced', payable: -1 }] }],
    ['wrong-amount', { status: 'APPROVED', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] }],
  ])('a status by hand: %s %j', async (type, body) => {
    const claimId = await submitted()
    expect((await sayStatus(claimId, body)).body).toMatchObject({ type: problem(type) })
    expect((await get(claimId)).status).toBe('SUBMITTED')
  })

  it('acts on a draft', async () => {
    const claimId = await draft()
    for (const answer of [
      await sayStatus(claimId, { status: 'RECEIVED' }),
      await api.call('POST', `/v1/claims/${claimId}/cancel`, { reason: 'r' }),
      await api.call('POST', `/v1/claims/${claimId}/lines/1/settlement`, { action: 'appeal' }),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { type: problem('claim-is-a-draft') } })
    }
  })

  it('a settlement of what is not denied, of no line, and without a reason', async () => {
    const claimId = await submitted()
    const settle = (line: number, body: unknown) =>
      api.call('POST', `/v1/claims/${claimId}/lines/${line}/settlement`, body)
    const off = { action: 'write_off', reason: 'r' }
    expect(await settle(1, off)).toMatchObject({ status: 409, body: { type: problem('nothing-to-settle') } })
    expect(await settle(9, off)).toMatchObject({ status: 422, body: { type: problem('unknown-line') } })
    expect(await settle(1, { action: 'write_off' })).toMatchObject({
      status: 422,
      body: { type: problem('invalid-request') },
    })
  })
})

describe('attachments', () => {
  it('A8 come back as they went in, as a download (A10)', async () => {
    const claimId = await draft(['crown'])
    const fileName = encodeURIComponent('../Röntgen "14".png')
    const made = await attach(
      claimId,
      png(),
      `kind=xray&tooth=14&capturedOn=2026-03-10&fileName=${fileName}`,
      'image/png',
    )
    expect(made).toMatchObject({ status: 201, body: { fileName: 'Röntgen 14.png', capturedOn: '2026-03-10' } })
    const path = `/v1/claims/${claimId}/attachments/${made.body.attachmentId}`
    const read = await api.call('GET', path)
    expect(read.status).toBe(200)
    expect(read.body).toEqual(png())
    expect(read.headers.get('content-type')).toBe('image/png')
    expect(read.headers.get('content-disposition')).toBe(
      `attachment; filename="R_ntgen 14.png"; filename*=UTF-8''R%C3%B6ntgen%2014.png`,
    )
    expect(read.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await attach(claimId, png())).toMatchObject({ status: 200, body: { attachmentId: made.body.attachmentId } })
    expect((await api.call('DELETE', path)).status).toBe(204)
    expect((await api.call('GET', path)).body).toMatchObject({ type: problem('attachment-not-found') })
  })

  it('A7 one whose upload breaks off is not there', async () => {
    const claimId = await draft(['crown'])
    const key = await api.key('billing')
    const whole = png()
    const cut = await new Promise<string>((resolve) => {
      const sending = request(`${api.base}/v1/claims/${claimId}/attachments?kind=xray`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'image/png',
          'idempotency-key': newId(),
          // What came is a whole file by itself: only the missing rest speaks against it.
          'content-length': whole.length + 100,
        },
      })
      sending.on('error', () => resolve('gone'))
      sending.on('response', ({ statusCode }) => resolve(`answered ${statusCode}`))
      sending.write(whole, () => sending.destroy())
    })
    expect(cut).toBe('gone')
    await expect.poll(() => api.logged()).toContain('/v1/claims/{claimId}/attachments')
    // Whatever the broken request still did would be done by one of these.
    for (let looks = 0; looks < 20; looks += 1) expect((await get(claimId)).attachments).toEqual([])
    expect(await attach(claimId, whole)).toMatchObject({ status: 201 })
  })

  it.each<[number, string, Buffer, string?]>([
    [422, 'wrong-file-type', Buffer.from('<html>')],
    [422, 'wrong-file-type', pdf('<< /S /JavaScript /JS (1) >>')],
    [422, 'wrong-file-type', jpeg(), 'image/png'],
    [415, 'unsupported-media-type', png(), 'text/html'],
    [
      413,
      'body-too-large',
      Buffer.concat([jpeg().subarray(0, -2), Buffer.alloc(5_000_000), Buffer.from('ffd9', 'hex')]),
    ],
    [413, 'body-too-large', Buffer.alloc(20_000_001)],
  ])('A8 refuses: %i %s', async (status, type, bytes, mediaType) => {
    const claimId = await draft(['crown'])
    const answer = await attach(claimId, bytes, 'kind=xray', mediaType)
    expect(answer).toMatchObject({ status, body: { type: problem(type) } })
    expect((await get(claimId)).attachments).toEqual([])
  })

  it.each(['kind=hat', 'kind=xray&tooth=33', 'kind=xray&capturedOn=2026-13-01', ''])(
    'refuses the query %j',
    async (query) => {
      const claimId = await draft(['crown'])
      expect(await attach(claimId, png(), query)).toMatchObject({
        status: 422,
        body: { type: problem('invalid-request') },
      })
    },
  )
})

describe('who may', () => {
  it('H1 another organisation sees nothing and changes nothing', async () => {
    const claimId = await submitted()
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    const key = await api.key('owner', other)
    const path = `/v1/claims/${claimId}`
    const decision = { status: 'RECEIVED', channel: 'phone', saidBy: 'x', saidOn: '2026-03-20' }
    const calls: [string, string, unknown?][] = [
      ['GET', path],
      ['GET', `${path}/timeline`],
      ['GET', `${path}/documents`],
      ['GET', `${path}/ledger`],
      ['GET', `${path}/check`],
      ['PATCH', path, { version: 1 }],
      ['DELETE', path],
      ['POST', `${path}/submit`],
      ['POST', `${path}/cancel`, { reason: 'r' }],
      ['POST', `${path}/status`, decision],
      ['POST', `${path}/resubmissions`, {}],
      ['POST', `${path}/lines/1/settlement`, { action: 'appeal' }],
    ]
    for (const [method, address, body] of calls) {
      expect(await api.call(method, address, body, { key }), `${method} ${address}`).toMatchObject({
        status: 404,
        body: { type: problem('claim-not-found') },
      })
    }
    expect((await api.call('GET', '/v1/claims', undefined, { key })).body).toEqual({ claims: [], next: null })
  })

  it('H2 reads with any role, writes with a billing one, documents with a person’s', async () => {
    const claimId = await submitted()
    const reader = await api.key('read_only')
    const app = await api.key('practice_app')
    expect((await api.call('GET', `/v1/claims/${claimId}`, undefined, { key: reader })).status).toBe(200)
    expect((await api.call('POST', '/v1/claims', newClaim(['crown']), { key: reader })).status).toBe(403)
    const document = `/v1/claims/${claimId}/documents/${newId()}`
    expect((await api.call('GET', document, undefined, { key: app })).status).toBe(403)
    expect((await api.call('GET', document)).body).toMatchObject({ type: problem('document-not-found') })
  })

  it('H8 logs no patient data', async () => {
    const claimId = await draft(['crown'])
    await attach(claimId, Buffer.from('x'), 'kind=xray&fileName=OBrien.png')
    await api.call('POST', `/v1/claims/${claimId}/submit`)
    await api.call('GET', `/v1/claims/${claimId}`)
    expect(api.logged()).toContain('claims')
    expect(api.logged()).not.toMatch(/Brien|Zöe|HH-PF-1|1990-05-01/)
  })
})

describe('documents', () => {
  it('what carried the claim out is listed, stands on the timeline and comes back byte for byte', async () => {
    const claimId = await submitted()
    const other = await submitted(['filling'])
    const { interchange_id } = await db.owner
      .selectFrom('submissions')
      .select('interchange_id')
      .where('claim_id', '=', claimId)
      .executeTakeFirstOrThrow()
    const body = Buffer.from('ISA*00*~')
    const documentId = newId()
    await db.owner
      .insertInto('documents')
      .values({
        organisation_id: db.organisationId,
        id: documentId,
        connection_id: seeded.connectionId,
        direction: 'out',
        interchange_id,
        channel: 'send',
        dedupe_key: 'k',
        head: JSON.stringify({ transport: 'sftp', name: 'claims_0001.x12' }),
        body,
        sha256: Buffer.alloc(32),
        received_at: '2026-03-20T09:00:01Z',
      })
      .execute()
    const path = `/v1/claims/${claimId}/documents`
    expect((await api.call('GET', path)).body.documents).toMatchObject([
      { documentId, direction: 'out', channel: 'send', name: 'claims_0001.x12', size: 8 },
    ])
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    expect(entries.map((entry: { kind: string }) => entry.kind)).toEqual(['event', 'document'])
    const read = await api.call('GET', `${path}/${documentId}`)
    expect(read.body).toEqual(body)
    expect(read.headers.get('content-disposition')).toContain('claims_0001.x12')
    expect((await api.call('GET', `/v1/claims/${other}/documents`)).body.documents).toEqual([])
    expect((await api.call('GET', `/v1/claims/${other}/documents/${documentId}`)).status).toBe(404)
  })
})

describe('said twice', () => {
  it('50 equal posts with one key make one draft and 50 equal answers', async () => {
    const headers = { 'idempotency-key': 'draft-1' }
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.call('POST', '/v1/claims', newClaim(['crown']), { headers })),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.body.claimId)).size).toBe(1)
    expect(await db.owner.selectFrom('claims').select('id').execute()).toHaveLength(1)
  })

  it('B3 a submit with one key answers the same, also after an outage; without it the second is refused', async () => {
    const claimId = await draft()
    const headers = { 'idempotency-key': 'submit-1' }
    const submit = () => api.call('POST', `/v1/claims/${claimId}/submit`, undefined, { headers })
    api.workflows.mode = 'unavailable'
    expect((await submit()).status).toBe(503)
    api.workflows.mode = 'answered'
    const first = await submit()
    expect(first).toMatchObject({ status: 200, body: { status: 'SUBMITTED' } })
    expect((await submit()).body).toEqual(first.body)
    expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).body).toMatchObject({
      type: problem('claim-already-submitted'),
      claimStatus: 'SUBMITTED',
    })
    expect(await db.owner.selectFrom('submissions').select('id').execute()).toHaveLength(1)
  })

  it('a status by hand with one key is one event', async () => {
    const claimId = await submitted()
    const body = { status: 'RECEIVED', channel: 'phone', saidBy: 'x', saidOn: '2026-03-20' }
    const headers = { 'idempotency-key': 'status-1' }
    const say = () => api.call('POST', `/v1/claims/${claimId}/status`, body, { headers })
    expect([await say(), await say()]).toMatchObject([{ body: { effect: 'applied' } }, { body: { effect: 'applied' } }])
    const events = await db.owner
      .selectFrom('claim_events')
      .select('type')
      .where('type', '=', 'status_by_hand')
      .execute()
    expect(events).toHaveLength(1)
  })
})
