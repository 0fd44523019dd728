import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { resubmit } from '../../../db/drafts/resubmitClaim.ts'
import { rememberReferences } from '../../../db/inbox/matchClaims.ts'
import { visitBalance } from '../../../db/money/readVisitBalance.ts'
import { doing, wish } from '../../support/claimsSeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'
import { about, type Engine, startEngine } from '../engine.ts'

/** What the cleaning and the filling of the seed cost. */
const CLEANING = 160_000
const FILLING = 250_000

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
  engine.declaration.purposes = ['new', 'appeal']
  engine.declaration.appeals = 'disputed-lines'
})
afterEach(() => engine.db.close())

const opened = async (claimId: string) => {
  const claim = await engine.open(claimId)
  if (claim.kind !== 'open' || claim.submitted === null) throw new Error(JSON.stringify(claim))
  return claim.submitted
}
/** A claim of a cleaning and a filling, decided so. */
async function decided(lines: object[]): Promise<string> {
  const { claimId, submissionNumber } = await sent()
  await says(submissionNumber, claimId, lines)
  return claimId
}
/** The same, of which a remittance pays the cleaning and denies the filling. */
async function paidInPart(): Promise<string> {
  const { claimId, submissionNumber } = await sent()
  const lines = [
    remittanceLine({ charged: CLEANING, paid: CLEANING }),
    remittanceLine({ controlNumber: '2', code: 'D2392', charged: FILLING, adjustments: { denied: FILLING } }),
  ]
  const remittance = balancedRemittance([remittanceClaim({ submissionNumber, lines })], { paidOn: '2026-03-20' })
  await engine.arrives([{ kind: 'remittance', remittance }])
  await engine.inbox()
  await engine.news(claimId)
  return claimId
}
async function sent() {
  const { organisationId } = engine.db
  const wanted = wish(engine.seeded, ['cleaning', 'filling'])
  const saved = await engine.within((tx) => createDraft(tx, wanted, doing(organisationId)))
  if (saved.kind === 'refused') throw new Error(saved.detail)
  const { claimId } = saved
  await engine.within((tx) =>
    rememberReferences(
      tx,
      organisationId,
      [
        {
          connectionId: engine.seeded.connectionId,
          claimId,
          submissionId: null,
          references: [{ type: 'claim-number', value: 'GD-1' }],
        },
      ],
      engine.now,
    ),
  )
  return { claimId, ...(await opened(claimId)) }
}
async function says(submissionNumber: string, claimId: string, lines: object[]): Promise<void> {
  await engine.arrives([about(submissionNumber, { type: 'decided', lines } as never)])
  await engine.inbox()
  await engine.news(claimId)
}
const line = (lineNumber: number, outcome: string, payable: number, denied: number) => ({
  lineNumber,
  outcome,
  payable,
  adjustments: denied === 0 ? [] : [{ bucket: 'denied', amount: denied, said: {} }],
})
const appealed = (claimId: string) =>
  engine.within((tx) =>
    resubmit(tx, claimId, 'appeal', { ...doing(engine.db.organisationId), declarationOf: () => engine.declaration }),
  )
const draftOf = async (claimId: string) => {
  const saved = await appealed(claimId)
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
const linesOf = (claimId: string) =>
  engine.db.owner
    .selectFrom('claim_lines')
    .select(['line_number as line', 'code', 'amount'])
    .where('claim_id', '=', claimId)
    .orderBy('line_number')
    .execute()
const money = async (claimId: string) => {
  const rows = await engine.db.owner
    .selectFrom('ledger_entries')
    .select(['account'])
    .select((eb) => eb.fn.sum<string>('amount').as('amount'))
    .where('claim_id', '=', claimId)
    .groupBy('account')
    .execute()
  return Object.fromEntries(rows.map(({ account, amount }) => [account, Number(amount)]).filter(([, amount]) => amount))
}

describe('an appeal to a provider that wants the disputed lines only', () => {
  it('carries the denied line alone; its original gives the amount up and goes on with the rest', async () => {
    const first = await decided([line(1, 'approved', CLEANING, 0), line(2, 'denied', 0, FILLING)])
    const appeal = await draftOf(first)
    expect(await linesOf(appeal)).toMatchObject([{ line: 1, code: 'D2392', amount: FILLING }])
    expect(await money(first)).toEqual({ charged: -CLEANING - FILLING, open: CLEANING, denied: FILLING })
    await opened(appeal)
    expect(await engine.claim(first)).toMatchObject({ status: 'PARTIAL', closed: null })
    expect(await money(first)).toEqual({ charged: -CLEANING, open: CLEANING })
    expect(await money(appeal)).toEqual({ charged: -FILLING, open: FILLING })
  })

  it('claims of a reduced line what was not paid of it, and the visit is worth what it was', async () => {
    const before = await decided([line(1, 'approved', CLEANING, 0), line(2, 'reduced', 200_000, 50_000)])
    const { visit_id: visitId } = await engine.db.owner
      .selectFrom('claim_lines')
      .select('visit_id')
      .where('claim_id', '=', before)
      .limit(1)
      .executeTakeFirstOrThrow()
    const worth = () => engine.within((tx) => visitBalance(tx, engine.db.organisationId, visitId ?? ''))
    const was = await worth()
    const appeal = await draftOf(before)
    expect(await linesOf(appeal)).toMatchObject([{ code: 'D2392', amount: 50_000 }])
    const { submissionNumber } = await opened(appeal)
    expect(await worth()).toMatchObject({ fees: was?.fees, balance: was?.balance, denied: 0 })
    await says(submissionNumber, appeal, [line(1, 'denied', 0, 50_000)])
    expect(await worth()).toEqual(was)
  })

  it('K26: is paid by an answer under the first number and line number, which corrections keep', async () => {
    const first = await paidInPart()
    const appeal = await draftOf(first)
    await opened(appeal)
    const { submission_number: submissionNumber } = await engine.db.owner
      .selectFrom('submissions')
      .select('submission_number')
      .where('claim_id', '=', first)
      .executeTakeFirstOrThrow()
    const lines = [remittanceLine({ controlNumber: '2', code: 'D2392', charged: FILLING, paid: FILLING })]
    const kept = { ...remittanceClaim({ submissionNumber, lines }), keepsNumbers: true as const }
    const remittance = balancedRemittance([kept], { paidOn: '2026-03-25', traceNumber: 'SECOND' })
    await engine.arrives([{ kind: 'remittance', remittance }])
    await engine.inbox()
    await engine.news(appeal)
    expect(await engine.claim(appeal)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await money(appeal)).toEqual({ charged: -FILLING, paid: FILLING, allocated: FILLING })
    // What the first sending alone had is still the first claim's.
    expect(await money(first)).toEqual({ charged: -CLEANING, paid: CLEANING, allocated: CLEANING })
  })

  it('is not to be had where nothing was denied or reduced, and of a claim that was denied altogether it is the whole claim', async () => {
    const paid = await decided([line(1, 'approved', CLEANING, 0), line(2, 'approved', FILLING, 0)])
    expect(await appealed(paid)).toMatchObject({ kind: 'refused', type: 'cannot-resubmit' })
    await engine.db.owner.updateTable('claims').set({ status: 'REJECTED', rejected_at: 'adjudicated' }).execute()
    const appeal = await draftOf(paid)
    expect(await linesOf(appeal)).toHaveLength(2)
    await opened(appeal)
    expect(await engine.claim(paid)).toMatchObject({ closed: 'replaced' })
  })

  it('of the whole claim, where the provider wants that, replaces it', async () => {
    engine.declaration.appeals = 'whole-claim'
    const first = await decided([line(1, 'approved', CLEANING, 0), line(2, 'denied', 0, FILLING)])
    const appeal = await draftOf(first)
    expect(await linesOf(appeal)).toHaveLength(2)
    await opened(appeal)
    expect(await engine.claim(first)).toMatchObject({ closed: 'replaced' })
  })

  it('settles an original that was paid for the rest; when it is cancelled, the original asks for a person again', async () => {
    const first = await paidInPart()
    expect(await engine.claim(first)).toMatchObject({ status: 'PARTIAL', closed: null })
    const appeal = await draftOf(first)
    await opened(appeal)
    expect(await engine.claim(first)).toMatchObject({ status: 'PARTIAL', closed: 'settled' })
    expect(await money(first)).toEqual({ charged: -CLEANING, paid: CLEANING, allocated: CLEANING })
    await engine.cancel(appeal, await engine.wishToCancel(appeal))
    expect(await engine.claim(appeal)).toMatchObject({ status: 'CANCELLED' })
    expect(await money(appeal)).toEqual({})
    await engine.news(first)
    expect(await engine.claim(first)).toMatchObject({ status: 'PARTIAL', closed: null })
    expect(await money(first)).toMatchObject({ charged: -CLEANING - FILLING, denied: FILLING })
    expect(await linesOf(await draftOf(first))).toMatchObject([{ amount: FILLING }])
  })

  it('leaves an original whole again when the provider pays it after all', async () => {
    const first = await decided([line(1, 'approved', CLEANING, 0), line(2, 'denied', 0, FILLING)])
    await opened(await draftOf(first))
    const { submission_number: number } = await engine.db.owner
      .selectFrom('submissions')
      .select('submission_number')
      .where('claim_id', '=', first)
      .executeTakeFirstOrThrow()
    await says(number, first, [line(1, 'approved', CLEANING, 0), line(2, 'approved', FILLING, 0)])
    expect(await money(first)).toEqual({ charged: -CLEANING - FILLING, open: CLEANING + FILLING })
  })
})
