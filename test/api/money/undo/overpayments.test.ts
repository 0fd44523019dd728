import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postRemittance } from '../../../../db/money/remittances.ts'
import { NOW } from '../../../support/claimsSeed.ts'
import { balancedRemittance, remittanceClaim } from '../../../support/remittances.ts'
import { startUndoApi, type UndoApi } from '../../../support/undoApi.ts'

let on: UndoApi
beforeEach(async () => {
  on = await startUndoApi()
})
afterEach(() => on.close())

const problem = (type: string) => `https://claimhub.example/problems/${type}`
const act = (claimId: string, action: string, amount: number, more: Record<string, unknown> = {}) =>
  on.post(`/v1/claims/${claimId}/overpayment`, { action, amount, currency: 'PHP', reason: 'as agreed', ...more })
const open = async (claimId: string) =>
  (await on.api.call('GET', '/v1/attention-items?limit=200')).body.items.filter(
    (item: { claimId: string; kind: string }) => item.claimId === claimId && item.kind === 'overpaid',
  )

/** A claim of 160,000 for which 200,000 came. */
async function overpaid(): Promise<string> {
  const claimId = await on.submitted()
  await on.say(claimId, { status: 'APPROVED' })
  await on.pay(claimId, 200_000)
  expect(await on.claim(claimId)).toMatchObject({ paymentStatus: 'OVERPAID', closed: null })
  return claimId
}

/** A later remittance of which the provider kept some back. */
async function heldBack(amount: number): Promise<string> {
  const lost = remittanceClaim({ submissionNumber: 'GARBLED', itemised: false, paid: 90_000, charged: 90_000 })
  const providerAdjustments = [{ reason: { list: 'PLB', code: 'WO' }, reference: '', amount }]
  const { remittanceId } = await on.db.databases.within(on.db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: on.db.organisationId,
      connectionId: on.seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance: balancedRemittance([lost], { traceNumber: `EFT-${randomUUID()}`, providerAdjustments }),
      contentSha256: Buffer.from(randomUUID()),
      now: NOW,
      mode: 'production',
    }),
  )
  return remittanceId
}

describe('an overpayment', () => {
  it('its item names the acts, and each act with a reason ends it', async () => {
    const claimId = await overpaid()
    const [item] = await open(claimId)
    for (const word of ['Refund', 'offset', 'credit', 'transfer']) expect(item.nextMove).toContain(word)
  })

  it.each(['refund', 'credit', 'offset'])(
    '%s: the ledger says where the money went, the item closes, and the claim is settled',
    async (action) => {
      const claimId = await overpaid()
      const more = action === 'offset' ? { remittanceId: await heldBack(40_000) } : {}
      expect((await act(claimId, action, 15_000, more)).status).toBe(200)
      expect(await open(claimId)).toHaveLength(1)
      expect(await act(claimId, action, 25_000, more)).toMatchObject({ status: 200, body: { recorded: true } })
      expect(await open(claimId)).toEqual([])
      expect(await on.claim(claimId)).toMatchObject({
        closed: 'settled',
        paymentStatus: 'PAID',
        balances: { paid: 160_000, open: 0 },
      })
      const moved = (await on.ledger(claimId)).filter((entry) => entry.kind === action && entry.account === 'paid')
      expect(moved).toMatchObject([{ amount: -15_000, reason: 'as agreed' }, { amount: -25_000 }])
      const { rows } = {
        rows: await on.db.owner
          .selectFrom('ledger_entries as e')
          .innerJoin('ledger_transactions as t', 't.id', 'e.transaction_id')
          .select(['e.account', 'e.amount'])
          .where('t.kind', '=', action as 'refund')
          .where('e.claim_id', 'is', null)
          .execute(),
      }
      const account = { refund: 'remitted', credit: 'credit', offset: 'provider_adjustment' }[action]
      expect(rows).toEqual([
        { account, amount: 15_000 },
        { account, amount: 25_000 },
      ])
    },
  )

  it('a refund to the provider by mistake is undone: the claim is overpaid again, and its item is back', async () => {
    const claimId = await overpaid()
    const before = await on.claim(claimId)
    await act(claimId, 'refund', 40_000)
    expect(await on.undo(claimId, 'money_posted')).toMatchObject({ status: 200 })
    const now = await on.claim(claimId)
    for (const same of ['status', 'paymentStatus', 'closed', 'balances', 'waitingFor', 'attention'])
      expect(now[same], same).toEqual(before[same])
    expect(await open(claimId)).toHaveLength(1)
  })

  it('more than was paid too much, and more than a remittance held back, are refused', async () => {
    const claimId = await overpaid()
    const much = await act(claimId, 'refund', 40_001)
    expect(much).toMatchObject({ status: 409, body: { type: problem('nothing-overpaid') } })
    expect(much.body.detail).toContain('is overpaid by 400.00 PHP, not by 400.01 PHP')
    const remittanceId = await heldBack(30_000)
    const offset = await act(claimId, 'offset', 40_000, { remittanceId })
    expect(offset).toMatchObject({ status: 422, body: { type: problem('no-such-offset') } })
    expect((await act(claimId, 'offset', 30_000, { remittanceId })).status).toBe(200)
    expect((await act(claimId, 'offset', 1, { remittanceId })).body.type).toBe(problem('no-such-offset'))
    const usual = await on.submitted()
    expect((await act(usual, 'credit', 1)).body.detail).toContain('is not overpaid')
  })

  it('a payment that an overpayment’s act took money of is not voided before that act', async () => {
    const claimId = await overpaid()
    await act(claimId, 'refund', 40_000)
    const [payment] = (await on.events(claimId)).filter((event) => event.type === 'money_posted')
    const undo = () => on.post(`/v1/claims/${claimId}/events/${payment.eventId}/undo`, { reason: 'typed' })
    expect((await undo()).body).toMatchObject({ type: problem('built-upon'), followedBy: [{ kind: 'refund' }] })
    await on.undo(claimId, 'money_posted')
    expect((await undo()).status).toBe(200)
    expect(await on.claim(claimId)).toMatchObject({ status: 'APPROVED', balances: { paid: 0, open: 160_000 } })
  })

  it('money that came to the wrong claim is moved to the right one, and back when that was wrong', async () => {
    const [wrong, right] = [await on.submitted(), await on.submitted()]
    await on.pay(wrong, 100_000)
    expect((await act(wrong, 'transfer', 100_000, { toClaimId: right })).status).toBe(200)
    const providerId = 'harbor-health'
    await on.api.workflows.recordActions({ organisationId: on.db.organisationId, claimId: right, providerId }, [])
    expect((await on.claim(wrong)).balances).toMatchObject({ paid: 0, open: 160_000 })
    expect(await on.claim(right)).toMatchObject({ status: 'IN_REVIEW', balances: { paid: 100_000, open: 60_000 } })
    expect((await on.undo(wrong, 'money_posted')).status).toBe(200)
    await on.api.workflows.recordActions({ organisationId: on.db.organisationId, claimId: right, providerId }, [])
    expect((await on.claim(wrong)).balances).toMatchObject({ paid: 100_000 })
    expect(await on.claim(right)).toMatchObject({ status: 'SUBMITTED', balances: { paid: 0 } })
  })
})

describe('a decided or closed claim', () => {
  it.each(['REJECTED', 'APPROVED', 'PARTIAL'])(
    '%s by hand over another decision needs force and a reason',
    async (status) => {
      const claimId = await on.submitted()
      const said = [{ list: 'CARC', code: '96' }]
      await on.say(
        claimId,
        status === 'APPROVED' ? { status: 'REJECTED', rejectedAt: 'adjudicated', said } : { status: 'APPROVED' },
      )
      const lines = status === 'PARTIAL' ? [{ lineNumber: 1, outcome: 'reduced', payable: 100_000 }] : []
      const plain = await on.say(claimId, { status, lines, said })
      expect(plain).toMatchObject({ status: 409, body: { type: problem('decision-in-force') } })
      expect((await on.say(claimId, { status, lines, said, force: true, reason: undefined })).status).toBe(409)
      expect(
        await on.say(claimId, {
          status,
          lines,
          said,
          rejectedAt: status === 'REJECTED' ? 'adjudicated' : undefined,
          force: true,
        }),
      ).toMatchObject({
        status: 200,
        body: { effect: 'applied' },
      })
    },
  )

  it('a payment on a closed claim needs force and a reason', async () => {
    const claimId = await on.submitted()
    await on.pay(claimId, 160_000)
    // Whether it is the same money once more is asked first.
    const alike = await on.pay(claimId, 160_000, { reference: 'CHK-2' })
    expect(alike).toMatchObject({ status: 409, body: { type: problem('payment-already-recorded') } })
    const plain = await on.pay(claimId, 70_000, { reference: 'CHK-2' })
    expect(plain).toMatchObject({ status: 409, body: { type: problem('decision-in-force') } })
    const forced = await on.pay(claimId, 160_000, { reference: 'CHK-2', force: true, reason: 'they paid twice' })
    expect(forced.status).toBe(200)
    expect(await on.claim(claimId)).toMatchObject({ paymentStatus: 'OVERPAID' })
  })

  it('a follow-up date on a decided claim needs neither', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'APPROVED' })
    expect((await on.say(claimId, { status: 'APPROVED', followUpOn: '2026-04-01' })).status).toBe(200)
  })
})

describe('a keyed payment that cannot be right', () => {
  it('M13: a line that explains more than its charge is refused', async () => {
    const claimId = await on.submitted()
    const lines = [{ lineNumber: 1, paid: 100_000, adjustments: [{ bucket: 'contractual', amount: 180_000 }] }]
    const refused = await on.pay(claimId, 100_000, { lines })
    expect(refused).toMatchObject({ status: 422, body: { type: problem('wrong-amount') } })
    expect(refused.body.detail).toBe('line 1 explains 2,800.00 PHP of a charge of 1,600.00 PHP')
  })

  it('M18: a payment of 1900, or of before the service, is refused', async () => {
    const claimId = await on.submitted()
    for (const paidOn of ['1900-01-01', '2026-03-11'])
      expect((await on.pay(claimId, 100, { paidOn })).body).toMatchObject({ type: problem('wrong-date') })
  })
})

describe('M8: billed to the patient, then the provider pays', () => {
  it.each(['bill_patient', 'write_off'])('%s is taken back by what comes', async (action) => {
    const claimId = await on.submitted()
    const said = [{ list: 'CARC', code: '96' }]
    await on.say(claimId, { status: 'REJECTED', said, lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
    await on.settle(claimId, action)
    await on.pay(claimId, 100_000, { force: true, reason: 'their check came after all' })
    const account = action === 'bill_patient' ? 'patient' : 'writeOff'
    expect((await on.claim(claimId)).balances).toMatchObject({ paid: 100_000, [account]: 60_000, open: 0, denied: 0 })
    await on.undo(claimId, 'money_posted')
    expect((await on.claim(claimId)).balances).toMatchObject({ paid: 0, [account]: 160_000, open: 0 })
  })
})
