import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

let engine: Engine
let sending: Submitted
beforeEach(async () => {
  engine = await startEngine()
  sending = await engine.submitted()
  await engine.deliver(sending)
})
afterEach(() => engine.db.close())

const DAY = 24
const levels = async () =>
  (
    await engine.db.owner
      .selectFrom('claim_events')
      .select('fact')
      .where('claim_id', '=', sending.claimId)
      .where('type', '=', 'deadline_passed')
      .orderBy('feed')
      .execute()
  ).map(({ fact }) => (fact.type === 'deadline_passed' ? `${fact.deadline}:${fact.level}` : ''))

describe('escalate', () => {
  it('climbs each level once: ask, billing, owner; then nothing is due any more', async () => {
    expect(await engine.climb(sending.claimId)).toMatchObject({ ask: false, claim: { dueInMs: 3 * DAY * 3_600_000 } })
    engine.later(3 * DAY)
    expect(await engine.climb(sending.claimId)).toMatchObject({ ask: true, claim: { attention: false } })
    expect(await engine.climb(sending.claimId)).toMatchObject({ ask: false })
    engine.later(3 * DAY)
    expect(await engine.climb(sending.claimId)).toMatchObject({ ask: false, claim: { attention: true } })
    engine.later(3 * DAY)
    expect(await engine.climb(sending.claimId)).toMatchObject({ claim: { dueInMs: null } })
    engine.later(300 * DAY)
    await engine.climb(sending.claimId)
    expect(await levels()).toEqual(['ack:ask', 'ack:billing', 'ack:owner'])
    expect(await engine.openItems(sending.claimId)).toEqual(['stalled', 'stalled-owner'])
  })

  it('a late notice closes the items and begins the next stage at its first level', async () => {
    for (let level = 0; level < 3; level += 1) {
      engine.later(3 * DAY)
      await engine.climb(sending.claimId)
    }
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    const now = await engine.news(sending.claimId)
    expect(now).toMatchObject({ status: 'RECEIVED', attention: false, dueInMs: 20 * DAY * 3_600_000 })
    expect(await engine.openItems()).toEqual([])
  })

  it('news that leaves the claim in its overdue stage takes nothing off the worklist', async () => {
    for (let level = 0; level < 3; level += 1) {
      engine.later(3 * DAY)
      await engine.climb(sending.claimId)
    }
    // A clearinghouse's word is applied and settles nothing: the ack is as overdue as before, and
    // no later deadline would ask again.
    await engine.arrives([about(sending.submissionNumber, { type: 'forwarded' })])
    await engine.inbox()
    const now = await engine.news(sending.claimId)
    expect(now).toMatchObject({ status: 'SUBMITTED', attention: true, dueInMs: null })
    expect(await engine.openItems(sending.claimId)).toEqual(['stalled', 'stalled-owner'])
  })

  it('any further word about an overdue claim that nobody is asked about puts it back', async () => {
    for (let level = 0; level < 2; level += 1) {
      engine.later(3 * DAY)
      await engine.climb(sending.claimId)
    }
    await engine.db.owner.updateTable('attention_items').set({ closed_at: engine.now, closed_by: 'Ana' }).execute()
    await engine.db.owner.updateTable('claims').set({ attention: false }).execute()
    await engine.arrives([about(sending.submissionNumber, { type: 'forwarded' })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ attention: true })
    expect(await engine.openItems(sending.claimId)).toEqual(['stalled'])
  })

  it('a follow-up date holds the escalation; given after the last level it brings the claim back on that day', async () => {
    for (let level = 0; level < 3; level += 1) {
      engine.later(3 * DAY)
      await engine.climb(sending.claimId)
    }
    const { organisationId, claimId } = sending
    const fact = {
      type: 'status_by_hand' as const,
      status: 'SUBMITTED' as const,
      lines: [],
      followUpAt: '2026-04-10T00:00:00.000Z',
    }
    const event = { fact, at: engine.now.toISOString(), said: [], references: [] }
    await engine.within((tx) => insertManualNotice(tx, { organisationId, claimId, actor: 'Ana', event, act: {} }))
    const now = await engine.news(claimId)
    expect(now.dueInMs).toBe(Date.parse('2026-04-10T00:00:00Z') - engine.now.getTime())
    expect(await engine.openItems(claimId)).toEqual([])
    engine.now = new Date('2026-04-10T00:00:01Z')
    await engine.climb(claimId)
    await engine.climb(claimId)
    expect((await levels()).slice(3)).toEqual(['ack:billing', 'ack:owner'])
  })

  it('a follow-up date before the deadline brings the claim to the staff on that day', async () => {
    const { organisationId, claimId } = sending
    const on = new Date(engine.now.getTime() + 2 * DAY * 3_600_000).toISOString().slice(0, 10)
    const fact = {
      type: 'status_by_hand' as const,
      status: 'SUBMITTED' as const,
      lines: [],
      followUpAt: `${on}T00:00:00.000Z`,
    }
    const event = { fact, at: engine.now.toISOString(), said: [], references: [] }
    await engine.within((tx) => insertManualNotice(tx, { organisationId, claimId, actor: 'Ana', event, act: {} }))
    expect((await engine.news(claimId)).dueInMs).toBe(Date.parse(`${on}T00:00:00Z`) - engine.now.getTime())
    engine.now = new Date(`${on}T00:00:01Z`)
    const { claim, ask } = await engine.climb(claimId)
    expect(ask).toBe(false)
    expect(await engine.openItems(claimId)).toEqual(['stalled'])
    expect(claim.dueInMs).toBeGreaterThan(DAY * 3_600_000)
    await engine.climb(claimId)
    expect(await levels()).toEqual(['ack:billing'])
  })

  it('asks nobody where the provider cannot be asked', async () => {
    const { ask: _ask, ...mute } = engine.deps.adapterOf('harbor-health')
    engine.deps.adapterOf = () => mute
    engine.later(3 * DAY)
    expect(await engine.climb(sending.claimId)).toMatchObject({ ask: false })
    expect(await levels()).toEqual(['ack:ask'])
  })
})
