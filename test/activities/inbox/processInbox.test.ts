import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import { askToReread } from '../../../db/money/remittanceRelease.ts'
import { newId } from '../../../platform/ids.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

/** What the cleaning of the seed costs. */
const CHARGE = 160_000

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const sent = async (procedure: 'cleaning' | 'filling' = 'cleaning') => {
  const sending = await engine.submitted(procedure)
  await engine.deliver(sending)
  return sending
}
const rows = async (table: 'notices' | 'documents' | 'remittances' | 'claim_events') =>
  Number(
    (
      await engine.db.owner
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )
const outcome = async (documentId: string) =>
  engine.db.owner
    .selectFrom('documents')
    .select(['outcome', 'attempts', 'processed_at'])
    .where('id', '=', documentId)
    .executeTakeFirstOrThrow()
const controlNumber = async ({ interchangeId }: Submitted) =>
  (
    await engine.db.owner
      .selectFrom('interchanges')
      .select('control_number')
      .where('id', '=', interchangeId)
      .executeTakeFirstOrThrow()
  ).control_number
const batch = (number: number, verdict: 'accepted' | 'rejected' | 'undelivered', over: object = {}): Notice => ({
  kind: 'batch',
  controlNumber: number,
  verdict,
  said: [],
  ...over,
})
/** A payment in full of one claim of one line. */
const paid = ({ submissionNumber }: Submitted): Notice => ({
  kind: 'remittance',
  remittance: balancedRemittance(
    [remittanceClaim({ submissionNumber, lines: [remittanceLine({ charged: CHARGE, paid: CHARGE })] })],
    { paidOn: '2026-03-20' },
  ),
})

describe('documents', () => {
  it('the same document twice is one: one notice, one event', async () => {
    const sending = await sent()
    const says = [about(sending.submissionNumber, { type: 'received' })]
    const first = await engine.arrives(says, 'evt_1')
    expect(await engine.arrives(says, 'evt_1')).toBe(first)
    expect(await engine.inbox()).toEqual({ left: false })
    await engine.news(sending.claimId)
    await engine.inbox()
    expect(await rows('notices')).toBe(1)
    expect((await outcome(first)).outcome).toBe('received')
  })

  it('two claims in one document: both hear, each is signalled once', async () => {
    const first = await sent()
    const second = await sent('filling')
    await engine.arrives([
      about(first.submissionNumber, { type: 'received' }),
      about(second.submissionNumber.toLowerCase(), { type: 'in_review' }),
      about(first.submissionNumber, { type: 'in_review' }),
    ])
    await engine.inbox()
    expect(engine.signalled.sort()).toEqual([`claim-${first.claimId}`, `claim-${second.claimId}`].sort())
    expect(await engine.news(first.claimId)).toMatchObject({ status: 'IN_REVIEW' })
    expect(await engine.news(second.claimId)).toMatchObject({ status: 'IN_REVIEW' })
  })

  it('a remittance and news in one document: the money is posted once, and the claim ends', async () => {
    const sending = await sent()
    await engine.arrives([about(sending.submissionNumber, { type: 'received' }), paid(sending)])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await rows('remittances')).toBe(1)
  })

  it('too much money is on the worklist, also when the decision is recorded in the same turn', async () => {
    const sending = await sent()
    const { submissionNumber, claimId } = sending
    const tooMuch = remittanceClaim({ submissionNumber, charged: CHARGE, paid: CHARGE + 500, itemised: false })
    await engine.arrives([
      about(submissionNumber, { type: 'decided', outcome: 'approved', lines: [] }),
      { kind: 'remittance', remittance: balancedRemittance([tooMuch], { paidOn: '2026-03-20' }) },
    ])
    await engine.inbox()
    expect(await engine.news(claimId)).toMatchObject({ status: 'APPROVED', attention: true })
    expect(await engine.openItems(claimId)).toEqual(['overpaid'])
  })

  it('F12 a payment before the ack proves that an unknown sending has arrived', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    await engine.arrives([paid(sending)])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ delivery: 'SENT', closed: 'settled' })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('killed between the notices and the processed mark: read again, nothing twice, the claims are signalled', async () => {
    const sending = await sent()
    const documentId = await engine.arrives([about(sending.submissionNumber, { type: 'received' }), paid(sending)])
    engine.deps.failpoint = (place) => {
      if (place === 'after_signal:inbox') throw new Error('killed')
    }
    await expect(engine.inbox()).rejects.toThrow('killed')
    expect((await outcome(documentId)).processed_at).toBeNull()
    const before = await rows('notices')
    engine.deps.failpoint = () => undefined
    engine.signalled.length = 0
    expect(await engine.inbox()).toEqual({ left: false })
    expect([await rows('notices'), await rows('remittances')]).toEqual([before, 1])
    expect(engine.signalled).toEqual([`claim-${sending.claimId}`])
  })

  it('a batch that is settled between two readings does not shift the numbers of what stands behind it', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    await engine.arrives([batch(await controlNumber(sending), 'accepted'), paid(sending)])
    engine.deps.failpoint = (place) => {
      if (place === 'after_signal:inbox') throw new Error('killed')
    }
    await expect(engine.inbox()).rejects.toThrow('killed')
    await engine.news(sending.claimId)
    engine.deps.failpoint = () => undefined
    await engine.inbox()
    const remittances = await engine.db.owner.selectFrom('remittances').select('state').execute()
    expect(remittances).toEqual([{ state: 'posted' }])
  })

  it('read twice gives every notice its first number, whatever was settled or matched in between', async () => {
    const [sending, other] = [await engine.submitted(), await sent('filling')]
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    await engine.arrives([
      about('AAAAAAAAAAAAAAAA', { type: 'received' }),
      batch(await controlNumber(sending), 'accepted'),
      about(other.submissionNumber, { type: 'received' }),
      batch(await controlNumber(other), 'rejected'),
      paid(sending),
    ])
    const numbered = () =>
      engine.db.owner.selectFrom('notices').select(['sequence', 'claim_id']).orderBy('sequence').execute()
    engine.deps.failpoint = (place) => {
      if (place === 'after_signal:inbox') throw new Error('killed')
    }
    await expect(engine.inbox()).rejects.toThrow('killed')
    const first = await numbered()
    // By place: five notices in the document, then one per claim of each batch, then the
    // remittance's own.
    expect(first.map(({ sequence }) => sequence)).toEqual([2, 5, 6, 7, 8])
    for (const { claimId } of [sending, other]) await engine.news(claimId)
    engine.deps.failpoint = () => undefined
    await engine.inbox()
    expect(await numbered()).toEqual(first)
    expect(await engine.openItems()).toContain('unmatched-notice')
  })

  it('D6 unmatched and unreadable go to the worklist, the rest of the document counts', async () => {
    const sending = await sent()
    const documentId = await engine.arrives([
      about('AAAAAAAAAAAAAAAA', { type: 'received' }),
      { kind: 'unreadable', because: 'half a segment' },
      batch(999_999, 'accepted'),
      batch(999_998, 'accepted'),
      about(sending.submissionNumber, { type: 'received' }),
    ])
    await engine.inbox()
    expect(await engine.openItems()).toEqual([
      'unmatched-notice',
      'unmatched-notice',
      'unmatched-notice',
      'unreadable-document',
    ])
    expect((await outcome(documentId)).processed_at).not.toBeNull()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED' })
  })

  it('an authorisation that the provider grants or refuses is one item for a person, however often it comes', async () => {
    const answer = {
      granted: true,
      number: 'PA-9',
      requestId: 'REQ-1',
      validFrom: '2026-03-01',
      validUntil: '2026-06-01',
      amount: 150_000,
      said: [],
    }
    const documentId = await engine.arrives([{ kind: 'authorisation', answer }])
    await engine.arrives([{ kind: 'authorisation', answer }], 'again')
    await engine.arrives([
      {
        kind: 'authorisation',
        answer: { ...answer, granted: false, requestId: 'REQ-2', amount: null, said: [{ code: 'MNEC-003' }] },
      },
    ])
    await engine.inbox()
    expect((await outcome(documentId)).outcome).toBe('authorisation granted')
    const items = await engine.db.owner
      .selectFrom('attention_items')
      .select(['kind', 'because'])
      .orderBy('id')
      .execute()
    expect(items.map(({ kind }) => kind)).toEqual(['authorisation-answered', 'authorisation-answered'])
    expect(items[0]?.because).toMatch(
      /granted authorisation PA-9 for request REQ-1, valid from 2026-03-01 to 2026-06-01, up to \w{3} 1500\.00/,
    )
    expect(items[1]?.because).toContain('refused the authorisation of request REQ-2 (MNEC-003)')
  })

  it('a broken one is tried five times with a growing rest, then goes to a person; the others are not held up', async () => {
    const sending = await sent()
    const broken = await engine.arrives('boom')
    const healthy = await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    expect(await engine.inbox()).toEqual({ left: true, restMs: 1_000 })
    expect((await outcome(healthy)).outcome).toBe('received')
    const rests = []
    for (let pass = 0; pass < 3; pass += 1) rests.push((await engine.inbox()).restMs)
    expect(rests).toEqual([4_000, 16_000, 64_000])
    expect(await engine.openItems()).toEqual([])
    expect(await engine.inbox()).toEqual({ left: false })
    expect(await outcome(broken)).toMatchObject({ outcome: 'broken', attempts: 5 })
    expect(await engine.openItems()).toEqual(['unreadable-document'])
  })
})

describe('batches', () => {
  it('accepted: proves an unsettled sending, says nothing about a settled one', async () => {
    const unsettled = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(unsettled)
    const settled = await sent('filling')
    await engine.arrives([
      batch(await controlNumber(unsettled), 'accepted'),
      batch(await controlNumber(settled), 'accepted'),
    ])
    await engine.inbox()
    expect(await engine.news(unsettled.claimId)).toMatchObject({ status: 'SUBMITTED', delivery: 'SENT' })
    expect(await engine.interchange(unsettled.interchangeId)).toMatchObject({ state: 'SENT' })
    expect(engine.signalled).toEqual([`claim-${unsettled.claimId}`])
  })

  it('rejected: its claims fall at the front end, those that are not meant do not', async () => {
    const sending = await sent()
    const number = await controlNumber(sending)
    await engine.arrives([batch(number, 'rejected', { submissionNumbers: ['AAAAAAAAAAAAAAAA'] })])
    await engine.arrives([batch(number, 'rejected', { positions: [2] })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'SUBMITTED' })
    await engine.arrives([batch(number, 'rejected', { submissionNumbers: [sending.submissionNumber.toLowerCase()] })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'REJECTED' })
  })

  it.each(['SENT', 'UNKNOWN'])(
    'undelivered: a %s sending that came back has ended, and a person is told',
    async (state) => {
      const sending = await engine.submitted()
      engine.script = [state === 'SENT' ? { kind: 'arrived' } : { kind: 'unknown', because: 'reset' }]
      await engine.deliver(sending)
      expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state })
      const number = await controlNumber(sending)
      const { interchangeId } = sending
      await engine.arrives([batch(number, 'undelivered', { interchangeId: newId() })])
      await engine.inbox()
      expect(await engine.interchange(interchangeId)).toMatchObject({ state })
      expect(await engine.openItems()).toEqual(['unmatched-notice'])
      await engine.arrives([batch(number, 'undelivered', { interchangeId, said: [{ list: 'SMTP', code: '5.1.1' }] })])
      await engine.inbox()
      expect(await engine.news(sending.claimId)).toMatchObject({
        status: 'REJECTED',
        delivery: 'REFUSED',
        attention: true,
      })
      expect(await engine.interchange(interchangeId)).toMatchObject({ state: 'REFUSED' })
      expect(await engine.settle(sending)).toMatchObject({ kind: 'settled' })
      expect(await engine.openItems(sending.claimId)).toEqual(['claim-rejected'])
    },
  )

  it('undelivered after the provider has spoken of the claim: it moves nothing, a person looks', async () => {
    const sending = await sent()
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.arrives([batch(await controlNumber(sending), 'undelivered')])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT', attention: true })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('an inquiry that is rejected fails alone, claims hear nothing', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0 }
    const sending = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    engine.replies = [[]]
    await engine.settle(sending)
    const inquiry = await engine.db.owner
      .selectFrom('interchanges')
      .select(['id', 'control_number', 'state'])
      .where('kind', '=', 'inquiry')
      .executeTakeFirstOrThrow()
    expect(inquiry.state).toBe('SENT')
    await engine.arrives([batch(inquiry.control_number, 'rejected')])
    engine.signalled.length = 0
    await engine.inbox()
    expect(await engine.interchange(inquiry.id)).toMatchObject({ state: 'REFUSED' })
    expect(engine.signalled).toEqual([])
    expect(await engine.openItems()).toEqual([])
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN' })
  })

  it("another connection's control number is not ours to read: a person looks", async () => {
    const sending = await sent()
    const other = newId()
    await engine.db.owner
      .insertInto('connections')
      .values({
        organisation_id: engine.db.organisationId,
        id: other,
        provider_id: 'summit-dental',
        mode: 'production',
        currency: 'PHP',
        endpoint: '{}',
        settings: '{}',
      })
      .execute()
    await engine.db.owner
      .updateTable('interchanges')
      .set({ connection_id: other })
      .where('id', '=', sending.interchangeId)
      .execute()
    await engine.arrives([batch(await controlNumber(sending), 'rejected')])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'SUBMITTED' })
    expect(await engine.openItems()).toEqual(['unmatched-notice'])
  })
})

describe('amounts that nobody can add up', () => {
  const HUGE = Number.MAX_SAFE_INTEGER - 1

  it('quarantine their remittance by name at its first reading, and leave the other news of the document alone', async () => {
    const sending = await sent()
    const { submissionNumber, claimId } = sending
    const line = remittanceLine({ charged: HUGE, paid: HUGE })
    const remittance = balancedRemittance([remittanceClaim({ submissionNumber, lines: [line, line] })], {
      amount: HUGE,
    })
    const documentId = await engine.arrives([
      about(submissionNumber, { type: 'received' }),
      { kind: 'remittance', remittance: { ...remittance, claims: remittance.claims.map(fitting) } },
    ])
    await engine.inbox()
    expect(await outcome(documentId)).toMatchObject({ outcome: 'received, remittance quarantined', attempts: 0 })
    const held = await engine.db.owner.selectFrom('remittances').select(['state', 'problem']).executeTakeFirstOrThrow()
    expect(held).toEqual({
      state: 'quarantined',
      problem: { rule: 'amount-range', where: 'claim 1', difference: null },
    })
    expect(await engine.news(claimId)).toMatchObject({ status: 'RECEIVED' })
    expect(await engine.openItems()).toEqual(['remittance-quarantined'])
  })

  it('make a decision unreadable: the claim never hears of it', async () => {
    const { submissionNumber, claimId } = await sent()
    const refused = { bucket: 'denied' as const, amount: HUGE, said: {} }
    const line = { lineNumber: 1, outcome: 'denied' as const, payable: 0, adjustments: [refused, refused] }
    const documentId = await engine.arrives([about(submissionNumber, { type: 'decided', lines: [line] })])
    await engine.inbox()
    expect(await outcome(documentId)).toMatchObject({ outcome: 'unreadable', attempts: 0 })
    expect(await engine.news(claimId)).toMatchObject({ status: 'SUBMITTED' })
    expect(await engine.openItems()).toEqual(['unreadable-document'])
  })
  /** What a document can say of such a claim: each amount fits alone. */
  const fitting = <T extends { charged: number; paid: number }>(claim: T): T => ({
    ...claim,
    charged: HUGE,
    paid: HUGE,
  })
})

describe('a quarantined remittance whose adapter was mended', () => {
  it('is posted when a person has its document read again, and its claim hears of it', async () => {
    const sending = await sent()
    const { organisationId } = sending
    const paid = balancedRemittance(
      [
        remittanceClaim({
          submissionNumber: sending.submissionNumber,
          lines: [remittanceLine({ charged: CHARGE, paid: CHARGE })],
        }),
      ],
      { traceNumber: `EFT-${newId()}` },
    )
    const documentId = await engine.arrives([{ kind: 'remittance', remittance: { ...paid, amount: paid.amount - 1 } }])
    await engine.inbox()
    expect(await outcome(documentId)).toMatchObject({ outcome: 'remittance quarantined' })
    const held = await engine.db.owner.selectFrom('remittances').select(['id', 'state']).executeTakeFirstOrThrow()
    expect(held.state).toBe('quarantined')
    const act = {
      organisationId,
      remittanceId: held.id,
      actor: 'Ana',
      reason: 'adapter 2 reads the fee',
      now: engine.now,
    }
    expect(await engine.within((tx) => askToReread(tx, act))).toMatchObject({ kind: 'reread' })
    // The adapter as it was finds the same fault: nothing is made up.
    await engine.inbox()
    expect(await engine.openItems()).toEqual(['remittance-quarantined'])
    await engine.within((tx) => askToReread(tx, act))
    const adapter = engine.deps.adapterOf('harbor-health')
    engine.deps.adapterOf = () => ({ ...adapter, decode: () => [{ kind: 'remittance', remittance: paid }] })
    await engine.inbox()
    expect(await outcome(documentId)).toMatchObject({ outcome: 'remittance posted' })
    expect(await rows('remittances')).toBe(1)
    await engine.news(sending.claimId)
    expect(await engine.claim(sending.claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await engine.openItems()).toEqual([])
  })
})
