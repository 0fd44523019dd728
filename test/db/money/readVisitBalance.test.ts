import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { postCharge, postDecision, postSettlement } from '../../../db/money/ledger.ts'
import { recordManualPayment } from '../../../db/money/payments.ts'
import { visitBalance } from '../../../db/money/readVisitBalance.ts'
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
const balanceOf = (visitId: string) => within((tx) => visitBalance(tx, database.organisationId, visitId))

async function visitOf(procedureId: string): Promise<string> {
  const row = await database.owner
    .selectFrom('visit_procedures')
    .select('visit_id')
    .where('id', '=', procedureId)
    .executeTakeFirstOrThrow()
  return row.visit_id
}

describe('the balance of a visit', () => {
  it('falls as the HMO decides and pays, and bills the patient only what was billed to the patient', async () => {
    const { cleaning, crown } = seeded.procedures
    const [visitId, otherVisitId] = [await visitOf(cleaning), await visitOf(crown)]
    await database.owner.updateTable('visits').set({ receipts: 100 }).where('id', '=', visitId).execute()
    expect(await balanceOf(visitId)).toMatchObject({
      fees: 1_500_000,
      receipts: 100,
      balance: 1_499_900,
      currency: 'PHP',
    })
    const [claim] = await seedSubmitted(database.owner, seeded, [
      {
        lines: [
          { charge: 80_000, procedure: { id: cleaning, visitId } },
          { charge: 120_000, procedure: { id: crown, visitId: otherVisitId } },
        ],
      },
    ])
    if (claim === undefined) throw new Error('no claim')
    const { claimId } = claim
    const on = { organisationId: database.organisationId, claimId, currency: 'PHP', actor: 'x', now: NOW }
    const charges = [
      { lineNumber: 1, charge: 80_000 },
      { lineNumber: 2, charge: 120_000 },
    ]
    await within((tx) => postCharge(tx, { ...on, lines: charges }))
    expect(await balanceOf(visitId)).toMatchObject({ fees: 80_000, balance: 79_900, patientOwes: 0 })
    const adjustments = [
      { bucket: 'contractual' as const, amount: 10_000, said: {} },
      { bucket: 'denied' as const, amount: 20_000, said: {} },
    ]
    const lines = [
      { lineNumber: 1, outcome: 'reduced' as const, payable: 50_000, adjustments },
      { lineNumber: 2, outcome: 'approved' as const, payable: 120_000, adjustments: [] },
    ]
    await within((tx) => postDecision(tx, { ...on, lines, idempotencyKey: newId() }))
    await database.owner.updateTable('claims').set({ status: 'PARTIAL' }).where('id', '=', claimId).execute()
    await within((tx) =>
      recordManualPayment(tx, { ...on, amount: 170_000, paidOn: '2026-03-18', idempotencyKey: newId() }),
    )
    expect(await balanceOf(visitId)).toMatchObject({
      paid: 50_000,
      contractual: 10_000,
      denied: 20_000,
      balance: 19_900,
    })
    expect(await balanceOf(otherVisitId)).toMatchObject({ fees: 120_000, paid: 120_000, balance: 0 })
    await within((tx) =>
      postSettlement(tx, { ...on, lineNumber: 1, action: 'bill_patient', rejected: false, idempotencyKey: newId() }),
    )
    expect(await balanceOf(visitId)).toMatchObject({ patientShare: 20_000, patientOwes: 19_900, balance: 19_900 })
    await database.owner.updateTable('claims').set({ status: 'CANCELLED' }).where('id', '=', claimId).execute()
    expect(await balanceOf(visitId)).toMatchObject({
      fees: 1_500_000,
      paid: 50_000,
      patientOwes: 0,
      balance: 1_449_900,
    })
  })

  it('never adds up two currencies', async () => {
    const { dollars } = seeded.procedures
    const visitId = await visitOf(dollars)
    const [claim] = await seedSubmitted(database.owner, seeded, [
      { lines: [{ charge: 500, procedure: { id: dollars, visitId } }] },
    ])
    expect(await balanceOf(visitId)).toMatchObject({
      currency: 'USD',
      fees: 1_500_000,
      otherCurrencyClaimIds: [claim?.claimId],
    })
  })

  it('is null for a visit that the organisation does not have', async () => {
    expect(await balanceOf(newId())).toBeNull()
    const visitId = await visitOf(seeded.procedures.old)
    const stranger = newId()
    expect(await database.databases.within(stranger, (tx) => visitBalance(tx, stranger, visitId))).toBeNull()
  })
})
