import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { balancesOf, postCharge } from '../../../db/money/ledger.ts'
import { type ManualPayment, recordManualPayment } from '../../../db/money/payments.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type ClaimWish, type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'

let database: TestDatabase
let seeded: Seeded
let testConnectionId: string

beforeAll(async () => {
  database = await testDatabase()
  seeded = await seedClaims(database.owner, database.organisationId)
  testConnectionId = newId()
  await database.owner
    .insertInto('connections')
    .values({
      organisation_id: database.organisationId,
      id: testConnectionId,
      provider_id: 'harbor-health',
      mode: 'test',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
})
afterAll(() => database.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => database.databases.within(database.organisationId, work)

/** A charged claim of two lines, 100 and 200. */
async function charged(wish: Partial<ClaimWish> = {}): Promise<SubmittedClaim> {
  const charges = [{ charge: 100 }, { charge: 200 }]
  const [claim] = await seedSubmitted(database.owner, seeded, [{ lines: charges, ...wish }])
  if (claim === undefined) throw new Error('no claim')
  const on = { organisationId: database.organisationId, claimId: claim.claimId, currency: 'PHP', actor: 'x', now: NOW }
  const lines = charges.map(({ charge }, index) => ({ lineNumber: index + 1, charge }))
  await within((tx) => postCharge(tx, { ...on, lines }))
  return claim
}

const pay = (claim: SubmittedClaim, over: Partial<ManualPayment> = {}) =>
  within((tx) =>
    recordManualPayment(tx, {
      organisationId: database.organisationId,
      claimId: claim.claimId,
      amount: 300,
      currency: 'PHP',
      paidOn: '2026-03-18',
      actor: 'Ana',
      idempotencyKey: newId(),
      now: NOW,
      ...over,
    }),
  )
const balances = ({ claimId }: SubmittedClaim) => within((tx) => balancesOf(tx, database.organisationId, claimId))
const said = (bucket: 'denied' | 'contractual', amount: number) => [{ bucket, amount, said: {} }]

describe('a payment by hand', () => {
  it('of a line that was paid before, as other money, stands on it with its own reasons, and not in suspense', async () => {
    const claim = await charged()
    const of = (paid: number, cut: number) => [{ lineNumber: 2, paid, adjustments: said('contractual', cut) }]
    await pay(claim, { amount: 100, lines: of(100, 40), otherMoney: 'the first check' })
    const second = await pay(claim, { amount: 50, lines: of(50, 30), otherMoney: 'the second check' })
    expect(second).toMatchObject({ kind: 'recorded', noticeIds: [expect.any(String), expect.any(String)] })
    expect(await balances(claim)).toMatchObject({ paid: 150, contractual: 30 })
  })

  it('in full pays the claim and tells it, with who keyed it', async () => {
    const claim = await charged()
    const recorded = await pay(claim, { reference: 'CHK-1', reason: 'bank statement' })
    if (recorded.kind !== 'recorded') throw new Error(recorded.detail)
    expect(await balances(claim)).toMatchObject({ open: 0, paid: 300, paymentStatus: 'PAID' })
    const notices = await database.owner
      .selectFrom('notices')
      .select(['id', 'source', 'actor', 'act', 'event', 'document_id', 'recorded_at'])
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(notices).toMatchObject([
      {
        id: recorded.noticeIds[0],
        source: 'person',
        actor: 'Ana',
        act: { act: 'payment', amount: 300, reference: 'CHK-1', reason: 'bank statement' },
        event: { fact: { type: 'money_posted', payment: 'PAID', paid: 300 }, at: '2026-03-18T23:59:59.999Z' },
        document_id: null,
        recorded_at: null,
      },
    ])
    const remittance = await database.owner
      .selectFrom('remittances')
      .selectAll()
      .where('id', '=', recorded.remittanceId)
      .executeTakeFirstOrThrow()
    expect(remittance).toMatchObject({ source: 'manual', state: 'posted', trace_number: 'CHK-1', amount: 300 })
    const { rows } = await sql<{ account: string; amount: number }>`
      select account, amount from ledger_entries where remittance_id = ${recorded.remittanceId}
      order by account`.execute(database.owner)
    expect(rows).toEqual([
      { account: 'allocated', amount: 300 },
      { account: 'open', amount: -300 },
      { account: 'paid', amount: 300 },
      { account: 'remitted', amount: -300 },
    ])
  })

  it('in part, in a second part of the same amount and day, and too much are all booked', async () => {
    const claim = await charged()
    await pay(claim, { amount: 150 })
    expect(await balances(claim)).toMatchObject({ open: 150, paymentStatus: 'PART_PAID' })
    await pay(claim, { amount: 150, otherMoney: 'the second half' })
    expect(await balances(claim)).toMatchObject({ open: 0, paymentStatus: 'PAID' })
    await pay(claim, { amount: 1 })
    expect(await balances(claim)).toMatchObject({ open: -1, paymentStatus: 'OVERPAID' })
  })

  it('with the same key is booked once, also at the same moment', async () => {
    const claim = await charged()
    const answers = await Promise.all([1, 2, 3].map(() => pay(claim, { amount: 100, idempotencyKey: 'once' })))
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(await balances(claim)).toMatchObject({ paid: 100 })
  })

  it('keyed line by line from a paper EOB decides the lines', async () => {
    const claim = await charged()
    const lines = [
      { lineNumber: 1, paid: 90, adjustments: said('contractual', 10) },
      { lineNumber: 2, paid: 0, adjustments: said('denied', 200) },
    ]
    const recorded = await pay(claim, { amount: 90, lines })
    expect(recorded).toMatchObject({ kind: 'recorded', noticeIds: [expect.any(String), expect.any(String)] })
    expect(await balances(claim)).toMatchObject({ paid: 90, contractual: 10, denied: 200, open: 0 })
    const kept = await database.owner
      .selectFrom('remittance_lines')
      .select(['charged', 'paid', 'detail'])
      .where('claim_id', '=', claim.claimId)
      .executeTakeFirstOrThrow()
    // What a line explains is its charge: paid 90 and 10 taken off, 0 paid and 200 denied.
    expect(kept).toMatchObject({ charged: 300, paid: 90, detail: { lines: [{ charged: 100 }, { charged: 200 }] } })
    const events = await database.owner
      .selectFrom('notices')
      .select('event')
      .where('claim_id', '=', claim.claimId)
      .orderBy('sequence')
      .execute()
    expect(events.map(({ event }) => event.fact)).toMatchObject([
      { type: 'decided', posted: true, lines: [{ outcome: 'approved', payable: 90 }, { outcome: 'denied' }] },
      { type: 'money_posted', payment: 'PART_PAID', deniedAmount: 200 },
    ])
  })

  it('by line without reasons only pays the lines', async () => {
    const claim = await charged()
    const recorded = await pay(claim, { amount: 60, lines: [{ lineNumber: 2, paid: 60, adjustments: [] }] })
    expect(recorded).toMatchObject({ noticeIds: [expect.any(String)] })
    expect(await balances(claim)).toMatchObject({ paid: 60, open: 240 })
  })

  it('is refused in amounts as people write them, with the currency', async () => {
    const claim = await charged({})
    const short = await pay(claim, {
      lines: [
        { lineNumber: 1, paid: 99, adjustments: [] },
        { lineNumber: 2, paid: 200, adjustments: [] },
      ],
    })
    expect(short).toMatchObject({ detail: 'the lines add up to 2.99 PHP, the payment is 3.00 PHP' })
  })

  it.each<[string, Partial<ClaimWish>, Partial<ManualPayment>, string]>([
    ['nothing', {}, { amount: 0 }, 'wrong-amount'],
    ['less than nothing', {}, { amount: -5 }, 'wrong-amount'],
    ['a part of a cent', {}, { amount: 10.5 }, 'wrong-amount'],
    ['more than a number holds', {}, { amount: 2 ** 53 }, 'wrong-amount'],
    ['another currency', {}, { currency: 'USD' }, 'wrong-currency'],
    ['a day to come', {}, { paidOn: '2026-03-22' }, 'wrong-date'],
    ['a draft', { status: 'DRAFT' }, {}, 'claim-is-a-draft'],
    ['another claim than there is', {}, { claimId: newId() }, 'claim-not-found'],
    ['a line that is not there', {}, { lines: [{ lineNumber: 3, paid: 300, adjustments: [] }] }, 'unknown-line'],
    ['lines that add up to less', {}, { lines: [{ lineNumber: 1, paid: 299, adjustments: [] }] }, 'wrong-amount'],
    [
      'a line twice',
      {},
      {
        lines: [
          { lineNumber: 1, paid: 100, adjustments: [] },
          { lineNumber: 1, paid: 200, adjustments: [] },
        ],
      },
      'wrong-amount',
    ],
    [
      'an adjustment below zero',
      {},
      { lines: [{ lineNumber: 1, paid: 300, adjustments: said('denied', -1) }] },
      'wrong-amount',
    ],
  ])('of %s is refused and leaves no trace', async (_name, wish, over, type) => {
    const claim = await charged(wish)
    expect(await pay(claim, over)).toMatchObject({ kind: 'refused', type })
    expect(await balances(claim)).toMatchObject({ paid: 0, open: 300 })
    const notices = await database.owner
      .selectFrom('notices')
      .select('id')
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(notices).toEqual([])
  })

  it('on a test connection is refused: it takes no money', async () => {
    const claim = await charged({ connectionId: testConnectionId })
    expect(await pay(claim)).toMatchObject({ kind: 'refused', type: 'test-mode' })
  })

  it("on another organisation's claim is refused like one that is not there", async () => {
    const claim = await charged()
    const stranger = newId()
    const refused = await database.databases.within(stranger, (tx) =>
      recordManualPayment(tx, {
        organisationId: stranger,
        claimId: claim.claimId,
        amount: 1,
        currency: 'PHP',
        paidOn: '2026-03-18',
        actor: 'Eve',
        idempotencyKey: 'x',
        now: NOW,
      }),
    )
    expect(refused).toMatchObject({ kind: 'refused', type: 'claim-not-found' })
  })
})
