import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import type { BatchCalendar } from '../../../domain/delivery/batchCalendar.ts'
import { newId } from '../../../platform/ids.ts'
import type { Transmission } from '../../../workflows/activityContract.ts'
import { doing, wish } from '../../support/claimsSeed.ts'
import { about, answered, type Engine, startEngine, taken } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
  engine.declaration.batching = { claimsPerInterchange: 100 }
  await calendar({ every: 'day', at: '17:00' })
})
afterEach(() => engine.db.close())

const calendar = (wanted: BatchCalendar | null) =>
  engine.db.owner
    .updateTable('connections')
    .set({ batch_calendar: wanted === null ? null : JSON.stringify(wanted) })
    .where('id', '=', engine.seeded.connectionId)
    .execute()

/** A claim that waits in a batch. */
async function waiting(procedure: Parameters<Engine['draft']>[0] = 'cleaning') {
  const claimId = await engine.draft(procedure)
  const opened = await engine.open(claimId)
  if (opened.kind !== 'open' || opened.submitted === null) throw new Error(JSON.stringify(opened))
  expect(opened.interchangeId).toBeNull()
  return { claimId, ...opened.submitted, interchangeId: await interchangeOf(claimId), opened }
}

async function interchangeOf(claimId: string): Promise<string> {
  const row = await engine.db.owner
    .selectFrom('submissions')
    .select('interchange_id')
    .where('claim_id', '=', claimId)
    .executeTakeFirstOrThrow()
  return row.interchange_id
}

const batchOf = (interchangeId: string): Transmission => ({
  organisationId: engine.db.organisationId,
  providerId: 'harbor-health',
  interchangeId,
})
const leave = async (interchangeId: string) => {
  engine.later(9)
  return engine.deliver(batchOf(interchangeId))
}
const interchanges = () =>
  engine.db.owner
    .selectFrom('interchanges')
    .select(['id', 'state', 'joinable', 'control_number'])
    .orderBy('id')
    .execute()
const batchNotice = (controlNumber: number, more: Partial<Extract<Notice, { kind: 'batch' }>>): Notice => ({
  kind: 'batch',
  controlNumber,
  verdict: 'rejected',
  said: [{ list: 'X', code: 'R' }],
  ...more,
})

describe('a claim of a connection with a calendar', () => {
  it('joins the open interchange, says when it leaves, and only the first sees to the departure', async () => {
    const first = await waiting()
    const second = await waiting('filling')
    expect(second.interchangeId).toBe(first.interchangeId)
    expect(first.opened).toMatchObject({ dispatches: [first.interchangeId], claim: { delivery: 'WAITING' } })
    expect(second.opened).not.toHaveProperty('dispatches')
    if (second.opened.kind !== 'open') throw new Error('refused')
    expect(second.opened.claim.waitingFor).toContain('leaves on 20 Mar 2026 at 17:00')
    expect(await interchanges()).toMatchObject([{ state: 'WAITING', joinable: true }])
  })

  it('killed after its commit and run again finds its batch', async () => {
    const first = await waiting()
    expect(await engine.open(first.claimId)).toMatchObject({
      submitted: { submissionId: first.submissionId },
      interchangeId: null,
      dispatches: [first.interchangeId],
    })
    expect(await interchanges()).toHaveLength(1)
  })

  it('opens another when the batch is full, and never two that take claims', async () => {
    await calendar({ every: 'day', at: '17:00', maxClaims: 2 })
    const drafts = [await engine.draft('cleaning'), await engine.draft('filling'), await engine.draft('elsewhere')]
    await Promise.all(drafts.map((claimId) => engine.open(claimId)))
    expect((await interchanges()).map((row) => row.joinable)).toEqual([false, true])
  })

  it('opens another when the cut-off has passed although the first has not left yet', async () => {
    const first = await waiting()
    engine.later(9)
    const second = await waiting('filling')
    expect(second.interchangeId).not.toBe(first.interchangeId)
    expect((await interchanges()).map((row) => row.joinable)).toEqual([false, true])
  })

  it.each([
    ['the moment before the cut-off joins', 8 * 3_600 - 1, true],
    ['at the very cut-off opens another', 8 * 3_600, false],
  ])('%s', async (_name, seconds, joins) => {
    const first = await waiting()
    engine.later(seconds / 3_600)
    const second = await waiting('filling')
    expect(second.interchangeId === first.interchangeId).toBe(joins)
  })

  it('joins a batch of its own connection only', async () => {
    const first = await waiting()
    const other = newId()
    const { organisationId } = engine.db
    await engine.db.owner
      .insertInto('connections')
      .values({
        organisation_id: organisationId,
        id: other,
        provider_id: 'harbor-health',
        mode: 'test',
        currency: 'PHP',
        endpoint: '{}',
        settings: '{}',
        batch_calendar: JSON.stringify({ every: 'day', at: '17:00' }),
      })
      .execute()
    const saved = await engine.within((tx) =>
      createDraft(tx, wish(engine.seeded, ['filling'], { mode: 'test' }), doing(organisationId)),
    )
    if (saved.kind === 'refused') throw new Error(saved.detail)
    await engine.open(saved.claimId)
    expect(await interchangeOf(saved.claimId)).not.toBe(first.interchangeId)
  })

  it('has an acknowledgement deadline that runs from the cut-off', async () => {
    const { claimId } = await waiting()
    const row = await engine.db.owner
      .selectFrom('claims')
      .select(['deadline_kind', 'deadline_starts_at'])
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ deadline_kind: 'ack', deadline_starts_at: new Date('2026-03-20T17:00:00Z') })
  })
})

describe('the departure', () => {
  it('waits for the cut-off, then sends all claims in one interchange and records each', async () => {
    const claims = [await waiting(), await waiting('filling'), await waiting('elsewhere')]
    const { interchangeId } = claims[0] as (typeof claims)[0]
    expect(await engine.deliver(batchOf(interchangeId))).toEqual({ kind: 'not_sent', retryInMs: 8 * 3_600_000 })
    expect(engine.sent).toEqual([])
    expect(await leave(interchangeId)).toEqual({ kind: 'settled', claim: null })
    expect(engine.sent).toHaveLength(1)
    const parts = JSON.parse(Buffer.from(engine.sent[0]?.message.body ?? []).toString())
    expect(parts.map((part: { submissionNumber: string }) => part.submissionNumber).sort()).toEqual(
      claims.map((claim) => claim.submissionNumber).sort(),
    )
    for (const { claimId } of claims)
      expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED', delivery: 'SENT' })
  })

  it('keeps only the batch’s own references of an answer to many claims', async () => {
    const first = await waiting()
    await waiting('filling')
    const references = [
      { type: 'batch' as const, value: 'B-1' },
      { type: 'claim-number' as const, value: 'HH-1' },
    ]
    engine.script = [answered({ ...taken, references } as typeof taken)]
    await leave(first.interchangeId)
    const kept = await engine.db.owner.selectFrom('claim_references').select(['type', 'value']).execute()
    expect(kept).toEqual([
      { type: 'batch', value: 'B-1' },
      { type: 'batch', value: 'B-1' },
    ])
  })

  it('a refusal fails every claim in it by name', async () => {
    const claims = [await waiting(), await waiting('filling')]
    engine.script = [answered({ kind: 'refused', said: [{ list: 'X', code: 'E1' }] })]
    await leave(claims[0]?.interchangeId ?? '')
    for (const { claimId } of claims) {
      expect(await engine.claim(claimId)).toMatchObject({ status: 'REJECTED', delivery: 'REFUSED' })
      expect(await engine.openItems(claimId)).toEqual(['claim-rejected'])
    }
  })

  it('an unknown end is looked at again, with every claim on the worklist when nothing settles it', async () => {
    engine.declaration.delivery = {
      ...engine.declaration.delivery,
      keyWindowHours: 0,
      lookup: false,
      unknownPolicy: 'hold',
    }
    const claims = [await waiting(), await waiting('filling')]
    const batch = batchOf(claims[0]?.interchangeId ?? '')
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    expect(await leave(batch.interchangeId)).toMatchObject({ kind: 'unknown', claim: null })
    for (let looks = 0; looks < 3; looks += 1) expect(await engine.settle(batch)).toMatchObject({ kind: 'unknown' })
    for (const { claimId } of claims) {
      expect(await engine.claim(claimId)).toMatchObject({ delivery: 'UNKNOWN', attention: true })
      expect(await engine.openItems(claimId)).toEqual(['delivery-unknown'])
    }
  })

  it('a claim that cannot be written is taken out, and the others leave', async () => {
    const [good, bad] = [await waiting(), await waiting('filling')]
    engine.poison = bad.submissionNumber
    expect(await leave(good.interchangeId)).toMatchObject({ kind: 'settled' })
    expect(await engine.claim(good.claimId)).toMatchObject({ delivery: 'SENT' })
    expect(await engine.claim(bad.claimId)).toMatchObject({ delivery: 'WAITING', attention: true })
    expect(await engine.openItems(bad.claimId)).toEqual(['delivery-held'])
    engine.poison = null
    expect(await engine.deliver(batchOf(await interchangeOf(bad.claimId)))).toMatchObject({ kind: 'settled' })
    expect(await engine.claim(bad.claimId)).toMatchObject({ delivery: 'SENT' })
  })
})

describe('R1: a batch with a claim that only the whole file shows to be unwritable', () => {
  const healthyOf = (count: number) =>
    Array.from({ length: count }).reduce<Promise<Awaited<ReturnType<typeof waiting>>[]>>(
      async (before) => [...(await before), await waiting()],
      Promise.resolve([]),
    )

  it.each([0, 2, 4])('leaves without it, found by halves (place %i of 5)', async (place) => {
    const claims = await healthyOf(5)
    const bad = claims[place]
    if (bad === undefined) throw new Error('no claim')
    engine.poisonInBatch = bad.submissionNumber
    expect(await leave(bad.interchangeId)).toMatchObject({ kind: 'settled' })
    for (const { claimId, submissionNumber } of claims) {
      const held = submissionNumber === bad.submissionNumber
      expect(await engine.claim(claimId)).toMatchObject({ delivery: held ? 'WAITING' : 'SENT', attention: held })
      expect(await engine.openItems(claimId)).toEqual(held ? ['delivery-held'] : [])
    }
    expect(Buffer.from(engine.sent[0]?.message.body ?? []).toString()).not.toContain(bad.submissionNumber)
    // Held in an interchange of its own: it leaves once it can be written.
    engine.poisonInBatch = null
    expect(await engine.deliver(batchOf(await interchangeOf(bad.claimId)))).toMatchObject({ kind: 'settled' })
  })

  it('claims that only are too many for one file leave in several, and nobody is told', async () => {
    const claims = await healthyOf(3)
    engine.mostInBatch = 2
    expect(await leave(claims[0]?.interchangeId ?? '')).toMatchObject({ kind: 'settled' })
    const last = claims[2]?.claimId ?? ''
    expect(await engine.openItems()).toEqual([])
    expect(await engine.deliver(batchOf(await interchangeOf(last)))).toMatchObject({ kind: 'settled' })
    for (const { claimId } of claims) expect(await engine.claim(claimId)).toMatchObject({ delivery: 'SENT' })
  })
})

describe('a recall', () => {
  it('takes the claim out before the cut-off: nothing of it leaves, and the batch goes without it', async () => {
    const [stays, goes] = [await waiting(), await waiting('filling')]
    const told = await engine.cancel(goes.claimId, await engine.wishToCancel(goes.claimId))
    expect(told).toMatchObject({ claim: { status: 'CANCELLED', closed: 'cancelled' }, interchangeId: null })
    await leave(stays.interchangeId)
    expect(Buffer.from(engine.sent[0]?.message.body ?? []).toString()).not.toContain(goes.submissionNumber)
    expect(await engine.claim(stays.claimId)).toMatchObject({ delivery: 'SENT' })
    expect(await engine.claim(goes.claimId)).toMatchObject({ status: 'CANCELLED' })
  })

  it('of the last claim ends the batch', async () => {
    const only = await waiting()
    await engine.cancel(only.claimId, await engine.wishToCancel(only.claimId))
    expect((await interchanges()).map((row) => [row.state, row.joinable])).toEqual([
      ['REFUSED', false],
      ['REFUSED', false],
    ])
    expect(await leave(only.interchangeId)).toEqual({ kind: 'settled', claim: null })
    expect(engine.sent).toEqual([])
  })

  it('after the batch was closed for its departure is a void', async () => {
    const [first, second] = [await waiting(), await waiting('filling')]
    engine.script = [{ kind: 'not_sent', because: 'slower', retryAfterMs: 1_000 }]
    await leave(first.interchangeId)
    const told = await engine.cancel(second.claimId, await engine.wishToCancel(second.claimId))
    expect(told.claim.effects).toMatchObject([{ effect: 'void_sent' }])
    expect(told.interchangeId).not.toBeNull()
    expect(await engine.deliver(batchOf(first.interchangeId))).toMatchObject({ kind: 'settled' })
    expect(await engine.claim(second.claimId)).toMatchObject({ delivery: 'SENT' })
  })

  it('and a departure at the same moment never send what was recalled', async () => {
    const [first, second] = [await waiting(), await waiting('filling')]
    const wish = await engine.wishToCancel(second.claimId)
    engine.later(9)
    const [told] = await Promise.all([
      engine.cancel(second.claimId, wish),
      engine.deliver(batchOf(first.interchangeId)),
    ])
    const sent = Buffer.from(engine.sent[0]?.message.body ?? [])
      .toString()
      .includes(second.submissionNumber)
    expect(told.claim.effects[0]?.effect).toBe(sent ? 'void_sent' : 'cancelled')
  })
})

describe('news about one claim of a batch', () => {
  it('that may have arrived proves the arrival of all', async () => {
    const claims = [await waiting(), await waiting('filling'), await waiting('elsewhere')]
    const [first, ...others] = claims as [(typeof claims)[0], ...typeof claims]
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await leave(first.interchangeId)
    await engine.arrives([about(first.submissionNumber, { type: 'received' })])
    await engine.inbox()
    expect(engine.signalled.sort()).toEqual(claims.map(({ claimId }) => `claim-${claimId}`).sort())
    await engine.news(first.claimId)
    for (const { claimId } of others) {
      await engine.news(claimId)
      expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED', delivery: 'SENT' })
    }
    expect(await engine.interchange(first.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('that has not left proves nothing of the others: that claim is taken out', async () => {
    const [filed, waits] = [await waiting(), await waiting('filling')]
    await engine.arrives([about(filed.submissionNumber, { type: 'received' })])
    await engine.inbox()
    await engine.news(filed.claimId)
    expect(await engine.claim(filed.claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT' })
    expect(await engine.claim(waits.claimId)).toMatchObject({ status: 'SUBMITTED', delivery: 'WAITING' })
    await leave(waits.interchangeId)
    expect(Buffer.from(engine.sent[0]?.message.body ?? []).toString()).not.toContain(filed.submissionNumber)
  })
})

describe('batch accounting', () => {
  async function sentBatch() {
    const claims = [await waiting(), await waiting('filling'), await waiting('elsewhere')]
    const interchangeId = claims[0]?.interchangeId ?? ''
    await leave(interchangeId)
    const row = (await interchanges()).find((each) => each.id === interchangeId)
    return { claims, controlNumber: row?.control_number ?? 0 }
  }
  const hear = async (notices: Notice[], claims: { claimId: string }[]) => {
    await engine.arrives(notices)
    await engine.inbox()
    for (const { claimId } of claims) await engine.news(claimId)
    return Promise.all(claims.map(async ({ claimId }) => (await engine.claim(claimId)).status))
  }

  it('a rejected interchange fails each claim in it by name', async () => {
    const { claims, controlNumber } = await sentBatch()
    expect(await hear([batchNotice(controlNumber, {})], claims)).toEqual(['REJECTED', 'REJECTED', 'REJECTED'])
    for (const { claimId } of claims) expect(await engine.openItems(claimId)).toEqual(['claim-rejected'])
  })

  it('a transaction rejected by its position fails only that claim', async () => {
    const { claims, controlNumber } = await sentBatch()
    expect(await hear([batchNotice(controlNumber, { positions: [2] })], claims)).toEqual([
      'SUBMITTED',
      'REJECTED',
      'SUBMITTED',
    ])
  })

  it('whoever is not acknowledged in time is on the worklist by its number', async () => {
    const { claims } = await sentBatch()
    const [first, second, missing] = claims as [(typeof claims)[0], (typeof claims)[0], (typeof claims)[0]]
    const acks = [first, second].map((claim) => about(claim.submissionNumber, { type: 'received' }))
    expect(await hear(acks, claims)).toEqual(['RECEIVED', 'RECEIVED', 'SUBMITTED'])
    engine.later(24 * 4)
    expect(await engine.climb(missing.claimId)).toMatchObject({ ask: true })
    engine.later(24 * 4)
    for (const { claimId } of claims) await engine.climb(claimId)
    const items = await engine.db.owner.selectFrom('attention_items').select(['claim_id', 'kind', 'because']).execute()
    expect(items).toMatchObject([{ claim_id: missing.claimId, kind: 'stalled' }])
    expect(items[0]?.because).toMatch(/^Claim \S+: the provider has not confirmed in time/)
  })
})
