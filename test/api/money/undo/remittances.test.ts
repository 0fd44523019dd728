import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postRemittance } from '../../../../db/money/remittances.ts'
import type { RemittanceClaim } from '../../../../domain/money/remittance.ts'
import { newId } from '../../../../platform/ids.ts'
import { NOW } from '../../../support/claimsSeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../../support/remittances.ts'
import { startUndoApi, type UndoApi } from '../../../support/undoApi.ts'

let on: UndoApi
beforeEach(async () => {
  on = await startUndoApi()
})
afterEach(() => on.close())

const problem = (type: string) => `https://claimhub.example/problems/${type}`
const paying = (submissionNumber: string, paid: number, adjustments = {}): RemittanceClaim =>
  remittanceClaim({ submissionNumber, lines: [remittanceLine({ charged: 160_000, paid, adjustments })] })

async function arrive(claims: RemittanceClaim[], traceNumber = `EFT-${newId()}`, paidOn = '2026-03-15') {
  return on.db.databases.within(on.db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: on.db.organisationId,
      connectionId: on.seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance: balancedRemittance(claims, { traceNumber, paidOn }),
      contentSha256: Buffer.from(randomUUID()),
      now: NOW,
      mode: 'production',
    }),
  )
}

/** What the claim's workflow does when it is woken. */
const recorded = (claimId: string) =>
  on.api.workflows.recordActions({ organisationId: on.db.organisationId, claimId, providerId: 'harbor-health' }, [])
const numberOf = async (claimId: string) => (await on.claim(claimId)).submissions[0].submissionNumber
const items = async (kind: string) => (await on.api.call('GET', `/v1/attention-items?kind=${kind}`)).body.items

describe('M3: what a document posted is undone', () => {
  it('a remittance posted twice: the second one is voided, both claims stand as after the first', async () => {
    const [one, two] = [await on.submitted(), await on.submitted()]
    const [first, second] = [await numberOf(one), await numberOf(two)]
    // Money alone, dated otherwise the second time: what decides again, or is the same payment,
    // posts no second time.
    const claims = [first, second].map((submissionNumber) =>
      remittanceClaim({ submissionNumber, itemised: false, paid: 100_000, charged: 160_000 }),
    )
    await arrive(claims, 'EFT-7')
    await Promise.all([one, two].map(recorded))
    const before = await Promise.all([one, two].map(on.claim))
    const { remittanceId } = await arrive(claims, 'EFT-7', '2026-03-16')
    await Promise.all([one, two].map(recorded))
    expect((await on.claim(one)).paymentStatus).toBe('OVERPAID')
    expect(await items('remittance-same-trace')).toHaveLength(1)
    const voided = await on.post(`/v1/remittances/${remittanceId}/void`, { reason: 'the same file in another wording' })
    expect(voided).toMatchObject({ status: 200, body: { claimIds: [one, two].sort() } })
    expect(on.api.workflows.woken.sort()).toEqual([one, two].sort())
    await Promise.all([one, two].map(recorded))
    const now = await Promise.all([one, two].map(on.claim))
    for (const [place, claim] of now.entries())
      for (const same of ['status', 'paymentStatus', 'closed', 'balances', 'lines', 'waitingFor', 'attention'])
        expect(claim[same], same).toEqual(before[place]?.[same])
    expect(await items('remittance-same-trace')).toEqual([])
    const { rows } = { rows: await on.ledger(one) }
    expect(rows.filter((entry) => entry.reverses !== null)).not.toEqual([])
  })

  it('a wrong allocation from suspense goes back into suspense, and to the right claim then', async () => {
    const [wrong, right] = [await on.submitted(), await on.submitted()]
    await on.say(wrong, { status: 'RECEIVED' })
    const before = await on.claim(wrong)
    const { remittanceId } = await arrive([paying('GARBLED', 120_000, { contractual: 40_000 })])
    const allocate = (claimId: string) =>
      on.post(`/v1/suspense/${remittanceId}/0/allocation`, { claimId, reason: 'by name' })
    expect((await allocate(wrong)).status).toBe(200)
    expect(await on.claim(wrong)).toMatchObject({ closed: 'settled' })
    expect(await items('suspense')).toEqual([])
    expect(await on.undo(wrong, 'money_posted')).toMatchObject({ status: 200, body: { status: 'RECEIVED' } })
    const now = await on.claim(wrong)
    for (const same of ['status', 'closed', 'balances', 'lines', 'waitingFor'])
      expect(now[same], same).toEqual(before[same])
    expect(await items('suspense')).toMatchObject([{ remittanceId }])
    expect((await on.api.call('GET', '/v1/suspense')).body.lines).toMatchObject([{ remittanceId, paid: 120_000 }])
    expect((await allocate(right)).status).toBe(200)
    expect(await on.claim(right)).toMatchObject({ closed: 'settled', balances: { paid: 120_000, contractual: 40_000 } })
    expect((await allocate(wrong)).body.type).toBe(problem('nothing-in-suspense'))
  })

  it('a bank fee booked by mistake is taken back: the difference is open again', async () => {
    const { remittanceId } = await arrive([paying('GARBLED', 120_000, { contractual: 40_000 })])
    const bank = (name: string, body: Record<string, unknown>) =>
      on.post(`/v1/remittances/${remittanceId}/${name}`, body)
    await bank('bank-receipt', { amount: 119_000, currency: 'PHP', receivedOn: '2026-03-18' })
    const fee = await bank('bank-difference', { explanation: 'bank_fee', reason: 'they always do' })
    expect(fee.body).toMatchObject({ open: 0, bankFee: 1_000 })
    expect(await items('bank-difference')).toEqual([])
    const { receiptId } = fee.body.entries[1]
    const refused = await on.post(`/v1/remittances/${remittanceId}/void`, { reason: 'never came' })
    expect(refused).toMatchObject({ status: 409, body: { type: problem('built-upon') } })
    expect(refused.body.detail).toMatch(/a receipt at the bank of 2026-03-20/)
    const undone = await bank(`bank-entries/${receiptId}/undo`, { reason: 'it was the second instalment' })
    expect(undone).toMatchObject({ status: 200, body: { open: 1_000, bankFee: 0, received: 119_000 } })
    expect(undone.body.entries[2]).toMatchObject({ kind: 'bank_fee', amount: -1_000, undoes: receiptId })
    expect(await items('bank-difference')).toHaveLength(1)
    const again = await bank(`bank-entries/${receiptId}/undo`, { reason: 'again' })
    expect(again).toMatchObject({ status: 409, body: { type: problem('already-undone') } })
  })

  it('a reversal by the provider stands on what it takes back', async () => {
    const claimId = await on.submitted()
    const number = await numberOf(claimId)
    const { remittanceId } = await arrive([
      remittanceClaim({ submissionNumber: number, itemised: false, paid: 60_000, charged: 160_000 }),
    ])
    await arrive([
      remittanceClaim({
        submissionNumber: number,
        kind: 'reversal',
        itemised: false,
        paid: -60_000,
        charged: -160_000,
      }),
    ])
    const refused = await on.post(`/v1/remittances/${remittanceId}/void`, { reason: 'typed' })
    expect(refused).toMatchObject({
      status: 409,
      body: { type: problem('built-upon'), followedBy: [{ kind: 'remittance' }] },
    })
  })

  it('M18: a payment dated 2099 or 1900 is held, not posted', async () => {
    const claimId = await on.submitted()
    const number = await numberOf(claimId)
    for (const paidOn of ['2099-01-01', '1900-01-01']) {
      const held = await arrive([paying(number, 120_000, { contractual: 40_000 })], `EFT-${paidOn}`, paidOn)
      expect(held).toMatchObject({
        state: 'quarantined',
        problem: { rule: 'payment-date', where: `paid on ${paidOn}` },
      })
    }
    expect((await on.claim(claimId)).balances).toMatchObject({ paid: 0 })
    expect((await arrive([paying(number, 120_000, { contractual: 40_000 })], 'EFT-9', '2026-04-10')).state).toBe(
      'posted',
    )
  })
})
