import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveUnknown } from '../../../db/delivery/outgoingMessages.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const lost = { kind: 'unknown' as const, because: 'reset' }

async function unknown(): Promise<Submitted> {
  const sending = await engine.submitted()
  engine.script = [lost]
  expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
  return sending
}

describe('inside the key window', () => {
  it('the same key and bytes go again; until then the interchange says that it may be there', async () => {
    const sending = await unknown()
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(engine.sent[0]).toEqual(engine.sent[1])
  })

  it('a second try that certainly did not leave says nothing of the first: still UNKNOWN', async () => {
    const sending = await unknown()
    engine.script = [{ kind: 'not_sent', because: 'the provider still works on an earlier try (409)' }]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN', attempt: 2 })
  })
})

describe('at the end of the key window of 24 hours', () => {
  it('the same key is relied on until an hour before, and no longer', async () => {
    const sending = await unknown()
    engine.later(23 - 1 / 3_600)
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    engine.later(1 / 3_600)
    expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'busy' })
    expect(engine.sent).toHaveLength(1)
  })
})

describe('past the key window (B15)', () => {
  it('B5 nothing is sent before a look; "not there" is believed the second time, then the same key and bytes go', async () => {
    const sending = await unknown()
    engine.later(25)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'busy' })
    engine.replies = [[about(sending.submissionNumber, { type: 'not_found' })]]
    const first = await engine.settle(sending)
    expect(first).toMatchObject({ kind: 'unknown', claim: { delivery: 'UNKNOWN' } })
    expect(engine.sent).toHaveLength(1)
    engine.replies = [[about(sending.submissionNumber, { type: 'not_found' })]]
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'RESEND' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent[0]).toEqual(engine.sent[1])
  })

  it('two denials with a failed look between them are not two in a row', async () => {
    const sending = await unknown()
    engine.later(25)
    const denial = [about(sending.submissionNumber, { type: 'not_found' })]
    for (const reply of [denial, [about(sending.submissionNumber, { type: 'inquiry_failed' })], denial]) {
      engine.replies = [reply]
      expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    }
    expect(engine.sent).toHaveLength(1)
  })

  it('any word about our number settles it', async () => {
    const sending = await unknown()
    engine.later(25)
    engine.replies = [[about(sending.submissionNumber.toLowerCase(), { type: 'in_review' })]]
    expect(await engine.settle(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it.each([
    ['an empty reply', []],
    ['a word about another number', [about('AAAAAAAAAAAAAAAA', { type: 'received' })]],
    ['bytes that nobody can read', [{ kind: 'unreadable' as const, because: 'HTML' }]],
  ])('B9 %s proves nothing, however often', async (_name, reply) => {
    const sending = await unknown()
    engine.later(25)
    const gaps: number[] = []
    for (let look = 0; look < 4; look += 1) {
      engine.replies = [reply]
      const outcome = await engine.settle(sending)
      gaps.push(outcome.kind === 'unknown' ? outcome.lookInMs : 0)
    }
    expect(gaps).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
    expect(await engine.claim(sending.claimId)).toMatchObject({ attention: true })
  })

  it('a provider that holds is never sent to again without proof', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, unknownPolicy: 'hold' }
    const sending = await unknown()
    for (let look = 0; look < 4; look += 1) {
      engine.replies = [[about(sending.submissionNumber, { type: 'not_found' })]]
      expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    }
    expect(engine.sent).toHaveLength(1)
  })

  it('late news settles it and closes the item that asked a person (E4)', async () => {
    const sending = await unknown()
    engine.later(25)
    for (let look = 0; look < 3; look += 1) await engine.settle(sending)
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', attention: false })
    expect(await engine.openItems()).toEqual([])
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it("a person's word that the provider has it settles it as well", async () => {
    const sending = await unknown()
    engine.later(25)
    const { organisationId, claimId } = sending
    const fact = { type: 'status_by_hand' as const, status: 'RECEIVED' as const, lines: [] }
    const event = { fact, at: engine.now.toISOString(), said: [], references: [] }
    await engine.within((tx) => insertManualNotice(tx, { organisationId, claimId, actor: 'Ana', event, act: {} }))
    expect(await engine.news(claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT' })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })
})

describe("the transport's own look", () => {
  beforeEach(() => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0, unknownPolicy: 'hold' }
  })
  it.each([
    ['arrived', { kind: 'settled', claim: { delivery: 'SENT' } }, 'SENT'],
    ['absent', { kind: 'not_sent', retryInMs: 0 }, 'RESEND'],
    ['cannot_tell', { kind: 'unknown' }, 'UNKNOWN'],
  ] as const)('%s', async (look, outcome, state) => {
    const sending = await unknown()
    engine.looks = [look]
    expect(await engine.settle(sending)).toMatchObject(outcome)
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state })
  })
})

describe('looking', () => {
  it('never signs in on a connection that is stopped', async () => {
    const sending = await unknown()
    engine.later(25)
    engine.replies = [[about(sending.submissionNumber, { type: 'in_review' })]]
    await engine.db.owner
      .updateTable('connections')
      .set({ stopped_because: 'sign-in refused' })
      .where('id', '=', engine.seeded.connectionId)
      .execute()
    expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown', lookInMs: 900_000 })
    expect(engine.replies).toHaveLength(1)
  })

  it('that breaks down counts as a look: the gap grows and a person hears of it', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0, unknownPolicy: 'hold' }
    const sending = await unknown()
    await engine.db.owner
      .updateTable('connections')
      .set({ endpoint: JSON.stringify({ broken: true }) })
      .where('id', '=', engine.seeded.connectionId)
      .execute()
    for (let look = 0; look < 3; look += 1) {
      engine.looks = ['arrived']
      expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    }
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
  })
})

describe('an address that changed while nobody knows whether it arrived (B20)', () => {
  const sendTo = (at: string) =>
    engine.db.owner
      .updateTable('connections')
      .set({ endpoint: JSON.stringify({ at }) })
      .where('id', '=', engine.seeded.connectionId)
      .execute()
  it.each([
    ['while the old one remembers our key', 0],
    ['when only a look could tell', 25],
  ])('%s: nothing goes to the new one, no look asks it, and the owner sees both', async (_name, hours) => {
    const sending = await unknown()
    engine.later(hours)
    await sendTo('the new desk')
    engine.replies = [
      [about(sending.submissionNumber, { type: 'not_found' })],
      [about(sending.submissionNumber, { type: 'not_found' })],
    ]
    for (let look = 0; look < 3; look += 1) expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'busy' })
    expect(engine.sent).toHaveLength(1)
    expect(engine.asked).toEqual([])
    expect(await engine.openItems(sending.claimId)).toEqual(['address-changed'])
    const { sentence } = await engine.db.owner
      .selectFrom('attention_items')
      .select('because as sentence')
      .executeTakeFirstOrThrow()
    expect(sentence).toContain('under its desk, and the connection sends to the new desk now')
  })

  it('the old address back, it is found out there', async () => {
    const sending = await unknown()
    await sendTo('the new desk')
    await engine.settle(sending)
    await sendTo('its desk')
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
  })

  it('what certainly did not leave goes to the new one', async () => {
    const sending = await engine.submitted()
    engine.script = [{ kind: 'not_sent', because: 'refused connection' }]
    await engine.deliver(sending)
    await sendTo('the new desk')
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent).toHaveLength(2)
  })
})

describe('a person says that it is not there', () => {
  const resend = ({ organisationId, interchangeId }: Submitted) => {
    const said = { move: 'resolve-resend', proof: 'said_by_person', because: null } as const
    return engine.within((tx) => resolveUnknown(tx, organisationId, interchangeId, { ...said, now: engine.now }))
  }

  it('the same key and bytes go again, once', async () => {
    const sending = await unknown()
    engine.later(25)
    expect(await resend(sending)).toBe(true)
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(engine.sent).toHaveLength(2)
    expect(engine.sent[0]).toEqual(engine.sent[1])
    expect(await resend(sending)).toBe(false)
  })

  it('while a look finds it: the look is right, and nothing goes again', async () => {
    const sending = await unknown()
    engine.later(25)
    engine.deps.transportOf = ((transportOf) => (name) => ({
      ...transportOf(name),
      checkArrival: async () => {
        await resend(sending)
        return 'arrived' as const
      },
    }))(engine.deps.transportOf)
    expect(await engine.settle(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('while a look finds nothing: nobody is asked any more', async () => {
    const sending = await unknown()
    engine.later(25)
    engine.deps.transportOf = ((transportOf) => (name) => ({
      ...transportOf(name),
      checkArrival: async () => {
        await resend(sending)
        return 'cannot_tell' as const
      },
    }))(engine.deps.transportOf)
    await engine.db.owner.updateTable('interchanges').set({ lookups: 9 }).execute()
    expect(await engine.settle(sending)).toMatchObject({ kind: 'busy' })
    expect(await engine.openItems()).toEqual([])
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
  })
})
