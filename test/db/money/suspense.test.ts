import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { balancesOf, postCharge, postDecision } from '../../../db/money/ledger.ts'
import { postRemittance } from '../../../db/money/remittances.ts'
import { allocateSuspense, openSuspense } from '../../../db/money/suspense.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type ClaimWish, type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

let database: TestDatabase
let seeded: Seeded

beforeAll(async () => {
  database = await testDatabase()
  seeded = await seedClaims(database.owner, database.organisationId)
})
afterAll(() => database.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => database.databases.within(database.organisationId, work)

async function charged(wish: Partial<ClaimWish> = {}): Promise<SubmittedClaim> {
  const [claim] = await seedSubmitted(database.owner, seeded, [{ lines: [{ charge: 100 }], ...wish }])
  if (claim === undefined) throw new Error('no claim')
  await within((tx) => postCharge(tx, { ...on(claim), lines: [{ lineNumber: 1, charge: 100 }] }))
  return claim
}

const on = ({ claimId }: SubmittedClaim) => ({
  organisationId: database.organisationId,
  claimId,
  currency: 'PHP',
  actor: 'x',
  now: NOW,
})

/** A remittance of one claim that matches nothing; answers its id. */
async function suspended(claim: RemittanceClaim): Promise<string> {
  const traceNumber = newId()
  const posted = await within((tx) =>
    postRemittance(tx, {
      organisationId: database.organisationId,
      connectionId: seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance: balancedRemittance([claim], { traceNumber }),
      contentSha256: Buffer.from(traceNumber),
      now: NOW,
      mode: 'production',
    }),
  )
  return posted.remittanceId
}

const lost = remittanceClaim({
  submissionNumber: 'GARBLED',
  lines: [remittanceLine({ charged: 100, paid: 80, adjustments: { contractual: 15, patient: 5 } })],
})
const allocate = (remittanceId: string, claimId: string) =>
  within((tx) =>
    allocateSuspense(tx, {
      organisationId: database.organisationId,
      remittanceId,
      sequence: 0,
      claimId,
      actor: 'Ana',
      reason: 'their phone call',
      now: NOW,
    }),
  )
const balances = ({ claimId }: SubmittedClaim) => within((tx) => balancesOf(tx, database.organisationId, claimId))
const suspense = async () =>
  within((tx) => openSuspense(tx, { organisationId: database.organisationId, after: null, limit: 500 }))

describe('money in suspense', () => {
  it('goes to the claim that a person names as if it had matched, once', async () => {
    const claim = await charged()
    const adjustments = [{ bucket: 'contractual' as const, amount: 20, said: {} }]
    const lines = [{ lineNumber: 1, outcome: 'approved' as const, payable: 80, adjustments }]
    await within((tx) => postDecision(tx, { ...on(claim), lines, idempotencyKey: newId() }))
    const remittanceId = await suspended(lost)
    expect(await suspense()).toMatchObject([{ remittanceId, sequence: 0, paid: 80, submissionNumber: 'GARBLED' }])
    const allocated = await allocate(remittanceId, claim.claimId)
    expect(allocated).toMatchObject({ kind: 'allocated', noticeIds: [expect.any(String), expect.any(String)] })
    expect(await balances(claim)).toMatchObject({
      open: 0,
      paid: 80,
      contractual: 15,
      patient: 5,
      paymentStatus: 'PAID',
    })
    expect(await suspense()).toEqual([])
    const events = await database.owner
      .selectFrom('notices')
      .select(['event', 'actor', 'source'])
      .where('claim_id', '=', claim.claimId)
      .orderBy('sequence')
      .execute()
    expect(events).toMatchObject([
      { source: 'person', actor: 'Ana', event: { fact: { type: 'decided', posted: true } } },
      { source: 'person', actor: 'Ana', event: { fact: { type: 'money_posted', payment: 'PAID', paid: 80 } } },
    ])
    const item = await database.owner
      .selectFrom('attention_items')
      .select(['kind', 'closed_by'])
      .where('remittance_id', '=', remittanceId)
      .execute()
    expect(item).toEqual([{ kind: 'suspense', closed_by: 'Ana' }])
    expect(await allocate(remittanceId, claim.claimId)).toMatchObject({ kind: 'refused', type: 'nothing-in-suspense' })
    expect(await balances(claim)).toMatchObject({ paid: 80 })
    const side = await database.owner
      .selectFrom('ledger_entries')
      .select(({ fn }) => fn.sum<string>('amount').as('amount'))
      .where('remittance_id', '=', remittanceId)
      .where('account', 'in', ['remitted', 'allocated', 'suspense', 'provider_adjustment'])
      .executeTakeFirstOrThrow()
    expect(Number(side.amount)).toBe(0)
  })

  it.each<[string, Partial<ClaimWish>, string]>([
    ['in another currency', { currency: 'USD' }, 'wrong-currency'],
    ['that was never submitted', { status: 'DRAFT' }, 'claim-is-a-draft'],
  ])('does not go to a claim %s', async (_name, wish, type) => {
    const claim = await charged(wish)
    const remittanceId = await suspended(lost)
    expect(await allocate(remittanceId, claim.claimId)).toMatchObject({ kind: 'refused', type })
    expect(await allocate(remittanceId, newId())).toMatchObject({ kind: 'refused', type: 'claim-not-found' })
    expect((await suspense()).map((line) => line.remittanceId)).toContain(remittanceId)
    expect(await balances(claim)).toMatchObject({ paid: 0 })
  })
})
