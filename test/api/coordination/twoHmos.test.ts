import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Submission } from '../../../domain/claim.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { SECOND, seedSecondHmo } from '../../support/coordination/secondHmo.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

const FIRST = 'harbor-health'
const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let second: Awaited<ReturnType<typeof seedSecondHmo>>
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  second = await seedSecondHmo(db.owner, seeded)
  api = await startClaimsApi(db)
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

const post = (path: string, body?: unknown) => api.call('POST', path, body)
const get = async (path: string) => (await api.call('GET', path)).body
const wanted = (providerId: string, more: Record<string, unknown> = {}) => ({
  patientId: seeded.patientId,
  providerId,
  lines: [{ procedureId: seeded.procedures.cleaning }],
  ...more,
})
const draft = async (providerId: string, more: Record<string, unknown> = {}): Promise<string> => {
  const made = await post('/v1/claims', wanted(providerId, more))
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  return made.body.claimId
}
const submitted = async (providerId: string, more: Record<string, unknown> = {}): Promise<string> => {
  const claimId = await draft(providerId, more)
  const sent = await post(`/v1/claims/${claimId}/submit`)
  expect(sent.status, JSON.stringify(sent.body)).toBe(200)
  return claimId
}
const billable = async (providerId: string) => {
  const { procedures } = await get(`/v1/patients/${seeded.patientId}/billable-procedures?providerId=${providerId}`)
  return procedures.find(({ procedureId }: { procedureId: string }) => procedureId === seeded.procedures.cleaning)
}
const claimOf = (claimId: string) => get(`/v1/claims/${claimId}`)
const items = async (): Promise<{ kind: string; because: string; claimId: string | null }[]> =>
  (await get('/v1/attention-items?limit=100')).items
const said = (code: string) => ({ list: 'CARC', code })
type Bucket = [bucket: string, amount: number, code: string]
/** An itemised payment, as a remittance or a person who keys it states it. */
const pay = async (claimId: string, paid: number, adjustments: Bucket[]) => {
  const line = {
    lineNumber: 1,
    paid,
    adjustments: adjustments.map(([bucket, amount, code]) => ({ bucket, amount, said: said(code) })),
  }
  const money = { amount: paid, currency: 'PHP', paidOn: '2026-03-20', lines: [line] }
  const answer = await post(`/v1/claims/${claimId}/payments`, { ...money, reference: `CHK-${claimId}` })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
/** Claims that were decided before: another decision must be meant. */
const again = new Set<string>()
const decide = async (claimId: string, outcome: string, payable: number, adjustments: Bucket[]) => {
  const line = {
    lineNumber: 1,
    outcome,
    payable,
    adjustments: adjustments.map(([bucket, amount, code]) => ({ bucket, amount, said: said(code) })),
  }
  const contact = { channel: 'phone', saidBy: 'Ms. Santos', callNumber: 'REF-5', saidOn: '2026-03-20' }
  const status = outcome === 'approved' ? 'APPROVED' : outcome === 'denied' ? 'REJECTED' : 'PARTIAL'
  const answer = await post(`/v1/claims/${claimId}/status`, {
    status,
    ...contact,
    lines: [line],
    ...(again.has(claimId) ? { force: true, reason: 'they called again' } : {}),
  })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
const visitBalance = async () => {
  const { visit_id } = await db.owner
    .selectFrom('visit_procedures')
    .select('visit_id')
    .where('id', '=', seeded.procedures.cleaning)
    .executeTakeFirstOrThrow()
  return (await get(`/v1/visits/${visit_id}`)).balance
}
const frozen = async (claimId: string): Promise<Submission> => {
  const row = await db.owner
    .selectFrom('submissions')
    .select('frozen')
    .where('claim_id', '=', claimId)
    .executeTakeFirstOrThrow()
  return row.frozen as Submission
}
// The cleaning is claimed with 80,000 twice: 160,000.
const CHARGE = 160_000
const CUT: Bucket = ['contractual', 20_000, 'CO-45']
const COPAY: Bucket = ['patient', 40_000, 'PR-3']

describe('a patient with two HMOs', () => {
  it('K34 71x the second HMO waits for the first, with the reason in the list and in the refusal', async () => {
    expect((await billable(FIRST)).billable.kind).toBe('billable')
    expect(await billable(SECOND)).toMatchObject({
      billable: { kind: 'disabled', because: 'Harbor Health pays first, and nothing was claimed from it yet' },
      first: { providerId: FIRST, claimId: null, left: null },
    })
    expect(await post('/v1/claims', wanted(SECOND))).toMatchObject({
      status: 409,
      body: { type: 'https://claimhub.example/problems/other-hmo-first', providerId: FIRST },
    })
    const claimId = await submitted(FIRST)
    const { claimNumber } = await claimOf(claimId)
    expect(await billable(FIRST)).toBeUndefined()
    expect(await billable(SECOND)).toMatchObject({
      billable: { kind: 'disabled', because: `Harbor Health pays first and has not decided claim ${claimNumber} yet` },
      first: { claimId, claimNumber },
    })
    expect(await post('/v1/claims', wanted(SECOND))).toMatchObject({
      status: 409,
      body: { claims: [{ claimId, claimNumber }] },
    })
  })

  it('K34 71x the second claim is made from the first’s decision, line by line, with the same amount', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'approved', 100_000, [CUT, COPAY])
    expect(await billable(SECOND)).toMatchObject({
      amount: CHARGE,
      billable: { kind: 'billable' },
      first: { claimId: first, left: 40_000 },
    })
    expect((await items()).map(({ kind }) => kind)).toContain('second-hmo')
    const claimId = await submitted(SECOND)
    expect(await claimOf(claimId)).toMatchObject({
      total: CHARGE,
      firstClaim: { claimId: first, providerId: FIRST },
      balances: { charged: CHARGE, otherPayer: 120_000, open: 40_000 },
    })
    expect(await claimOf(first)).toMatchObject({ secondClaim: { claimId } })
    expect((await frozen(claimId)).enrolment.priority).toBe('secondary')
    expect((await frozen(claimId)).firstPayer).toEqual({
      providerId: FIRST,
      name: 'Harbor Health',
      payerId: FIRST,
      cover: { memberId: 'HH-PF-1', plan: 'gold', relationship: 'self', subscriber: expect.anything() },
      decision: {
        decidedOn: expect.stringMatching(/^2026-03-(19|20)$/),
        paid: 100_000,
        adjustments: [],
        lines: [
          {
            lineNumber: 1,
            charge: CHARGE,
            paid: 100_000,
            allowed: 140_000,
            left: 40_000,
            adjustments: [
              { bucket: 'contractual', group: 'CO', reason: '45', amount: 20_000 },
              { bucket: 'patient', group: 'PR', reason: '3', amount: 40_000 },
            ],
          },
        ],
      },
    })
    expect((await items()).map(({ kind }) => kind)).not.toContain('second-hmo')
  })

  it('K34 a person may claim before the first HMO has decided, with a reason that is audited', async () => {
    const claimId = await draft(SECOND, { overrideOrder: { reason: 'the first HMO went out of business' } })
    expect(await get(`/v1/claims/${claimId}/check`)).toEqual({ ready: true, problems: [], warnings: [] })
    await post(`/v1/claims/${claimId}/submit`)
    expect((await frozen(claimId)).firstPayer).toMatchObject({ providerId: FIRST, decision: null })
    const audited = await db.owner
      .selectFrom('audit_log')
      .selectAll()
      .where('action', '=', 'claim.override-order')
      .execute()
    expect(audited).toMatchObject([{ detail: { reason: 'the first HMO went out of business' } }])
  })

  it('K34 the check asks again when the claim is to leave: the first’s claim may have been taken back', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'approved', 100_000, [CUT, COPAY])
    const claimId = await draft(SECOND)
    await db.owner.updateTable('claims').set({ status: 'IN_REVIEW' }).where('id', '=', first).execute()
    const check = await get(`/v1/claims/${claimId}/check`)
    expect(check).toMatchObject({ ready: false, problems: [{ type: 'other-hmo-first', lineNumber: 1 }] })
    expect((await post(`/v1/claims/${claimId}/submit`)).status).toBe(422)
  })

  it('K34 nothing is claimed from the second when the first left nothing', async () => {
    const first = await submitted(FIRST)
    await pay(first, CHARGE, [])
    expect((await billable(SECOND)).billable).toMatchObject({ kind: 'disabled' })
    expect((await post('/v1/claims', wanted(SECOND))).body.type).toMatch(/nothing-left$/)
    expect((await items()).map(({ kind }) => kind)).not.toContain('second-hmo')
  })

  it('K34 what the first denied is claimed from the other, and waits for nobody on the first claim', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'denied', 0, [['denied', CHARGE, 'CO-96']])
    expect((await claimOf(first)).balances).toMatchObject({ denied: CHARGE })
    const claimId = await submitted(SECOND)
    expect(await claimOf(first)).toMatchObject({
      closed: 'settled',
      lines: [{ settlement: 'bill_other_payer' }],
      balances: { denied: 0, otherPayer: CHARGE, open: 0 },
    })
    await pay(claimId, 120_000, [['patient', 40_000, 'PR-2']])
    expect(await visitBalance()).toMatchObject({ paid: 120_000, patientOwes: 40_000, balance: 40_000, denied: 0 })
  })

  it('K34 a second claim that is cancelled gives the denied amount back to the first', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'denied', 0, [['denied', CHARGE, 'CO-96']])
    const claimId = await submitted(SECOND)
    expect((await post(`/v1/claims/${claimId}/cancel`, { reason: 'the enrolment was wrong' })).status).toBe(200)
    const { balances } = await claimOf(first)
    expect(balances).toMatchObject({ denied: CHARGE, otherPayer: 0 })
  })

  it('K34 a claim to the same HMO is a duplicate as before', async () => {
    await submitted(FIRST)
    expect((await post('/v1/claims', wanted(FIRST))).body.type).toMatch(/procedure-already-claimed$/)
  })

  it('K33 correcting the enrolments turns the order, and the first claim is then corrected from the other’s decision', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'approved', 0, [['other_payer', CHARGE, 'OA-22']])
    expect((await billable(SECOND)).first).toMatchObject({ claimId: first, left: CHARGE })
    await db.owner
      .updateTable('enrolments')
      .set({ priority: 'secondary' })
      .where('id', '=', seeded.enrolmentId)
      .execute()
    await db.owner.updateTable('enrolments').set({ priority: 'primary' }).where('id', '=', second.enrolmentId).execute()
    expect(await billable(SECOND)).toMatchObject({ billable: { kind: 'billable' }, first: null, amount: 120_000 })
    const turned = await submitted(SECOND, {
      lines: [
        { procedureId: seeded.procedures.cleaning, price: { amount: CHARGE, currency: 'PHP', reason: 'as first' } },
      ],
    })
    expect((await frozen(turned)).firstPayer).toBeUndefined()
    await pay(turned, 100_000, [CUT, COPAY])
    await db.owner
      .insertInto('claim_references')
      .values({
        organisation_id: db.organisationId,
        connection_id: seeded.connectionId,
        type: 'claim-number',
        value: 'HH-1',
        claim_id: first,
        learned_at: new Date(),
      })
      .execute()
    const made = await post(`/v1/claims/${first}/resubmissions`, {})
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const corrected = made.body.claimId
    expect((await post(`/v1/claims/${corrected}/submit`)).status).toBe(200)
    expect((await frozen(corrected)).firstPayer).toMatchObject({
      providerId: SECOND,
      decision: { paid: 100_000, lines: [{ left: 40_000 }] },
    })
  })

  it.each<[what: string, paid: number, adjustments: Bucket[]]>([
    [
      'says OA-23 for what the first took',
      30_000,
      [
        ['patient', 10_000, 'PR-2'],
        ['other_payer', 120_000, 'OA-23'],
      ],
    ],
    [
      'repeats the first’s contractual cut',
      30_000,
      [
        ['patient', 10_000, 'PR-2'],
        ['contractual', 20_000, 'CO-45'],
        ['other_payer', 100_000, 'OA-23'],
      ],
    ],
  ])('M7 the patient owes what both leave; the second %s', async (_what, paid, adjustments) => {
    await pay(await submitted(FIRST), 100_000, [CUT, COPAY])
    expect(await visitBalance()).toMatchObject({ balance: 40_000, patientOwes: 40_000 })
    const claimId = await submitted(SECOND)
    expect(await visitBalance()).toMatchObject({ balance: 40_000, patientOwes: 0 })
    await pay(claimId, paid, adjustments)
    expect(await claimOf(claimId)).toMatchObject({ status: 'APPROVED', paymentStatus: 'PAID', closed: 'settled' })
    expect(await visitBalance()).toMatchObject({
      fees: CHARGE,
      paid: 130_000,
      contractual: 20_000,
      balance: 10_000,
      patientShare: 10_000,
      patientOwes: 10_000,
    })
  })

  it('M7 a second HMO that decides only about the rest leaves nothing open', async () => {
    await pay(await submitted(FIRST), 100_000, [CUT, COPAY])
    const claimId = await submitted(SECOND)
    await decide(claimId, 'approved', 30_000, [['patient', 10_000, 'PR-2']])
    expect((await claimOf(claimId)).balances).toMatchObject({ open: 30_000, patient: 10_000, otherPayer: 120_000 })
    const money = { amount: 30_000, currency: 'PHP', paidOn: '2026-03-20', reference: 'CHK-2' }
    expect((await post(`/v1/claims/${claimId}/payments`, money)).status).toBe(200)
    expect(await claimOf(claimId)).toMatchObject({ paymentStatus: 'PAID', closed: 'settled' })
    expect(await visitBalance()).toMatchObject({ balance: 10_000, patientOwes: 10_000 })
  })

  it('K34 tells when the first HMO changes its decision after the second was asked', async () => {
    const first = await submitted(FIRST)
    await decide(first, 'approved', 100_000, [CUT, COPAY])
    await submitted(SECOND)
    again.add(first)
    await decide(first, 'approved', 140_000, [CUT])
    expect((await items()).map(({ kind }) => kind)).toContain('first-decision-changed')
  })

  it('K34 where both enrolments say primary, the HMO that was claimed from first is the first', async () => {
    await db.owner.updateTable('enrolments').set({ priority: 'primary' }).where('id', '=', second.enrolmentId).execute()
    expect((await billable(SECOND)).billable.kind).toBe('billable')
    const first = await submitted(FIRST)
    expect((await billable(SECOND)).billable.kind).toBe('disabled')
    await pay(first, 100_000, [CUT, COPAY])
    const claimId = await submitted(SECOND)
    expect((await frozen(claimId)).firstPayer).toMatchObject({ providerId: FIRST })
  })
})
