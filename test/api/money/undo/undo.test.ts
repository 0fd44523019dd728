import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startUndoApi, type UndoApi } from '../../../support/undoApi.ts'

let on: UndoApi
beforeEach(async () => {
  on = await startUndoApi()
})
afterEach(() => on.close())

const problem = (type: string) => `https://claimhub.example/problems/${type}`

describe('M3: one act undoes any posting', () => {
  it('90000 keyed instead of 9000: the payment is voided, both are shown, and the settled claim waits again', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'APPROVED' })
    const before = await on.claim(claimId)
    expect((await on.pay(claimId, 160_000)).body).toMatchObject({ effect: 'applied' })
    expect(await on.claim(claimId)).toMatchObject({ closed: 'settled', paymentStatus: 'PAID' })
    const undone = await on.undo(claimId, 'money_posted')
    expect(undone).toMatchObject({ status: 200, body: { recorded: true, status: 'APPROVED', effect: 'applied' } })
    const now = await on.claim(claimId)
    for (const same of ['status', 'paymentStatus', 'closed', 'balances', 'waitingFor', 'dueAt', 'lines'])
      expect(now[same], same).toEqual(before[same])
    const paid = (await on.ledger(claimId)).filter((entry) => entry.kind === 'payment' && entry.account === 'paid')
    expect(paid).toMatchObject([
      { amount: 160_000, reverses: null, reversedBy: paid[1].transactionId },
      { amount: -160_000, reverses: paid[0].transactionId, reversedBy: null, reason: 'keyed by mistake' },
    ])
    expect(paid[1].actor).toContain('billing key')
    const events = await on.events(claimId)
    expect(events.at(-1)).toMatchObject({
      type: 'undone',
      fact: { what: 'payment' },
      act: { reason: 'keyed by mistake' },
    })
    expect(events.at(-2)).toMatchObject({ type: 'money_posted', undoneBy: events.at(-1).eventId })
    const { remittances } = (await on.api.call('GET', `/v1/remittances?claimId=${claimId}`)).body
    expect(remittances).toMatchObject([{ state: 'voided', voided: { reason: 'keyed by mistake' } }])
  })

  it('a payment that alone had implied the approval goes with what it implied', async () => {
    const claimId = await on.submitted()
    await on.pay(claimId, 160_000)
    expect(await on.claim(claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    const remittanceId = (await on.api.call('GET', `/v1/remittances?claimId=${claimId}`)).body.remittances[0]
      .remittanceId
    const voided = await on.post(`/v1/remittances/${remittanceId}/void`, { reason: 'another practice’s check' })
    expect(voided).toMatchObject({ status: 200, body: { state: 'voided', claimIds: [claimId] } })
    expect(await on.claim(claimId)).toMatchObject({ status: 'SUBMITTED', closed: null, paymentStatus: 'UNPAID' })
    const again = await on.post(`/v1/remittances/${remittanceId}/void`, { reason: 'twice' })
    expect(again).toMatchObject({ status: 409, body: { type: problem('already-undone') } })
  })

  it('of two payments the first one is voided alone', async () => {
    const claimId = await on.submitted()
    await on.pay(claimId, 900_000, { reference: 'A' })
    await on.pay(claimId, 10_000, { reference: 'B' })
    const [first] = (await on.events(claimId)).filter((event) => event.type === 'money_posted')
    const undone = await on.post(`/v1/claims/${claimId}/events/${first.eventId}/undo`, { reason: 'typing error' })
    expect(undone.status).toBe(200)
    expect(await on.claim(claimId)).toMatchObject({
      status: 'IN_REVIEW',
      paymentStatus: 'PART_PAID',
      balances: { paid: 10_000, open: 150_000 },
    })
  })

  it('a wrong REJECTED by hand: the earlier decision comes back exactly, contractual cut included', async () => {
    const claimId = await on.submitted()
    const adjustments = [{ bucket: 'contractual', amount: 20_000 }]
    await on.say(claimId, {
      status: 'APPROVED',
      lines: [{ lineNumber: 1, outcome: 'approved', payable: 140_000, adjustments }],
    })
    await on.pay(claimId, 140_000)
    const before = await on.claim(claimId)
    expect(before).toMatchObject({ closed: 'settled', balances: { contractual: 20_000, open: 0 } })
    const said = await on.say(claimId, {
      status: 'REJECTED',
      said: [{ text: 'not covered' }],
      force: true,
      reason: 'heard wrong',
    })
    expect(said.body).toMatchObject({ effect: 'applied', status: 'REJECTED' })
    expect((await on.claim(claimId)).balances).toMatchObject({ contractual: 0 })
    expect(await on.undo(claimId, 'status_by_hand')).toMatchObject({ status: 200, body: { status: 'APPROVED' } })
    const now = await on.claim(claimId)
    for (const same of ['status', 'paymentStatus', 'closed', 'balances', 'lines', 'rejectedAt', 'attention'])
      expect(now[same], same).toEqual(before[same])
  })

  it('a status that decides nothing is undone too', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'IN_REVIEW' })
    expect(await on.undo(claimId, 'status_by_hand')).toMatchObject({ status: 200, body: { status: 'SUBMITTED' } })
    const twice = await on.post(`/v1/claims/${claimId}/events/${(await on.events(claimId))[1].eventId}/undo`, {
      reason: 'again',
    })
    expect(twice).toMatchObject({ status: 409, body: { type: problem('already-undone') } })
  })

  it.each(['bill_patient', 'write_off', 'appeal'])(
    '%s by mistake is taken back while nothing followed',
    async (action) => {
      const claimId = await on.submitted()
      await on.say(claimId, { status: 'REJECTED', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
      const before = await on.claim(claimId)
      expect((await on.settle(claimId, action)).status).toBe(200)
      expect(await on.undo(claimId, 'line_settled')).toMatchObject({ status: 200, body: { status: 'REJECTED' } })
      const now = await on.claim(claimId)
      for (const same of ['status', 'closed', 'balances', 'lines', 'waitingFor'])
        expect(now[same], same).toEqual(before[same])
      expect(now.lines[0].settlement).toBeNull()
      // And it can be done again.
      expect((await on.settle(claimId, 'write_off')).status).toBe(200)
    },
  )

  it('what has been built upon is refused with what followed, by name', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'REJECTED', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
    await on.settle(claimId, 'write_off')
    const refused = await on.undo(claimId, 'status_by_hand')
    expect(refused).toMatchObject({ status: 409, body: { type: problem('built-upon') } })
    expect(refused.body.detail).toMatch(/write off of line 1 of 2026-03-20 \(.*billing key.*\) followed/)
    expect(refused.body.followedBy).toMatchObject([{ type: 'line_settled' }])
    expect((await on.undo(claimId, 'line_settled')).status).toBe(200)
    expect((await on.undo(claimId, 'status_by_hand')).body).toMatchObject({ status: 'SUBMITTED' })
    expect((await on.claim(claimId)).balances).toMatchObject({ open: 160_000, denied: 0, writeOff: 0 })
  })

  it('a bill that the patient has begun to pay is not taken back', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'REJECTED', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
    await on.settle(claimId, 'bill_patient')
    await on.db.owner
      .updateTable('visits')
      .set({ receipts: 5_000 })
      .where('organisation_id', '=', on.db.organisationId)
      .execute()
    const refused = await on.undo(claimId, 'line_settled')
    expect(refused).toMatchObject({ status: 409, body: { type: problem('built-upon') } })
    expect(refused.body.detail).toContain('the patient has paid 50.00 PHP of the bill')
  })

  it('what no person did is not undone', async () => {
    const claimId = await on.submitted()
    const [submitted] = await on.events(claimId)
    const refused = await on.post(`/v1/claims/${claimId}/events/${submitted.eventId}/undo`, { reason: 'why not' })
    expect(refused).toMatchObject({ status: 409, body: { type: problem('cannot-undo') } })
  })
})
