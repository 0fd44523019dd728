import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { balancesOf, postCharge, postDecision, postSettlement, postWithdrawal } from '../../../db/money/ledger.ts'
import { post } from '../../../db/money/ledgerPost.ts'
import { recordManualPayment } from '../../../db/money/payments.ts'
import { statement } from '../../../db/money/readStatement.ts'
import { move } from '../../../domain/money/ledger.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { seedSubmitted } from '../../support/moneySeed.ts'

let database: TestDatabase
let seeded: Seeded

beforeAll(async () => {
  database = await testDatabase()
  seeded = await seedClaims(database.owner, database.organisationId)
})
afterAll(() => database.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => database.databases.within(database.organisationId, work)

/** A charged claim of two lines, 100 and 200. */
async function charged() {
  const [claim] = await seedSubmitted(database.owner, seeded, [{ lines: [{ charge: 100 }, { charge: 200 }] }])
  if (claim === undefined) throw new Error('no claim')
  const { claimId } = claim
  const on = { organisationId: database.organisationId, claimId, currency: 'PHP', actor: 'test', now: NOW }
  const charge = () =>
    within((tx) =>
      postCharge(tx, {
        ...on,
        lines: [
          { lineNumber: 1, charge: 100 },
          { lineNumber: 2, charge: 200 },
        ],
      }),
    )
  await charge()
  return {
    claimId,
    on,
    charge,
    balances: () => within((tx) => balancesOf(tx, database.organisationId, claimId)),
    decide: (lines: LineDecision[], key = newId(), now = NOW, receivedAs = newId()) =>
      within((tx) => postDecision(tx, { ...on, lines, receivedAs, idempotencyKey: `decision:${key}`, now })),
    settle: (lineNumber: number, action: 'bill_patient' | 'write_off', rejected = false) =>
      within((tx) =>
        postSettlement(tx, { ...on, lineNumber, action, rejected, reason: 'small', idempotencyKey: newId() }),
      ),
  }
}

const denied: LineDecision = {
  lineNumber: 2,
  outcome: 'denied',
  payable: 0,
  adjustments: [{ bucket: 'denied', amount: 200, said: {} }],
}
const approved: LineDecision = {
  lineNumber: 1,
  outcome: 'approved',
  payable: 85,
  adjustments: [{ bucket: 'contractual', amount: 15, said: {} }],
}

describe('the ledger of a claim', () => {
  it('is charged once, however often it is asked', async () => {
    const claim = await charged()
    await claim.charge()
    expect(await claim.balances()).toMatchObject({ charged: 300, open: 300, paymentStatus: 'UNPAID' })
  })

  it('takes a decision once per key, and moves nothing for the same decision under another', async () => {
    const claim = await charged()
    await claim.decide([approved, denied], 'a')
    await claim.decide([{ ...denied, adjustments: [] }], 'a')
    await claim.decide([approved, denied], 'b')
    expect(await claim.balances()).toMatchObject({ open: 85, contractual: 15, denied: 200 })
    const entries = await within((tx) => statement(tx, database.organisationId, claim.claimId))
    expect(entries.map(({ kind, account, lineNumber, amount }) => [kind, account, lineNumber, amount])).toEqual([
      ['charge', 'charged', 1, -100],
      ['charge', 'open', 1, 100],
      ['charge', 'charged', 2, -200],
      ['charge', 'open', 2, 200],
      ['decision', 'open', 1, -15],
      ['decision', 'contractual', 1, 15],
      ['decision', 'open', 2, -200],
      ['decision', 'denied', 2, 200],
    ])
  })

  it('takes the word for the whole claim', async () => {
    const claim = await charged()
    await within((tx) => postDecision(tx, { ...claim.on, lines: [], outcome: 'denied', idempotencyKey: newId() }))
    expect(await claim.balances()).toMatchObject({ open: 0, denied: 300 })
  })

  it('settles what was denied, with the reason on the statement, and no more than that', async () => {
    const claim = await charged()
    await claim.decide([approved, denied])
    expect(await claim.settle(1, 'write_off')).toBeNull()
    expect(await claim.settle(2, 'bill_patient')).toBe(200)
    expect(await claim.settle(2, 'write_off')).toBeNull()
    expect(await claim.balances()).toMatchObject({ denied: 0, patient: 200, open: 85 })
    const entries = await within((tx) => statement(tx, database.organisationId, claim.claimId))
    expect(entries.at(-1)).toMatchObject({ kind: 'settlement', account: 'patient', amount: 200, reason: 'small' })
  })

  it('settles what is open of a claim that was rejected as a whole', async () => {
    const claim = await charged()
    expect(await claim.settle(2, 'write_off', true)).toBe(200)
    expect(await claim.balances()).toMatchObject({ open: 100, writeOff: 200 })
  })

  it('E8 M4: of one line the later word counts, by its day, then by receipt; the other lines are decided', async () => {
    const claim = await charged()
    const received = newId()
    const lines = [{ lineNumber: 1, paid: 80, adjustments: [{ bucket: 'patient' as const, amount: 20, said: {} }] }]
    const payment = { ...claim.on, amount: 80, paidOn: '2026-03-15', lines, idempotencyKey: newId() }
    expect(await within((tx) => recordManualPayment(tx, payment))).toMatchObject({ kind: 'recorded' })
    const paid = { open: 200, paid: 80, patient: 20, contractual: 0 }
    await claim.decide([approved], 'older', new Date('2026-03-14T23:00:00Z'))
    await claim.decide([approved], 'received before', new Date('2026-03-15T23:00:00Z'), received)
    expect(await claim.balances()).toMatchObject(paid)
    await claim.decide([denied], 'of the other line, older', new Date('2026-03-14T23:00:00Z'))
    expect(await claim.balances()).toMatchObject({ ...paid, open: 0, denied: 200 })
    await claim.decide([approved], 'newer', new Date('2026-03-16T01:00:00Z'))
    expect(await claim.balances()).toMatchObject({ open: 5, paid: 80, patient: 0, contractual: 15, denied: 200 })
  })

  it('loses its charge, decisions and settlements when it is withdrawn, once, and hears no decision after that', async () => {
    const claim = await charged()
    await claim.decide([approved, denied])
    await claim.settle(2, 'write_off')
    for (const _ of [1, 2]) await within((tx) => postWithdrawal(tx, { ...claim.on, reason: 'cancelled' }))
    await claim.decide([denied])
    const zeros = { charged: 0, open: 0, paid: 0, contractual: 0, denied: 0, writeOff: 0, patient: 0 }
    expect(await claim.balances()).toMatchObject(zeros)
  })

  it('keeps money that came for a withdrawn claim, as too much', async () => {
    const claim = await charged()
    await within((tx) => postWithdrawal(tx, { ...claim.on, reason: 'replaced' }))
    const payment = { ...claim.on, amount: 50, paidOn: '2026-03-15', idempotencyKey: newId() }
    await within((tx) => recordManualPayment(tx, payment))
    expect(await claim.balances()).toMatchObject({ open: -50, paid: 50, paymentStatus: 'OVERPAID' })
  })

  it("is nobody else's to read", async () => {
    const claim = await charged()
    const stranger = newId()
    const balances = await database.databases.within(stranger, (tx) => balancesOf(tx, stranger, claim.claimId))
    expect(balances).toMatchObject({ charged: 0, open: 0 })
    const named = await database.databases.within(stranger, (tx) =>
      statement(tx, database.organisationId, claim.claimId),
    )
    expect(named).toEqual([])
  })
})

describe('a ledger transaction', () => {
  it('that is off by one is refused here and by the database', async () => {
    const claim = await charged()
    const [from, to] = move({ claimId: claim.claimId, lineNumber: 1 }, 'open', 'paid', 10)
    const posting = { ...claim.on, kind: 'payment' as const, idempotencyKey: newId() }
    await expect(within((tx) => post(tx, posting, [from, { ...to, amount: 11 }]))).rejects.toThrow('off by 1')
    const byHand = within(async (tx) => {
      await post(tx, posting, [from, to])
      await sql`
        insert into ledger_entries (organisation_id, transaction_id, sequence, claim_id, account, amount)
        select organisation_id, id, 99, ${claim.claimId}, 'paid', 1 from ledger_transactions
        where idempotency_key = ${posting.idempotencyKey}`.execute(tx)
    })
    await expect(byHand).rejects.toThrow('does not balance')
    expect(await claim.balances()).toMatchObject({ paid: 0, open: 300 })
  })

  it('is never joined later, changed or deleted', async () => {
    const claim = await charged()
    const join = within((tx) =>
      sql`
        insert into ledger_entries (organisation_id, transaction_id, sequence, account, amount)
        select organisation_id, id, 50, 'paid', 0 from ledger_transactions where claim_id = ${claim.claimId}`.execute(
        tx,
      ),
    )
    await expect(join).rejects.toThrow('written together')
    const update = within((tx) => sql`update ledger_entries set amount = 0`.execute(tx))
    await expect(update).rejects.toThrow('permission denied')
    const remove = within((tx) => sql`delete from ledger_transactions`.execute(tx))
    await expect(remove).rejects.toThrow('permission denied')
  })
})
