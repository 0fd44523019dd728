import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Notice } from '../../../adapters/contract.ts'
import type { SendOptions, Sent } from '../../../adapters/transports/transport.ts'
import type { Transmission } from '../../../workflows/activityContract.ts'
import { about, answered, type Engine, type Submitted, startEngine, taken } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
  engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0 }
})
afterEach(() => engine.db.close())

const lost: Sent = { kind: 'unknown', because: 'reset' }
const arrives =
  (step: 'RENAMING') =>
  async (_message: unknown, { mark }: SendOptions): Promise<Sent> => {
    await mark(step)
    return { kind: 'arrived' }
  }

/** How each message of the interchange stands, in sending order. */
async function fates(interchangeId: string): Promise<string[]> {
  const rows = await engine.db.owner
    .selectFrom('interchange_messages')
    .select(['fate'])
    .where('interchange_id', '=', interchangeId)
    .orderBy('sequence')
    .execute()
  return rows.map((row) => row.fate)
}

/** The sender dies at this place; its lease runs out. */
async function killedAt(place: string, sending: Transmission): Promise<void> {
  engine.deps.failpoint = (passed) => {
    if (passed === place) throw new Error('killed')
  }
  await expect(engine.deliver(sending)).rejects.toThrow('killed')
  engine.deps.failpoint = () => undefined
  await sql`update interchanges set lease_until = now() - interval '1 second'`.execute(engine.db.owner)
}
const sentFiles = () => engine.sent.map(({ key }) => Number(key.split('-').at(-1)))

describe('a paper and the claim in two files of one delivery', () => {
  /** Papers first, as a provider wants them that looks for them when the claim comes. */
  async function submitted(): Promise<Submitted> {
    Object.assign(engine, { messages: 2, marks: true })
    const sending = await engine.submitted()
    const { submissionNumber } = sending
    engine.carries = [
      { claims: [], papers: [submissionNumber] },
      { claims: [submissionNumber], papers: [] },
    ]
    return sending
  }

  it('C3 killed between them: the claim goes once, the paper not again, and nobody looks or is asked', async () => {
    const sending = await submitted()
    engine.script = [arrives('RENAMING'), arrives('RENAMING')]
    await killedAt('between_messages:http', sending)
    expect(await fates(sending.interchangeId)).toEqual(['left', 'prepared'])
    // A look would show nothing: the provider has taken the paper out of its folder.
    engine.looks = ['cannot_tell']
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(engine.looks).toHaveLength(1)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled', claim: { delivery: 'SENT' } })
    expect(sentFiles()).toEqual([0, 1])
    expect(await fates(sending.interchangeId)).toEqual(['left', 'left'])
    expect(await engine.openItems()).toEqual([])
  })

  it('C3 killed before the paper is known to have left: it is in doubt and stays so, and the claim goes once', async () => {
    const sending = await submitted()
    engine.script = [arrives('RENAMING')]
    await killedAt('after_mark:http', sending)
    expect(await fates(sending.interchangeId)).toEqual(['marked', 'prepared'])
    engine.looks = ['cannot_tell', 'cannot_tell', 'cannot_tell', 'cannot_tell']
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
    expect(await fates(sending.interchangeId)).toEqual(['marked', 'left'])
    expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    expect(await engine.settle(sending)).toMatchObject({ kind: 'unknown' })
    expect(sentFiles()).toEqual([0, 1])
    expect(await engine.openItems(sending.claimId)).toEqual(['delivery-unknown'])
  })

  it('C1 killed before anything is marked: nothing has left, nobody looks, and both go', async () => {
    const sending = await submitted()
    await killedAt('before_send:http', sending)
    engine.looks = ['cannot_tell']
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(engine.looks).toHaveLength(1)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(sentFiles()).toEqual([0, 1])
  })

  it('C2 the paper is found in the folder: only the claim goes', async () => {
    const sending = await submitted()
    engine.script = [async (_message, { mark }) => mark('RENAMING').then(() => lost)]
    engine.looks = ['arrived']
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
    expect(await engine.settle(sending)).toEqual({ kind: 'not_sent', retryInMs: 0 })
    expect(await fates(sending.interchangeId)).toEqual(['proved', 'prepared'])
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(sentFiles()).toEqual([0, 1])
  })

  it('E3 news of the claim while a paper has not left: the paper goes all the same', async () => {
    const sending = await submitted()
    engine.carries.reverse()
    const acknowledged = async (...[message, options]: Parameters<ReturnType<typeof arrives>>) => {
      await arrives('RENAMING')(message, options)
      await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
      await engine.inbox()
      expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', delivery: 'SENT' })
      return { kind: 'arrived' as const }
    }
    engine.script = [acknowledged, arrives('RENAMING')]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(sentFiles()).toEqual([0, 1])
    expect(await fates(sending.interchangeId)).toEqual(['proved', 'left'])
  })

  it('B7 a look that is older than another attempt settles nothing', async () => {
    const sending = await submitted()
    engine.script = [async (_message, { mark }) => mark('RENAMING').then(() => lost)]
    await engine.deliver(sending)
    const { transportOf } = engine.deps
    engine.deps.transportOf = (name) => ({
      ...transportOf(name),
      checkArrival: async () => {
        await sql`update interchanges set attempt = attempt + 1`.execute(engine.db.owner)
        return 'absent'
      },
    })
    expect(await engine.settle(sending)).toEqual({ kind: 'busy', lookInMs: 1_000 })
    expect(await fates(sending.interchangeId)).toEqual(['marked', 'prepared'])
  })

  it('B7 a sender that stood still past its lease sends nothing more', async () => {
    const sending = await submitted()
    engine.deps.leaseMs = 1
    engine.script = [arrives('RENAMING')]
    await expect(engine.deliver(sending)).rejects.toThrow(
      /lease of attempt 1 (has run out|is lost); nothing more is sent/,
    )
    expect(await fates(sending.interchangeId)).toEqual(['prepared', 'prepared'])
  })
})

describe('two claims of one batch', () => {
  beforeEach(async () => {
    engine.declaration.batching = { claimsPerInterchange: 100 }
    const calendar = JSON.stringify({ every: 'day', at: '17:00' })
    await engine.db.owner.updateTable('connections').set({ batch_calendar: calendar }).execute()
    engine.messages = 2
  })

  interface Waiting {
    claimId: string
    submissionNumber: string
  }

  async function batch(): Promise<{ first: Waiting; second: Waiting; sending: Transmission; controlNumber: number }> {
    const [first, second] = [await waiting('cleaning'), await waiting('filling')]
    const { id, control_number: controlNumber } = await engine.db.owner
      .selectFrom('interchanges')
      .select(['id', 'control_number'])
      .executeTakeFirstOrThrow()
    engine.later(9)
    const sending = { organisationId: engine.db.organisationId, providerId: 'harbor-health', interchangeId: id }
    return { first, second, sending, controlNumber }
  }

  async function waiting(procedure: Parameters<Engine['draft']>[0]): Promise<Waiting> {
    const claimId = await engine.draft(procedure)
    const opened = await engine.open(claimId)
    if (opened.kind !== 'open' || opened.submitted === null) throw new Error(JSON.stringify(opened))
    return { claimId, submissionNumber: opened.submitted.submissionNumber }
  }

  const delivery = async ({ claimId }: Waiting) => (await engine.claim(claimId)).delivery
  const read = async (says: Notice[], ...claims: Waiting[]) => {
    await engine.arrives(says)
    await engine.inbox()
    for (const { claimId } of claims) await engine.news(claimId)
  }

  it('D2 a bounce of one mail refuses only the claims that it carries', async () => {
    const { first, second, sending, controlNumber } = await batch()
    engine.carries = [
      { claims: [first.submissionNumber, second.submissionNumber], papers: [] },
      { claims: [], papers: [second.submissionNumber] },
    ]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    const { interchangeId } = sending
    const bounce = { kind: 'batch' as const, verdict: 'undelivered' as const, controlNumber, interchangeId }
    await read([{ ...bounce, message: 2, said: [{ list: 'SMTP', code: '5.7.1' }] }], first, second)
    expect([await delivery(first), await delivery(second)]).toEqual(['SENT', 'REFUSED'])
    expect(await engine.interchange(interchangeId)).toMatchObject({ state: 'SENT' })
    expect(await fates(interchangeId)).toEqual(['left', 'refused'])
    expect(await engine.openItems(first.claimId)).toEqual([])
    expect(await engine.openItems(second.claimId)).not.toEqual([])
    // The last one that carries the other claim comes back as well: the whole has ended.
    await read([{ ...bounce, message: 1, said: [] }], first, second)
    expect([await delivery(first), await delivery(second)]).toEqual(['REFUSED', 'REFUSED'])
    expect(await engine.interchange(interchangeId)).toMatchObject({ state: 'REFUSED' })
  })

  it('B4 of two messages one is lost: its claim is unknown, the other has arrived, and news of one proves no other', async () => {
    const { first, second, sending } = await batch()
    engine.carries = [first, second].map(({ submissionNumber }) => ({ claims: [submissionNumber], papers: [] }))
    engine.script = [answered(taken), lost]
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'unknown' })
    expect([await delivery(first), await delivery(second)]).toEqual(['SENT', 'UNKNOWN'])
    await read([about(first.submissionNumber, { type: 'received' })], first, second)
    expect(await fates(sending.interchangeId)).toEqual(['proved', 'marked'])
    expect(await delivery(second)).toBe('UNKNOWN')
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'UNKNOWN' })
    engine.replies = [[about(second.submissionNumber, { type: 'in_review' })]]
    expect(await engine.settle(sending)).toMatchObject({ kind: 'settled' })
    // Only the claim in doubt was asked about.
    expect(engine.asked.map(({ submissionNumber }) => submissionNumber)).toEqual([second.submissionNumber])
    expect(await delivery(second)).toBe('SENT')
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })

  it('E3 news of one proves the other that came in the same message', async () => {
    const { first, second, sending } = await batch()
    engine.messages = 1
    engine.script = [lost]
    await engine.deliver(sending)
    await read([about(first.submissionNumber, { type: 'received' })], first, second)
    expect([await delivery(first), await delivery(second)]).toEqual(['SENT', 'SENT'])
    expect(await engine.interchange(sending.interchangeId)).toMatchObject({ state: 'SENT' })
  })
})
