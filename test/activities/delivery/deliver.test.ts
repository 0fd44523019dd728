import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaseInterchange } from '../../../db/delivery/leases.ts'
import { about, answered, type Engine, startEngine, taken } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const connection = (change: Record<string, unknown>) =>
  engine.db.owner.updateTable('connections').set(change).where('id', '=', engine.seeded.connectionId).execute()
const expireLease = (interchangeId: string) =>
  sql`update interchanges set lease_until = now() - interval '1 second' where id = ${interchangeId}`.execute(
    engine.db.owner,
  )

describe('one attempt', () => {
  it.each([
    ['an answer that takes it', answered(taken)],
    ['bytes that arrived without an answer', { kind: 'arrived' as const }],
  ])('%s is SENT', async (_name, step) => {
    const sending = await engine.submitted()
    engine.script = [step]
    expect(await engine.deliver(sending)).toMatchObject({
      kind: 'settled',
      claim: { status: 'SUBMITTED', delivery: 'SENT' },
    })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT', attempt: 1 })
    expect(await engine.deliver(sending)).toEqual({ kind: 'settled', claim: null })
    expect(engine.sent).toHaveLength(1)
  })

  it('has a key of its own: no two sendings share one, or the provider would take the second for the first', async () => {
    const [first, second] = [await engine.submitted(), await engine.submitted('filling')]
    engine.messages = 2
    await engine.deliver(first)
    await engine.deliver(second)
    expect(engine.sent.map(({ key }) => key)).toEqual(
      [first, second].flatMap(({ interchangeId }) => [`${interchangeId}-0`, `${interchangeId}-1`]),
    )
  })

  it('B10 a refusal is the end: rejected at the front end, with a person told', async () => {
    const sending = await engine.submitted()
    engine.script = [answered({ kind: 'refused', said: [{ list: 'X', code: 'E1', text: 'Zöe unknown' }] })]
    expect(await engine.deliver(sending)).toMatchObject({
      kind: 'settled',
      claim: { status: 'REJECTED', delivery: 'REFUSED', attention: true },
    })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'REFUSED' })
    expect(await engine.openItems(sending.claimId)).toEqual(['claim-rejected'])
    const because = await engine.db.owner.selectFrom('attention_items').select('because').executeTakeFirstOrThrow()
    expect(because.because).toContain('X E1')
    expect(because.because).not.toContain('Zöe')
    expect(await engine.deliver(sending)).toEqual({ kind: 'settled', claim: null })
    expect(engine.sent).toHaveLength(1)
  })

  it('what a person must carry waits on the worklist, and its deadline with it', async () => {
    const sending = await engine.submitted()
    engine.later(30 * 24)
    for (let level = 1; level <= 2; level += 1) await engine.climb(sending.claimId)
    engine.script = [{ kind: 'by_hand' }]
    expect(await engine.deliver(sending)).toMatchObject({
      kind: 'waiting',
      claim: { delivery: 'WAITING', attention: true },
    })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'WAITING' })
    expect(await engine.openItems(sending.claimId)).toContain('to-file')
    expect(await engine.openItems(sending.claimId)).toContain('stalled')
    expect(await engine.claim(sending.claimId)).toMatchObject({ attention: true })
    expect(engine.sent).toHaveLength(1)
  })

  it('bytes that the provider’s own server refused are refused, as an answer would have said it', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'refused', said: [{ list: 'SMTP', code: '5.7.1' }] }]
    expect(await engine.deliver(sending)).toMatchObject({
      kind: 'settled',
      claim: { delivery: 'REFUSED', attention: true },
    })
    expect(await engine.openItems(sending.claimId)).toEqual(['claim-rejected'])
  })

  it('what certainly did not leave is READY again, at the time that the provider names', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'not_sent', because: 'slower', retryAfterMs: 7_000 }]
    expect(await engine.deliver(sending)).toEqual({ kind: 'not_sent', retryInMs: 7_000 })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'READY', because: 'slower' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(new Set(engine.sent.map((each) => each.key)).size).toBe(1)
    expect(engine.sent[0]?.message).toEqual(engine.sent[1]?.message)
  })

  it('backs off between tries, longer each time', async () => {
    const sending = await engine.submitted()
    const waits: number[] = []
    for (let attempt = 0; attempt < 6; attempt += 1) {
      engine.script = [{ kind: 'not_sent', because: 'refused connection' }]
      const outcome = await engine.deliver(sending)
      waits.push(outcome.kind === 'not_sent' ? outcome.retryInMs : -1)
    }
    expect(waits[0]).toBeGreaterThanOrEqual(500)
    expect(waits[0]).toBeLessThanOrEqual(1_000)
    expect(waits[5]).toBeGreaterThanOrEqual(16_000)
    expect(waits[5]).toBeLessThanOrEqual(32_000)
  })

  it('an unknown end leaves the provider alone for as long as it asked (B12)', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'answered 503', retryAfterMs: 90_000 }]
    expect(await engine.deliver(sending)).toMatchObject({
      kind: 'unknown',
      lookInMs: 90_000,
      claim: { delivery: 'UNKNOWN' },
    })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN', because: 'answered 503' })
  })

  it('B8 an answer that breaks the adapter is unknown, never taken', async () => {
    const sending = await engine.submitted()
    const body = Buffer.from('<html>')
    engine.script = [{ kind: 'answered', answer: { transport: 'http', status: 200, headers: {}, body } }]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
  })

  it('B11 a refused sign-in stops the connection for everybody, with one item for the owner', async () => {
    const first = await engine.submitted()
    const second = await engine.submitted('filling')
    engine.script = [{ kind: 'stopped', because: 'the sign-in was refused' }]
    expect(await engine.deliver(first)).toMatchObject({ kind: 'not_sent', retryInMs: 900_000 })
    expect(await engine.deliver(second)).toMatchObject({ kind: 'not_sent', retryInMs: 900_000 })
    expect(engine.sent).toHaveLength(1)
    expect(await engine.openItems()).toEqual(['connection-stopped'])
    expect(await engine.interchange(first.interchangeId)).toMatchObject({ state: 'READY' })
    await connection({ stopped_because: null })
    expect(await engine.deliver(first)).toMatchObject({ kind: 'settled' })
    expect(await engine.deliver(second)).toMatchObject({ kind: 'settled' })
  })

  it('an address that cannot be read sends nothing and tells the owner', async () => {
    const sending = await engine.submitted()
    await connection({ endpoint: JSON.stringify({ broken: true }) })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'READY', attempt: 0 })
    expect(await engine.openItems()).toEqual(['connection-unusable'])
  })

  it('a claim that nobody can write goes to the worklist, and the next one leaves (B16)', async () => {
    const poisoned = await engine.submitted()
    const healthy = await engine.submitted('filling')
    engine.poison = 'all'
    const rests: number[] = []
    for (let attempt = 0; attempt < 13; attempt += 1) {
      const outcome = await engine.deliver(poisoned)
      rests.push(outcome.kind === 'not_sent' ? outcome.retryInMs / 60_000 : -1)
    }
    // Minutes: what fails by the same bytes fails again, so it is tried once a day in the end.
    expect(rests).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440, 1_440])
    expect(await engine.interchange(poisoned.interchangeId)).toMatchObject({
      state: 'READY',
      delivery_proof: 'unwritable',
    })
    expect(await engine.openItems(poisoned.claimId)).toEqual(['delivery-held'])
    expect(await engine.claim(poisoned.claimId)).toMatchObject({ attention: true })
    engine.poison = null
    expect(await engine.deliver(healthy)).toMatchObject({ kind: 'settled' })
    // Mended: it leaves, and the item goes by itself.
    expect(await engine.deliver(poisoned)).toMatchObject({ kind: 'settled', claim: { attention: false } })
    expect(await engine.openItems()).toEqual([])
  })

  it('waits for its turn under the contractual limit', async () => {
    await connection({ requests_per_second: 0.01 })
    const first = await engine.submitted()
    const second = await engine.submitted('filling')
    expect(await engine.deliver(first)).toMatchObject({ kind: 'settled' })
    const outcome = await engine.deliver(second)
    expect(outcome.kind).toBe('not_sent')
    expect(outcome.kind === 'not_sent' && outcome.retryInMs).toBeGreaterThan(90_000)
    expect(await engine.interchange(second.interchangeId)).toMatchObject({ state: 'READY', attempt: 0 })
  })
})

describe('a provider out of reach (B13)', () => {
  const refused = { kind: 'not_sent' as const, because: 'refused connection' }

  it('is told to a person after a while, once for all its claims; trying goes on, slowly, until it is back', async () => {
    const first = await engine.submitted()
    const second = await engine.submitted('filling')
    engine.script = [refused, refused]
    for (const sending of [first, second]) expect(await engine.deliver(sending)).not.toHaveProperty('claim')
    expect(await engine.openItems()).toEqual([])
    engine.later(1)
    engine.script = [refused, refused]
    for (const sending of [first, second]) {
      const outcome = await engine.deliver(sending)
      if (outcome.kind !== 'not_sent') throw new Error(outcome.kind)
      expect(outcome.claim?.waitingFor).toContain('cannot be reached')
      expect(outcome.retryInMs).toBeGreaterThanOrEqual(450_000)
      expect(outcome.retryInMs).toBeLessThanOrEqual(900_000)
    }
    expect(await engine.openItems()).toEqual(['provider-unreachable'])
    expect(await engine.deliver(first)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(await engine.openItems()).toEqual([])
  })

  it('that asks to be left alone is, for a day at most, and never more often than the pace', async () => {
    const sending = await engine.submitted()
    engine.script = [
      { ...refused, retryAfterMs: 400 * 86_400_000 },
      { ...refused, retryAfterMs: 0 },
    ]
    expect(await engine.deliver(sending)).toMatchObject({ retryInMs: 86_400_000 })
    const outcome = await engine.deliver(sending)
    expect(outcome.kind === 'not_sent' && outcome.retryInMs).toBeGreaterThanOrEqual(1_000)
  })
})

describe('a connection that is switched off (enabled: false)', () => {
  it('sends nothing; its claims say why, once, and leave when it is switched on', async () => {
    const sending = await engine.submitted()
    await connection({ enabled: false })
    const held = await engine.deliver(sending)
    expect(held).toMatchObject({ kind: 'not_sent', retryInMs: 900_000, claim: { delivery: 'WAITING' } })
    expect(held.kind === 'not_sent' && held.claim?.waitingFor).toContain('until somebody switches it on')
    expect(await engine.deliver(sending)).toEqual({ kind: 'not_sent', retryInMs: 900_000 })
    expect(engine.sent).toHaveLength(0)
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'READY', attempt: 0 })
    await connection({ enabled: true })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(engine.sent).toHaveLength(1)
  })

  it('is not asked about a sending that may be there, and what it pushes is read', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'unknown', because: 'reset' }]
    await engine.deliver(sending)
    engine.later(25)
    await connection({ enabled: false })
    engine.replies = [[about(sending.submissionNumber, { type: 'in_review' })]]
    expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown', lookInMs: 900_000 })
    expect(engine.replies).toHaveLength(1)
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT' })
  })

  it('a claim of it can still be cancelled: nothing of it left', async () => {
    const sending = await engine.submitted()
    await connection({ enabled: false })
    await engine.deliver(sending)
    const cancelled = await engine.cancel(sending.claimId, await engine.wishToCancel(sending.claimId))
    expect(cancelled.claim.status).toBe('CANCELLED')
    await connection({ enabled: true })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent).toHaveLength(0)
  })
})

describe('the contractual limit', () => {
  it('gives each sender its own turn, and whoever comes back at it goes before those who come then', async () => {
    await connection({ requests_per_second: 0.01 })
    const [first, second, third] = [
      await engine.submitted(),
      await engine.submitted('filling'),
      await engine.submitted(),
    ]
    expect(await engine.deliver(first)).toMatchObject({ kind: 'settled' })
    const turns = []
    for (const sending of [second, third]) {
      const outcome = await engine.deliver(sending)
      turns.push(outcome.kind === 'not_sent' ? Math.round(outcome.retryInMs / 100_000) : -1)
    }
    expect(turns).toEqual([1, 2])
    // Asked again too early, it keeps its turn.
    const early = await engine.deliver(second)
    expect(early.kind === 'not_sent' && early.retryInMs).toBeLessThanOrEqual(100_000)
    await sql`update request_slots set next_free = now()`.execute(engine.db.owner)
    await sql`update interchanges set turn_at = now() where id = ${second.interchangeId}`.execute(engine.db.owner)
    expect(await engine.deliver(await engine.submitted('filling'))).toMatchObject({ kind: 'not_sent' })
    expect(await engine.deliver(second)).toMatchObject({ kind: 'settled' })
  })
})

describe('several messages', () => {
  it('only those that were not delivered go again, and what the provider called the claim is kept', async () => {
    engine.messages = 3
    const sending = await engine.submitted()
    const named = answered({ ...taken, references: [{ type: 'claim-number', value: 'HMO-7' }] } as typeof taken)
    engine.script = [named, { kind: 'not_sent', because: 'slower', retryAfterMs: 1 }]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
    expect(await engine.claim(sending.claimId)).toMatchObject({ delivery: 'READY' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent.map((each) => each.key.slice(-2))).toEqual(['-0', '-1', '-1', '-2'])
    const references = await engine.db.owner.selectFrom('claim_references').select('value').execute()
    expect(references).toEqual([{ value: 'HMO-7' }])
  })

  it('one refused behind one taken is unknown, is never sent again on its own, and reaches a person', async () => {
    engine.messages = 2
    const sending = await engine.submitted()
    const refused = answered({ kind: 'refused', said: [] })
    engine.script = [answered(taken), refused]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
    for (let look = 0; look < 3; look += 1) {
      engine.replies = [[about(sending.submissionNumber, { type: 'not_found' })]]
      expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    }
    expect(engine.sent).toHaveLength(2)
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
  })
})

describe('the lease', () => {
  it('of another sender is respected', async () => {
    const sending = await engine.submitted()
    const taken = await engine.within((tx) =>
      leaseInterchange(tx, sending.organisationId, sending.interchangeId, {
        leaseMs: 60_000,
        now: engine.now,
        sentTo: 'its desk',
      }),
    )
    expect(taken.kind).toBe('leased')
    const outcome = await engine.deliver(sending)
    expect(outcome.kind).toBe('busy')
    expect(outcome.kind === 'busy' && outcome.lookInMs).toBeGreaterThan(50_000)
    expect(await engine.settle(sending)).toEqual({ kind: 'busy', lookInMs: 1_000 })
    expect(engine.sent).toHaveLength(0)
  })

  it('that runs out makes the sending UNKNOWN; the late sender neither marks nor records anything (B7)', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0 }
    const sending = await engine.submitted()
    let marked: unknown
    engine.script = [
      async (_message, options) => {
        await expireLease(sending.interchangeId)
        expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown', claim: { delivery: 'UNKNOWN' } })
        marked = await options.mark('RENAMING').catch((error: Error) => error.message)
        return answered({ ...taken, facts: [{ type: 'received' }] } as typeof taken)
      },
    ]
    expect(await engine.deliver(sending)).toEqual({ kind: 'busy', lookInMs: 1_000 })
    expect(marked).toContain('the lease of attempt 1 is lost')
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN', attempt: 2 })
    expect(await engine.claim(sending.claimId)).toMatchObject({ status: 'SUBMITTED', delivery: 'UNKNOWN' })
  })

  it('B7 lets its owner mark, and nobody once it has run out', async () => {
    const sending = await engine.submitted()
    const marks: string[] = []
    engine.script = [
      async (_message, { mark }) => {
        await mark('RENAMING')
        marks.push('while it was ours')
        await expireLease(sending.interchangeId)
        await mark('RENAMING').catch((error: Error) => marks.push(error.message))
        return { kind: 'unknown', because: 'reset' }
      },
    ]
    await engine.deliver(sending)
    expect(marks).toEqual(['while it was ours', expect.stringContaining('the lease of attempt 1 is lost')])
  })
})

describe('an acknowledgement before our own SENT (E3)', () => {
  it('ends the sending: the interchange is SENT and the running sender has the last word no more', async () => {
    const sending = await engine.submitted()
    engine.script = [
      async () => {
        await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
        await engine.inbox()
        expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT' })
        return { kind: 'unknown', because: 'reset' }
      },
    ]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'busy' })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
    expect(await engine.settle(sending)).toMatchObject({
      kind: 'settled',
      claim: { status: 'RECEIVED', delivery: 'SENT' },
    })
    expect(engine.sent).toHaveLength(1)
  })
})
