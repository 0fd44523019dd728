import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { balancesOf, postCharge, postDecision } from '../../../db/money/ledger.ts'
import { type PostedRemittance, postRemittance } from '../../../db/money/remittances.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let number = 0
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const problem = (type: string) => `https://claimhub.example/problems/${type}`
const newNumber = () => {
  number += 1
  return `CHK-${number}`
}

/** Submitted claims of two lines, 50.00 and 90.00. */
async function claims(count: number): Promise<SubmittedClaim[]> {
  const charges = [
    { charge: 5000, code: 'D0120' },
    { charge: 9000, code: 'D1110' },
  ]
  const made: SubmittedClaim[] = []
  // Each in an interchange of its own: neighbours would be woken, and here is no Temporal.
  for (let one = 0; one < count; one += 1) made.push(...(await seedSubmitted(db.owner, seeded, [{ lines: charges }])))
  const lines = charges.map(({ charge }, index) => ({ lineNumber: index + 1, charge }))
  for (const { claimId } of made) {
    const on = { organisationId: db.organisationId, claimId, currency: 'PHP', actor: 'test', now: NOW }
    await db.databases.within(db.organisationId, (tx) => postCharge(tx, { ...on, lines }))
  }
  return made
}

const pay = ({ claimId }: SubmittedClaim, body: Record<string, unknown> = {}, key = newId()) =>
  api.call(
    'POST',
    `/v1/claims/${claimId}/payments`,
    { amount: 14_000, currency: 'PHP', paidOn: '2026-03-18', ...body },
    { headers: { 'idempotency-key': key } },
  )
const refusedBeside = (remittanceId: string | undefined) => ({
  status: 409,
  body: { type: problem('payment-already-recorded'), remittanceId },
})
const balances = ({ claimId }: SubmittedClaim) =>
  db.databases.within(db.organisationId, (tx) => balancesOf(tx, db.organisationId, claimId))
const paymentsOf = async ({ claimId }: SubmittedClaim) =>
  (await api.call('GET', `/v1/remittances?claimId=${claimId}`)).body.remittances as {
    remittanceId: string
    state: string
    source: string
    supersededBy: string | null
  }[]
const get = async (remittanceId: string) => (await api.call('GET', `/v1/remittances/${remittanceId}`)).body
const act = (remittanceId: string, name: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/remittances/${remittanceId}/${name}`, body)
const items = async (remittanceId: string) =>
  db.owner
    .selectFrom('attention_items')
    .select(['kind', 'because'])
    .where('remittance_id', '=', remittanceId)
    .where('closed_at', 'is', null)
    .execute()

/** A remittance as the inbox takes it in. */
async function arrive(remittance: Remittance): Promise<PostedRemittance> {
  return db.databases.within(db.organisationId, async (tx) => {
    const document = await storeDocument(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      channel: 'push',
      dedupeKey: newId(),
      head: {},
      mediaType: null,
      body: Buffer.from('x'),
      now: NOW,
    })
    return postRemittance(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      documentId: document.documentId,
      sequence: 0,
      remittance,
      contentSha256: createHash('sha256').update(JSON.stringify(remittance)).digest(),
      now: NOW,
      mode: 'production',
    })
  })
}
const eob = ({ submissionNumber }: SubmittedClaim, over: Partial<RemittanceClaim> = {}) =>
  remittanceClaim({
    submissionNumber,
    lines: [
      remittanceLine({ controlNumber: '1', code: 'D0120', charged: 5000, paid: 5000 }),
      remittanceLine({ controlNumber: '2', code: 'D1110', charged: 9000, paid: 9000 }),
    ],
    ...over,
  })
const check = (parts: RemittanceClaim[], over: Partial<Remittance> = {}) =>
  balancedRemittance(parts, { traceNumber: newNumber(), paidOn: '2026-03-16', ...over })

async function booksBalance(): Promise<void> {
  const { rows } = await sql`
    select transaction_id from ledger_entries group by transaction_id having sum(amount) <> 0
    union all select remittance_id from ledger_entries
      where account in ('remitted', 'allocated', 'suspense', 'provider_adjustment') group by remittance_id having sum(amount) <> 0`.execute(
    db.owner,
  )
  expect(rows).toEqual([])
}

describe('a payment keyed twice is asked about before it is posted (M6)', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['the same number, amount and day', { reference: 'A-1' }, { reference: 'A-1' }],
    ['the same number written otherwise', { reference: 'A-2' }, { reference: ' a 2' }],
    [
      'the same number, another amount and day',
      { reference: 'A-3' },
      { reference: 'A-3', amount: 1, paidOn: '2026-03-12' },
    ],
    ['no number, the same amount and a nearby day', {}, { paidOn: '2026-03-13' }],
    ['a number only the second time', {}, { reference: 'A-4' }],
    ['a part, twice', { amount: 7000 }, { amount: 7000 }],
  ])('%s: 409 with the first one’s id; with a reason it is other money', async (_name, before, again) => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    expect((await pay(claim, before)).status).toBe(200)
    const [first] = await paymentsOf(claim)
    const paid = (await balances(claim)).paid
    const asked = await pay(claim, again)
    expect(asked).toMatchObject(refusedBeside(first?.remittanceId))
    expect(asked.body.detail).toMatch(/^\d+\.00 PHP of 2026-03-18 .* is recorded already \(keyed\)/)
    expect((await balances(claim)).paid).toBe(paid)
    const over = await pay(claim, { ...again, otherMoney: 'two checks of one amount, both on the statement' })
    expect(over).toMatchObject({ status: 200, body: { effect: 'applied' } })
    expect(await paymentsOf(claim)).toHaveLength(2)
  })

  it('one check keyed for three claims is one payment: no question, no alarm', async () => {
    const three = await claims(3)
    const reference = newNumber()
    const answers = []
    for (const claim of three) answers.push(await pay(claim, { reference }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    for (const claim of three) {
      expect(await balances(claim)).toMatchObject({ paid: 14_000, open: 0 })
      const [payment] = await paymentsOf(claim)
      expect(await items(payment?.remittanceId ?? '')).toEqual([])
    }
  })

  it.each<[string, (reference: string) => Record<string, unknown>]>([
    ['its number', (reference) => ({ reference })],
    ['claim, amount and nearby day, without a number', () => ({})],
  ])('what an electronic remittance has paid, by %s', async (_name, keyed) => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const remittance = check([eob(claim)])
    const posted = await arrive(remittance)
    const asked = await pay(claim, keyed(remittance.traceNumber))
    expect(asked).toMatchObject(refusedBeside(posted.remittanceId))
    expect(asked.body.detail).toContain('(stated by the provider)')
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
  })

  it('and another payment is none: other amount, other day, other claim', async () => {
    const [claim, other] = (await claims(2)) as [SubmittedClaim, SubmittedClaim]
    const statuses = [
      await pay(claim, { amount: 6000 }),
      await pay(claim, { amount: 5000 }),
      await pay(claim, { amount: 3000, paidOn: '2026-03-12' }),
      await pay(other, { amount: 6000 }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 200, 200])
  })
})

describe('two clerks at once', () => {
  it('50 payments with 50 keys and one number: one posts, 49 are asked, none fails', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const reference = newNumber()
    const answers = await Promise.all(Array.from({ length: 50 }, () => pay(claim, { reference })))
    const [posted] = await paymentsOf(claim)
    expect(answers.filter(({ status }) => status === 200)).toMatchObject([{ body: { effect: 'applied' } }])
    const asked = answers.filter(({ status }) => status !== 200)
    expect(asked).toHaveLength(49)
    for (const answer of asked) expect(answer).toMatchObject(refusedBeside(posted?.remittanceId))
    expect(await balances(claim)).toMatchObject({ paid: 14_000, open: 0 })
  })

  it('two payments of other amounts are both posted, and neither is called a repeat', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const answers = await Promise.all([pay(claim, { amount: 5000 }), pay(claim, { amount: 9000 })])
    expect(answers.map(({ status, body }) => [status, body.effect])).toEqual([
      [200, 'applied'],
      [200, 'applied'],
    ])
    expect(await balances(claim)).toMatchObject({ paid: 14_000, open: 0 })
  })

  it('one key is one payment with one answer', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const answers = await Promise.all(Array.from({ length: 5 }, () => pay(claim, {}, 'one-key')))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.effect}`))).toEqual(new Set(['200 applied']))
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
  })

  it('a payment that is committed is never answered as failed, though Temporal goes away then', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const { reachable } = api.workflows
    api.workflows.reachable = async () => true
    api.workflows.mode = 'unavailable'
    const answer = await pay(claim)
    api.workflows.mode = 'answered'
    api.workflows.reachable = reachable
    expect(answer).toMatchObject({ status: 202, body: { recorded: false } })
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
  })
})

describe('an electronic remittance of what was keyed is held, and nothing posts (M6)', () => {
  /** Keys payments, lets the remittance of the same money arrive, and answers what was keyed. */
  async function keyed(parts: [SubmittedClaim, Record<string, unknown>][]): Promise<string[]> {
    const ids: string[] = []
    for (const [claim, body] of parts) {
      expect((await pay(claim, body)).status).toBe(200)
      const [latest] = await paymentsOf(claim)
      ids.push(latest?.remittanceId ?? '')
    }
    return ids
  }

  it.each<[string, (trace: string) => Record<string, unknown>[]]>([
    ['its number', (reference) => [{ reference, paidOn: '2026-03-11' }]],
    ['its number on a part of it', (reference) => [{ reference, amount: 5000 }]],
    ['no number', () => [{}]],
    ['another number', () => [{ reference: 'DEPOSIT 9' }]],
    ['two parts without a number', () => [{ amount: 5000 }, { amount: 9000, paidOn: '2026-03-19' }]],
  ])('by %s', async (_name, bodies) => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const remittance = check([eob(claim)])
    const ids = await keyed(bodies(remittance.traceNumber).map((body) => [claim, body]))
    const paid = (await balances(claim)).paid
    const held = await arrive(remittance)
    expect(held).toMatchObject({ state: 'held', claims: [], held: { kind: 'keyed-before', beside: ids } })
    expect((await balances(claim)).paid).toBe(paid)
    const attention = db.owner.selectFrom('claims').select('attention').where('id', '=', claim.claimId)
    expect(await attention.executeTakeFirstOrThrow()).toEqual({ attention: true })
    expect(await items(held.remittanceId)).toMatchObject([
      { kind: 'remittance-keyed-before', because: expect.stringContaining('looks like money that was keyed by hand') },
    ])
    expect(await get(held.remittanceId)).toMatchObject({
      state: 'held',
      money: null,
      held: { kind: 'keyed-before', beside: ids },
      lines: [{ paid: 14_000, suspended: false }],
    })
  })

  it('a part of a claim, keyed and then stated, and a payment beside it that is none', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const part = eob(claim, { itemised: false, lines: [], charged: 14_000, paid: 6000 })
    const [first] = await keyed([[claim, { amount: 6000 }]])
    expect(await arrive(check([part]))).toMatchObject({ state: 'held', held: { beside: [first] } })
    const rest = eob(claim, { itemised: false, lines: [], charged: 14_000, paid: 8000 })
    expect(await arrive(check([rest]))).toMatchObject({ state: 'posted' })
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
  })

  it('the same money: the electronic split becomes the detail, and the ledger counts it once', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const remittance = check([
      eob(claim, {
        lines: [
          remittanceLine({ controlNumber: '1', code: 'D0120', charged: 5000, paid: 5000 }),
          remittanceLine({
            controlNumber: '2',
            code: 'D1110',
            charged: 9000,
            paid: 7000,
            adjustments: { patient: 2000 },
          }),
        ],
      }),
    ])
    const [first] = (await keyed([[claim, { amount: 12_000, reference: remittance.traceNumber }]])) as [string]
    const held = await arrive(remittance)
    expect(held.held?.differences).toContainEqual({
      where: `claim ${claim.submissionNumber}, line 2 (D1110)`,
      what: 'paid',
      before: null,
      now: '70.00 PHP',
    })
    api.workflows.woken = []
    const merged = await act(held.remittanceId, 'merge', { keep: 'this', reason: 'check CHK on the statement' })
    expect(merged).toMatchObject({ status: 200, body: { state: 'posted' } })
    expect(await balances(claim)).toMatchObject({ paid: 12_000, patient: 2000, open: 0, paymentStatus: 'PAID' })
    expect(await get(first)).toMatchObject({ state: 'superseded', supersededBy: held.remittanceId })
    expect(await get(held.remittanceId)).toMatchObject({ state: 'posted', held: null, money: { allocated: 12_000 } })
    expect(await items(held.remittanceId)).toEqual([])
    expect(api.workflows.woken).toEqual([claim.claimId])
    const timeline = await db.owner
      .selectFrom('notices')
      .select(['actor', 'act', 'event'])
      .where('remittance_id', '=', held.remittanceId)
      .orderBy('sequence')
      .execute()
    expect(timeline).toMatchObject([
      { act: { act: 'merge-remittance', reason: 'check CHK on the statement' }, event: { fact: { type: 'decided' } } },
      {
        event: {
          at: NOW.toISOString().replace('20T09:00', '18T23:59').replace('00.000', '59.999'),
          fact: { paid: 12_000 },
        },
      },
    ])
    // Both are shown in the claim's ledger, and the keyed one is taken back by entries of its own.
    const ledger = (await api.call('GET', `/v1/claims/${claim.claimId}/ledger`)).body.entries
    const paidEntries = ledger.filter((entry: { account: string }) => entry.account === 'paid')
    expect(paidEntries.map((entry: { amount: number; reason: string | null }) => [entry.amount, entry.reason])).toEqual(
      expect.arrayContaining([
        [12_000, null],
        [-12_000, 'check CHK on the statement'],
        [5000, 'check CHK on the statement'],
        [7000, 'check CHK on the statement'],
      ]),
    )
    await booksBalance()
    expect(await act(held.remittanceId, 'merge', { keep: 'this', reason: 'x' })).toMatchObject({
      body: { type: problem('remittance-not-held'), state: 'posted' },
    })
  })

  it('a decision keyed with the payment is gone with it: the earlier one comes back under the new', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const on = { organisationId: db.organisationId, claimId: claim.claimId, currency: 'PHP', actor: 'x', now: NOW }
    const cut = [{ bucket: 'contractual' as const, amount: 1000, said: {} }]
    await db.databases.within(db.organisationId, (tx) =>
      postDecision(tx, {
        ...on,
        lines: [{ lineNumber: 1, outcome: 'approved', payable: 4000, adjustments: cut }],
        idempotencyKey: newId(),
      }),
    )
    const remittance = check([eob(claim, { itemised: false, lines: [], charged: 14_000, paid: 4000 })])
    const adjustments = [{ bucket: 'denied', amount: 1000, said: { list: 'CARC', code: '50' } }]
    const lines = [{ lineNumber: 1, paid: 4000, adjustments }]
    await keyed([[claim, { amount: 4000, reference: remittance.traceNumber, lines }]])
    expect(await balances(claim)).toMatchObject({ contractual: 0, denied: 1000 })
    const held = await arrive(remittance)
    await act(held.remittanceId, 'merge', { keep: 'this', reason: 'the same' })
    expect(await balances(claim)).toMatchObject({ paid: 4000, contractual: 1000, denied: 0, open: 9000 })
    await booksBalance()
  })

  it('one check keyed for three claims is merged as one', async () => {
    const three = (await claims(3)) as [SubmittedClaim, SubmittedClaim, SubmittedClaim]
    const remittance = check(three.map((claim) => eob(claim)))
    const reference = remittance.traceNumber
    const ids = await keyed(three.slice(0, 2).map((claim) => [claim, { reference }]))
    const held = await arrive(remittance)
    expect(held).toMatchObject({ state: 'held', held: { beside: ids } })
    // Who keys the third part now is told that the remittance is there.
    expect(await pay(three[2], { reference })).toMatchObject(refusedBeside(held.remittanceId))
    await act(held.remittanceId, 'merge', { keep: 'this', reason: 'the same check' })
    for (const claim of three) expect(await balances(claim)).toMatchObject({ paid: 14_000, open: 0 })
    for (const id of ids) expect(await get(id)).toMatchObject({ state: 'superseded', supersededBy: held.remittanceId })
    await booksBalance()
  })

  it('the same money, and what was keyed is right: the remittance is laid aside', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const [first] = await keyed([[claim, {}]])
    const held = await arrive(check([eob(claim)]))
    const kept = await act(held.remittanceId, 'merge', { keep: 'recorded', reason: 'their split is wrong' })
    expect(kept).toMatchObject({ status: 200, body: { state: 'superseded' } })
    expect(await get(held.remittanceId)).toMatchObject({ state: 'superseded', supersededBy: first })
    expect(await get(first ?? '')).toMatchObject({ state: 'posted' })
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
    expect(await items(held.remittanceId)).toEqual([])
  })

  it('other money: posted beside, with the reason', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const [first] = await keyed([[claim, {}]])
    const held = await arrive(check([eob(claim)]))
    const posted = await act(held.remittanceId, 'other-money', { reason: 'two checks on the statement' })
    expect(posted).toMatchObject({ status: 200, body: { state: 'posted' } })
    expect(await balances(claim)).toMatchObject({ paid: 28_000, open: -14_000, paymentStatus: 'OVERPAID' })
    expect(await get(first ?? '')).toMatchObject({ state: 'posted' })
    expect(await items(held.remittanceId)).toEqual([])
    const audits = await db.owner
      .selectFrom('audit_log')
      .select(['action', 'detail'])
      .where('subject', '=', `remittance ${held.remittanceId}`)
      .execute()
    expect(audits).toEqual([
      { action: 'remittance.other-money', detail: { reason: 'two checks on the statement', beside: [first] } },
    ])
    await booksBalance()
  })

  it('what came to the bank for the keyed one came for the electronic one', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const [first] = (await keyed([[claim, {}]])) as [string]
    const receipt = { amount: 13_500, currency: 'PHP', receivedOn: '2026-03-19' }
    // What was taken back of the bank stays where it was.
    const wrong = await act(first, 'bank-receipt', { ...receipt, amount: 900 })
    const [{ receiptId }] = wrong.body.entries
    expect((await act(first, `bank-entries/${receiptId}/undo`, { reason: 'of another check' })).status).toBe(200)
    expect((await act(first, 'bank-receipt', receipt)).status).toBe(200)
    const held = await arrive(check([eob(claim)]))
    await act(held.remittanceId, 'merge', { keep: 'this', reason: 'the same' })
    expect(await get(held.remittanceId)).toMatchObject({ bank: { received: 13_500, open: 500 } })
    expect((await items(held.remittanceId)).map(({ kind }) => kind)).toEqual(['bank-difference'])
    expect(await items(first)).toEqual([])
    const { rows } = await sql<{ account: string; amount: number }>`
      select account, sum(amount)::bigint as amount from ledger_entries
      where remittance_id = ${first} group by account having sum(amount) <> 0`.execute(db.owner)
    expect(rows).toEqual([])
    await booksBalance()
  })
})

describe('money in suspense whose claim somebody keyed meanwhile (M6)', () => {
  it('is asked about before it is allocated, and other money with a reason', async () => {
    const [claim] = (await claims(1)) as [SubmittedClaim]
    const stranger = remittanceClaim({ submissionNumber: 'GARBLED', itemised: false, charged: 14_000, paid: 14_000 })
    const posted = await arrive(check([stranger]))
    await pay(claim)
    const [keyed] = await paymentsOf(claim)
    const allocate = (over: Record<string, unknown> = {}) =>
      api.call('POST', `/v1/suspense/${posted.remittanceId}/0/allocation`, {
        claimId: claim.claimId,
        reason: 'the patient’s name',
        ...over,
      })
    expect(await allocate()).toMatchObject(refusedBeside(keyed?.remittanceId))
    expect(await balances(claim)).toMatchObject({ paid: 14_000 })
    expect(await allocate({ otherMoney: 'two checks' })).toMatchObject({ status: 200 })
    expect(await balances(claim)).toMatchObject({ paid: 28_000 })
  })
})

describe('the same payment in another split (K1)', () => {
  const otherSplit = ({ submissionNumber }: SubmittedClaim) =>
    remittanceClaim({
      submissionNumber,
      lines: [
        remittanceLine({ controlNumber: '1', code: 'D0120', charged: 5000, paid: 5000 }),
        remittanceLine({ controlNumber: '2', code: 'D1110', charged: 9000, paid: 4000, adjustments: { denied: 5000 } }),
      ],
    })

  it.each(['this', 'recorded'] as const)('is one money, and `keep: %s` says which split counts', async (keep) => {
    const [one, two] = (await claims(2)) as [SubmittedClaim, SubmittedClaim]
    const first = check([eob(one), otherSplit(two)])
    const posted = await arrive(first)
    const held = await arrive({ ...first, claims: [otherSplit(one), eob(two)] })
    expect(held).toMatchObject({ state: 'held', held: { kind: 'other-body', beside: [posted.remittanceId] } })
    expect(await act(held.remittanceId, 'merge', { keep, reason: 'they called' })).toMatchObject({ status: 200 })
    const [isOne, isTwo] = [await balances(one), await balances(two)]
    const [whole, part] = keep === 'this' ? [isTwo, isOne] : [isOne, isTwo]
    expect(whole).toMatchObject({ paid: 14_000, denied: 0, open: 0 })
    expect(part).toMatchObject({ paid: 9000, denied: 5000, open: 0 })
    await booksBalance()
    // Nobody is asked once more about what was said: neither of the one nor of the other.
    const said = [{ text: 'once more' }]
    for (const [claims, of] of [
      [first.claims, posted.remittanceId],
      [[otherSplit(one), eob(two)], held.remittanceId],
    ] as const) {
      const again = await arrive({ ...first, claims: [...claims], said })
      expect(again.state).toBe('duplicate')
      expect(await get(again.remittanceId)).toMatchObject({ duplicateOf: of })
    }
  })

  it('tells also the claim that the right split no longer pays', async () => {
    const [one, two] = (await claims(2)) as [SubmittedClaim, SubmittedClaim]
    const first = check([eob(one)])
    await arrive(first)
    const held = await arrive({ ...first, claims: [eob(two)] })
    api.workflows.woken = []
    await act(held.remittanceId, 'merge', { keep: 'this', reason: 'paid for the other claim' })
    expect(await balances(one)).toMatchObject({ paid: 0, open: 14_000 })
    expect(await balances(two)).toMatchObject({ paid: 14_000, open: 0 })
    expect([...api.workflows.woken].sort()).toEqual([one.claimId, two.claimId].sort())
    const told = await db.owner
      .selectFrom('notices')
      .select('event')
      .where('remittance_id', '=', held.remittanceId)
      .where('claim_id', '=', one.claimId)
      .execute()
    expect(told).toMatchObject([{ event: { fact: { type: 'money_posted', payment: 'UNPAID', paid: 0 } } }])
  })
})
