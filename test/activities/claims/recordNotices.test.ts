import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const sent = async () => {
  const sending = await engine.submitted()
  await engine.deliver(sending)
  return sending
}
const hears = async ({ submissionNumber, claimId }: Submitted, ...facts: Fact[]) => {
  await engine.arrives(facts.map((fact) => about(submissionNumber, fact)))
  await engine.inbox()
  return engine.news(claimId)
}
const events = async (claimId: string) =>
  (
    await engine.db.owner
      .selectFrom('claim_events')
      .select(['type', 'effect'])
      .where('claim_id', '=', claimId)
      .orderBy('feed')
      .execute()
  ).map((row) => `${row.type}:${row.effect}`)
const notices = async (claimId: string) =>
  (
    await engine.db.owner.selectFrom('notices').select('id').where('claim_id', '=', claimId).orderBy('id').execute()
  ).map((row) => row.id)
const replaced = async (sending: Submitted) => {
  await engine.db.owner
    .updateTable('claims')
    .set({ closed_because: 'replaced' })
    .where('id', '=', sending.claimId)
    .execute()
}

describe('a look at a claim without news', () => {
  const row = (claimId: string) =>
    engine.db.owner
      .selectFrom('claims')
      .select(['deadline_kind', 'deadline_starts_at', 'deadline_due_at', 'deadline_level', 'updated_at'])
      .where('id', '=', claimId)
      .executeTakeFirstOrThrow()

  it('writes nothing', async () => {
    const { claimId } = await sent()
    const before = await row(claimId)
    engine.later(1)
    await engine.news(claimId)
    expect(await row(claimId)).toEqual(before)
  })

  it('keeps a deadline that was changed on the connection', async () => {
    const { claimId } = await sent()
    const before = await row(claimId)
    const deadlines = JSON.stringify({ ackDays: 9 })
    await engine.db.owner.updateTable('connections').set({ deadlines }).execute()
    await engine.news(claimId)
    const after = await row(claimId)
    expect(after).toMatchObject({ deadline_kind: 'ack', deadline_level: 0 })
    expect(after.deadline_starts_at).toEqual(before.deadline_starts_at)
    expect(after.deadline_due_at?.getTime()).not.toBe(before.deadline_due_at?.getTime())
  })
})

describe('recordNotices', () => {
  it('records several notices in one turn, in the order in which they came', async () => {
    const sending = await sent()
    const { submissionNumber, claimId } = sending
    await engine.arrives([about(submissionNumber, { type: 'received' })])
    await engine.arrives([
      about(submissionNumber, { type: 'in_review' }),
      about(submissionNumber, { type: 'documents_requested', documents: ['xray'] }),
    ])
    await engine.inbox()
    const ids = await notices(claimId)
    expect(await engine.news(claimId, ids)).toMatchObject({
      status: 'IN_REVIEW',
      effects: ids.map((noticeId) => ({ noticeId, effect: 'applied' })),
    })
    expect(await events(claimId)).toEqual([
      'submitted:applied',
      'sent:applied',
      'received:applied',
      'in_review:applied',
      'documents_requested:applied',
    ])
  })

  it('killed and run again records nothing twice and still tells the effect that somebody waits for', async () => {
    const sending = await sent()
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    const ids = await notices(sending.claimId)
    const first = await engine.news(sending.claimId, ids)
    const again = await engine.news(sending.claimId, ids)
    expect(again.effects).toEqual(first.effects)
    expect(await events(sending.claimId)).toHaveLength(3)
    expect((await engine.news(sending.claimId, ['01890000-0000-7000-8000-000000000000'])).effects).toEqual([
      { noticeId: '01890000-0000-7000-8000-000000000000', effect: 'unknown' },
    ])
  })

  it('two turns at once record each notice once', async () => {
    const sending = await sent()
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    await Promise.all([engine.news(sending.claimId), engine.news(sending.claimId)])
    expect(await events(sending.claimId)).toHaveLength(3)
  })

  it('E9 a code that nobody knows leaves the status, keeps their words, and a person looks', async () => {
    const sending = await sent()
    await hears(sending, { type: 'received' })
    const said = [{ list: 'STC', code: 'Q7', text: 'parked for the moon' }]
    await engine.arrives([{ ...about(sending.submissionNumber, { type: 'other' }), said } as ReturnType<typeof about>])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', attention: true })
    expect(await engine.openItems(sending.claimId)).toEqual(['unknown-notice'])
    const kept = await engine.db.owner
      .selectFrom('claim_events')
      .select(['type', 'effect', 'said'])
      .where('claim_id', '=', sending.claimId)
      .orderBy('feed', 'desc')
      .executeTakeFirstOrThrow()
    expect(kept).toEqual({ type: 'other', effect: 'noted', said })
  })

  it.each<[string, Fact[], string]>([
    ['repeat', [{ type: 'received' }, { type: 'received' }], 'received:repeat'],
    ['stale', [{ type: 'in_review' }, { type: 'received' }], 'received:stale'],
    ['noted', [{ type: 'not_found' }], 'not_found:noted'],
    [
      'conflict',
      [{ type: 'decided', outcome: 'approved', lines: [] }, { type: 'rejected_front_end' }],
      'rejected_front_end:conflict',
    ],
  ])('%s', async (_effect, facts, last) => {
    const sending = await sent()
    await hears(sending, ...facts)
    expect((await events(sending.claimId)).at(-1)).toBe(last)
  })

  it('leaves a wish to cancel to its own activity, and names it', async () => {
    const sending = await sent()
    const wish = await engine.wishToCancel(sending.claimId)
    const now = await engine.news(sending.claimId)
    expect(now).toMatchObject({ status: 'SUBMITTED', cancelsWanted: [wish], effects: [] })
  })

  it('a look without news writes nothing', async () => {
    const sending = await sent()
    engine.statements()
    await engine.news(sending.claimId)
    expect(engine.statements()).toEqual(['set_config', 'SelectQueryNode', expect.stringMatching(/^select n\.id/)])
  })

  it('moves the interchange only when news proves what we did not know', async () => {
    const sending = await sent()
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    engine.statements()
    await engine.inbox()
    expect(engine.statements().filter((text) => text.includes('update interchanges'))).toEqual([])
  })
})

describe('attention', () => {
  it('news closes what only silence had opened; what the provider asks for stays', async () => {
    const sending = await sent()
    await hears(sending, { type: 'not_found' })
    expect(await engine.openItems(sending.claimId)).toEqual(['provider-does-not-know'])
    const now = await hears(sending, { type: 'documents_requested', documents: ['xray'] })
    expect(now.attention).toBe(true)
    expect(await engine.openItems(sending.claimId)).toEqual(['documents-requested'])
  })

  it('a contradiction on a closed claim stays until a person has looked', async () => {
    const sending = await sent()
    await engine.cancel(sending.claimId, await engine.wishToCancel(sending.claimId))
    const [, voided] = await engine.db.owner.selectFrom('interchanges').select('id').orderBy('id').execute()
    await engine.deliver({ ...sending, interchangeId: voided?.id ?? '' })
    expect(await engine.claim(sending.claimId)).toMatchObject({ closed: 'cancelled', attention: false })
    const now = await hears(sending, { type: 'decided', outcome: 'approved', lines: [] })
    expect(now).toMatchObject({ status: 'CANCELLED', attention: true })
    await engine.open(sending.claimId)
    await hears(sending, { type: 'other' })
    expect(await engine.openItems(sending.claimId)).toContain('notice-conflict')
    expect(await engine.claim(sending.claimId)).toMatchObject({ attention: true })
  })

  it('what is raised in the turn that finds the claim replaced is not closed by it', async () => {
    const sending = await sent()
    await replaced(sending)
    const now = await hears(sending, { type: 'other' })
    expect(now).toMatchObject({ closed: 'replaced', attention: true })
    await hears(sending, { type: 'documents_requested', documents: ['xray'] })
    await hears(sending, { type: 'received' })
    expect(await engine.openItems(sending.claimId)).toEqual(['documents-requested', 'unknown-notice'])
  })

  it('closing the claim takes its own items off the worklist', async () => {
    const sending = await sent()
    await hears(sending, { type: 'documents_requested', documents: ['xray'] })
    await hears(sending, { type: 'rejected_front_end' })
    expect(await engine.openItems(sending.claimId)).toEqual(['claim-rejected', 'documents-requested'])
    await engine.cancel(sending.claimId, await engine.wishToCancel(sending.claimId))
    expect(await engine.openItems(sending.claimId)).toEqual([])
    expect(await engine.claim(sending.claimId)).toMatchObject({ closed: 'cancelled', attention: false })
  })

  it('E7 a decision that is older than the one in force changes nothing, and a person judges (denied, then approved before)', async () => {
    const sending = await sent()
    const decides = async (outcome: 'approved' | 'denied', at: string) => {
      const fact = { type: 'decided' as const, outcome, lines: [] }
      await engine.arrives([{ ...about(sending.submissionNumber, fact), at } as ReturnType<typeof about>])
      await engine.inbox()
      return engine.news(sending.claimId)
    }
    await decides('denied', '2026-03-20T12:00:00.000Z')
    // The same decision said again with an earlier time contradicts nothing.
    await decides('denied', '2026-03-19T12:00:00.000Z')
    expect(await engine.openItems(sending.claimId)).toEqual(['claim-denied'])
    expect(await decides('approved', '2026-03-18T12:00:00.000Z')).toMatchObject({ status: 'REJECTED', attention: true })
    expect(await engine.openItems(sending.claimId)).toEqual(['claim-denied', 'decision-conflict'])
    const words = await engine.db.owner
      .selectFrom('attention_items')
      .select('because')
      .where('kind', '=', 'decision-conflict')
      .executeTakeFirstOrThrow()
    expect(words.because).toMatch(/made on 18 Mar 2026 .*in force since 20 Mar 2026.*REJECTED/)
    expect(await events(sending.claimId)).toEqual([
      'submitted:applied',
      'sent:applied',
      'decided:applied',
      'decided:repeat',
      'decided:stale',
    ])
  })
})
