import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Cancelled } from '../../../workflows/activityResults.ts'
import { about, answered, type Engine, type Submitted, startEngine, taken } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

async function cancel(sending: Submitted): Promise<Cancelled & { effect: string | undefined }> {
  const cancelled = await engine.cancel(sending.claimId, await engine.wishToCancel(sending.claimId))
  return { ...cancelled, effect: cancelled.claim.effects[0]?.effect }
}
const purposesSent = () =>
  engine.sent.map(({ message }) => JSON.parse(Buffer.from(message.body ?? []).toString())[0].content)

describe('cancel (B17)', () => {
  it('before the first byte leaves: cancelled, and nothing ever leaves', async () => {
    const sending = await engine.submitted()
    expect(await cancel(sending)).toMatchObject({
      effect: 'cancelled',
      claim: { status: 'CANCELLED', closed: 'cancelled' },
    })
    expect(await engine.deliver(sending)).toEqual({ kind: 'settled', claim: null })
    expect(engine.sent).toHaveLength(0)
  })

  it('run twice by a killed worker: the same answer, one event', async () => {
    const sending = await engine.submitted()
    const wish = await engine.wishToCancel(sending.claimId)
    const first = await engine.cancel(sending.claimId, wish)
    expect(await engine.cancel(sending.claimId, wish)).toEqual(first)
    const events = await engine.db.owner
      .selectFrom('claim_events')
      .select('type')
      .where('claim_id', '=', sending.claimId)
      .execute()
    expect(events.filter((event) => event.type === 'cancelled')).toHaveLength(1)
  })

  it('after SENT: a void leaves, and cancels only once it is taken', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const { interchangeId, effect, claim } = await cancel(sending)
    expect([effect, claim.status]).toEqual(['void_sent', 'SUBMITTED'])
    if (interchangeId === null) throw new Error('no void')
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({
      kind: 'settled',
      claim: { status: 'CANCELLED', closed: 'cancelled' },
    })
    expect(purposesSent()).toEqual(['new', 'void'])
  })

  it('while it is being sent: the void waits until the claim has arrived, then takes it back', async () => {
    const sending = await engine.submitted()
    let voided: Cancelled | undefined
    engine.script = [
      async () => {
        voided = await cancel(sending)
        if (voided.interchangeId === null) throw new Error('no void')
        expect(await engine.deliver({ ...sending, interchangeId: voided.interchangeId })).toMatchObject({
          kind: 'not_sent',
        })
        return { kind: 'unknown', because: 'reset' }
      },
    ]
    await engine.deliver(sending)
    const interchangeId = voided?.interchangeId ?? ''
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({ kind: 'not_sent' })
    expect(await engine.open(sending.claimId)).toMatchObject({
      interchangeId: sending.interchangeId,
      alsoUnresolved: [interchangeId],
    })
    await engine.settle(sending)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({ claim: { status: 'CANCELLED' } })
    expect(purposesSent()).toEqual(['new', 'new', 'void'])
  })

  it('while it is being sent, and then refused: nothing to take back, cancelled without a void', async () => {
    const sending = await engine.submitted()
    let interchangeId = ''
    engine.script = [
      async () => {
        interchangeId = (await cancel(sending)).interchangeId ?? ''
        return answered({ kind: 'refused', said: [] })
      },
    ]
    await engine.deliver(sending)
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({
      kind: 'settled',
      claim: { status: 'CANCELLED' },
    })
    expect(purposesSent()).toEqual(['new'])
  })

  it('when a first try may be there although a second certainly did not leave: a void, never "cancelled"', async () => {
    const sending = await engine.submitted()
    engine.script = [
      { kind: 'unknown', because: 'reset' },
      { kind: 'not_sent', because: 'slower' },
    ]
    await engine.deliver(sending)
    await engine.settle(sending)
    await engine.deliver(sending)
    expect(await cancel(sending)).toMatchObject({ effect: 'void_sent' })
  })

  it('when one of several messages has arrived: a void, never "cancelled"', async () => {
    engine.messages = 2
    const sending = await engine.submitted()
    engine.script = [answered(taken), { kind: 'not_sent', because: 'slower' }]
    await engine.deliver(sending)
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'READY' })
    expect(await cancel(sending)).toMatchObject({ effect: 'void_sent' })
  })

  it('twice after SENT: one void', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const first = await cancel(sending)
    const second = await cancel(sending)
    expect(second).toMatchObject({ effect: 'void_sent', interchangeId: first.interchangeId })
  })

  it('after SENT where the provider has no void: refused, and nothing changes', async () => {
    engine.declaration.purposes = ['new']
    const sending = await engine.submitted()
    await engine.deliver(sending)
    expect(await cancel(sending)).toMatchObject({
      effect: 'cannot_cancel',
      interchangeId: null,
      claim: { status: 'SUBMITTED' },
    })
  })

  it('of a claim that was filed elsewhere: refused, the provider has it and we have nothing to name', async () => {
    const sending = await engine.submitted()
    await engine.db.owner.deleteFrom('submissions').where('claim_id', '=', sending.claimId).execute()
    expect(await cancel(sending)).toMatchObject({ effect: 'cannot_cancel', claim: { status: 'SUBMITTED' } })
  })

  it('of a claim that fell at the front end: cancelled, there is nothing to take back', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    await engine.arrives([about(sending.submissionNumber, { type: 'rejected_front_end' })])
    await engine.inbox()
    await engine.news(sending.claimId)
    expect(await cancel(sending)).toMatchObject({ effect: 'cancelled', claim: { closed: 'cancelled' } })
  })
})

describe('a void', () => {
  async function voided(): Promise<{ sending: Submitted; number: string; interchangeId: string }> {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const interchangeId = (await cancel(sending)).interchangeId ?? ''
    const row = await engine.db.owner
      .selectFrom('submissions')
      .select('submission_number')
      .where('interchange_id', '=', interchangeId)
      .executeTakeFirstOrThrow()
    return { sending, number: row.submission_number, interchangeId }
  }

  it('that is refused leaves the claim as it is, for a person', async () => {
    const { sending, interchangeId } = await voided()
    engine.script = [answered({ kind: 'refused', said: [{ code: 'V9' }] })]
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({ claim: { status: 'SUBMITTED' } })
    expect(await engine.openItems(sending.claimId)).toEqual(['void-refused'])
  })

  it('that may have arrived is looked up like a claim, and raises nothing', async () => {
    const { sending, interchangeId } = await voided()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({ kind: 'unknown' })
    expect(await engine.openItems(sending.claimId)).toEqual([])
    expect(await engine.settle({ ...sending, interchangeId })).toMatchObject({ kind: 'not_sent' })
  })

  it('that is acknowledged before our own SENT cancels the claim and ends its sending', async () => {
    const { sending, number, interchangeId } = await voided()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver({ ...sending, interchangeId })
    await engine.arrives([about(number, { type: 'received' })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'CANCELLED', closed: 'cancelled' })
    expect(await engine.interchange(interchangeId)).toMatchObject({ state: 'SENT' })
    expect(await engine.openItems()).toEqual([])
  })

  it('that is rejected after it was taken is loud: the claim may still be paid', async () => {
    const { sending, number, interchangeId } = await voided()
    await engine.deliver({ ...sending, interchangeId })
    await engine.arrives([about(number, { type: 'rejected_front_end' })])
    await engine.inbox()
    await engine.news(sending.claimId)
    await engine.open(sending.claimId)
    await engine.news(sending.claimId)
    expect(await engine.openItems(sending.claimId)).toEqual(['void-refused'])
  })
})

describe('a void where the upload is only the way to an acknowledgement', () => {
  const word = async (number: string, fact: Parameters<typeof about>[1]) => {
    await engine.arrives([about(number, fact)])
    await engine.inbox()
  }
  async function uploaded(): Promise<{ sending: Submitted; number: string }> {
    engine.declaration.transport = 'sftp'
    engine.script = [{ kind: 'arrived' }, { kind: 'arrived' }]
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const interchangeId = (await cancel(sending)).interchangeId ?? ''
    expect(await engine.deliver({ ...sending, interchangeId })).toMatchObject({
      kind: 'settled',
      claim: { status: 'SUBMITTED', closed: null },
    })
    const row = await engine.db.owner
      .selectFrom('submissions')
      .select('submission_number')
      .where('interchange_id', '=', interchangeId)
      .executeTakeFirstOrThrow()
    return { sending, number: row.submission_number }
  }

  it('cancels when the provider says that it has it, not before', async () => {
    const { sending, number } = await uploaded()
    await word(number, { type: 'forwarded' })
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'SUBMITTED', closed: null })
    await word(number, { type: 'received' })
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'CANCELLED', closed: 'cancelled' })
    expect(await engine.openItems()).toEqual([])
  })

  it('that is rejected leaves the claim as it is, for a person, and may be sent once more', async () => {
    const { sending, number } = await uploaded()
    expect(await cancel(sending)).toMatchObject({ effect: 'void_sent', interchangeId: null })
    await word(number, { type: 'rejected_front_end' })
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'SUBMITTED', closed: null })
    expect(await engine.openItems(sending.claimId)).toEqual(['void-refused'])
    expect((await cancel(sending)).interchangeId).not.toBeNull()
  })

  it('that a later document proves to have arrived is not looked for any more', async () => {
    engine.declaration.transport = 'sftp'
    engine.script = [{ kind: 'arrived' }, { kind: 'unknown', because: 'reset' }]
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const interchangeId = (await cancel(sending)).interchangeId ?? ''
    await engine.deliver({ ...sending, interchangeId })
    const { control_number } = await engine.db.owner
      .selectFrom('interchanges')
      .select('control_number')
      .where('id', '=', interchangeId)
      .executeTakeFirstOrThrow()
    await engine.arrives([{ kind: 'batch', controlNumber: control_number, verdict: 'accepted', said: [] }])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'SUBMITTED', closed: null })
    expect(await engine.interchange(interchangeId)).toMatchObject({ state: 'SENT' })
  })
})
