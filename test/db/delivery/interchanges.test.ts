import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { markMessage, storeMessages } from '../../../db/delivery/interchangeMessages.ts'
import { allocateInterchange, closeInquiry } from '../../../db/delivery/interchanges.ts'
import { expireLease, finishSending, type Lease, leaseInterchange } from '../../../db/delivery/leases.ts'
import { type Resolved, resolveUnknown } from '../../../db/delivery/outgoingMessages.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => db.close())

const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(db.organisationId, work)
const ready = (kind: 'submission' | 'inquiry' = 'submission') =>
  within((tx) =>
    allocateInterchange(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      kind,
      adapterVersion: 1,
      submissions: [],
      now: NOW,
    }),
  )
const lease = (id: string, over: { leaseMs?: number; fromUnknown?: boolean } = {}) =>
  within((tx) => leaseInterchange(tx, db.organisationId, id, { leaseMs: 60_000, now: NOW, sentTo: 'desk', ...over }))
const ENDS = {
  SENT: { move: 'finish-sent', proof: 'taken', because: null },
  READY: { move: 'finish-not-sent', proof: 'not_sent', because: null },
} as const
const conclude = (mine: Lease, state: keyof typeof ENDS = 'SENT') =>
  within((tx) => finishSending(tx, db.organisationId, mine, { ...ENDS[state], now: NOW }))
/** Marks the interchange's one message, which is written by the first who marks it. */
async function mark(lease: Lease): Promise<void> {
  const { organisationId } = db
  const { interchangeId } = lease
  const known = await db.owner
    .selectFrom('interchange_messages')
    .select('document_id as documentId')
    .where('interchange_id', '=', interchangeId)
    .executeTakeFirst()
  const of = { organisationId, connectionId: seeded.connectionId, interchangeId, now: NOW }
  const message = { head: {}, body: null, mediaType: 'text/plain', carried: { claims: [], papers: [] } }
  const [stored = known] = known ? [known] : await within((tx) => storeMessages(tx, of, [message]))
  const documentId = stored?.documentId ?? ''
  await within((tx) => markMessage(tx, { organisationId, lease, documentId, now: NOW }, 'RENAMING'))
}
const takeOver = (id: string) =>
  within((tx) => expireLease(tx, db.organisationId, id, { because: 'the sender died', now: NOW }))
const row = (id: string) =>
  db.owner
    .selectFrom('interchanges')
    .leftJoin('interchange_messages as m', 'm.interchange_id', 'interchanges.id')
    .select(['state', 'attempt', 'm.mark', 'lease_until', 'sent_at'])
    .where('interchanges.id', '=', id)
    .executeTakeFirstOrThrow()

async function held(id: string, leaseMs = 60_000): Promise<Lease> {
  const leased = await lease(id, { leaseMs })
  if (leased.kind !== 'leased') throw new Error(leased.kind)
  return leased.lease
}

const BECOMES = {
  SENT: { move: 'resolve-sent', proof: 'found', because: null },
  RESEND: { move: 'resolve-resend', proof: 'said_by_person', because: null },
  UNKNOWN: { move: 'resolve-unknown', proof: 'nothing_seen', because: 'looked' },
} as const satisfies Record<string, Resolved>

/** The lease of a sender that died, and that of the one after it. */
async function deadAndNext(): Promise<{ id: string; dead: Lease; next: Lease }> {
  const id = await ready()
  const dead = await held(id, -1)
  expect(await takeOver(id)).toBe(true)
  await within((tx) => resolveUnknown(tx, db.organisationId, id, { ...BECOMES.RESEND, now: NOW }))
  return { id, dead, next: await held(id) }
}

describe('the lease of an interchange', () => {
  it('belongs to one sender until it ends; whoever comes meanwhile hears when it does', async () => {
    const id = await ready()
    const mine = await held(id)
    const second = await lease(id)
    if (second.kind !== 'busy') throw new Error(second.kind)
    expect(second.freeInMs).toBeGreaterThan(0)
    expect(second.freeInMs).toBeLessThanOrEqual(60_000)
    expect(await takeOver(id)).toBe(false)
    expect(await conclude(mine)).toBe(true)
    expect(await lease(id)).toEqual({ kind: 'settled', state: 'SENT' })
    expect(await row(id)).toMatchObject({ state: 'SENT', sent_at: NOW, lease_until: null })
  })

  it('of a dead sender ends nothing once another has the interchange', async () => {
    const { id, dead, next } = await deadAndNext()
    const before = await row(id)
    expect(await conclude(dead)).toBe(false)
    expect(await conclude(dead, 'READY')).toBe(false)
    await expect(mark(dead)).rejects.toThrow(`interchange ${id}: the lease of attempt 1 is lost`)
    expect(await row(id)).toEqual(before)
    await mark(next)
    expect(await conclude(next)).toBe(true)
    expect(await row(id)).toMatchObject({ state: 'SENT', mark: 'RENAMING' })
  })

  it('that ran out marks nothing, though nobody else came', async () => {
    const id = await ready()
    const mine = await held(id, -1)
    await expect(mark(mine)).rejects.toThrow('is lost')
    expect(await row(id)).toMatchObject({ state: 'SENDING', mark: null })
  })

  it('of what may have arrived is given only to who says that sending again is safe', async () => {
    const id = await ready()
    await held(id, -1)
    await takeOver(id)
    expect(await lease(id)).toMatchObject({ kind: 'busy' })
    expect(await lease(id, { fromUnknown: true })).toMatchObject({ kind: 'leased', lease: { attempt: 3 } })
  })
})

describe('what a document says of an inquiry as a whole', () => {
  const settle = (id: string, verdict: 'accepted' | 'rejected', now = NOW) =>
    within((tx) => closeInquiry(tx, { organisationId: db.organisationId, interchangeId: id, verdict, now }))

  it('ends that inquiry and no other', async () => {
    const [asked, other] = [await ready('inquiry'), await ready('inquiry')]
    await held(asked)
    await settle(asked, 'accepted')
    expect(await row(asked)).toMatchObject({ state: 'SENT', sent_at: NOW, lease_until: null })
    expect(await row(other)).toMatchObject({ state: 'READY', sent_at: null })
    await settle(asked, 'accepted', new Date('2026-03-21T09:00:00Z'))
    expect(await row(asked)).toMatchObject({ sent_at: NOW })
  })

  it('that was rejected stays rejected', async () => {
    const asked = await ready('inquiry')
    await held(asked)
    await settle(asked, 'rejected')
    expect(await row(asked)).toMatchObject({ state: 'REFUSED' })
    await settle(asked, 'accepted')
    expect(await row(asked)).toMatchObject({ state: 'REFUSED', sent_at: null })
  })

  it('says nothing of a sending of claims', async () => {
    const sending = await ready()
    for (const verdict of ['accepted', 'rejected'] as const) await settle(sending, verdict)
    expect(await row(sending)).toMatchObject({ state: 'READY', sent_at: null })
  })
})

describe('what becomes of a sending that may have arrived', () => {
  const unknown = async () => {
    const id = await ready()
    await held(id, -1)
    await takeOver(id)
    return id
  }
  const settle = (id: string, to: keyof typeof BECOMES) =>
    within((tx) => resolveUnknown(tx, db.organisationId, id, { ...BECOMES[to], now: NOW }))

  it('is settled for this one and no other', async () => {
    const [one, other] = [await unknown(), await unknown()]
    expect(await row(one)).toMatchObject({ state: 'UNKNOWN', attempt: 2, lease_until: null })
    expect(await settle(one, 'SENT')).toBe(true)
    expect(await row(one)).toMatchObject({ state: 'SENT', sent_at: NOW })
    expect(await row(other)).toMatchObject({ state: 'UNKNOWN', sent_at: null })
  })

  it('is there by evidence, also after a person said that it is not; never the other way round', async () => {
    const id = await unknown()
    expect(await settle(id, 'RESEND')).toBe(true)
    expect(await row(id)).toMatchObject({ state: 'RESEND', sent_at: null })
    expect(await settle(id, 'RESEND')).toBe(false)
    expect(await settle(id, 'UNKNOWN')).toBe(false)
    expect(await settle(id, 'SENT')).toBe(true)
    expect(await settle(id, 'RESEND')).toBe(false)
    expect(await row(id)).toMatchObject({ state: 'SENT' })
  })

  it('is taken over only from a sender whose lease has run out', async () => {
    const [dead, alive, ended] = [await ready(), await ready(), await ready()]
    await held(dead, -1)
    await held(alive)
    await conclude(await held(ended))
    expect([await takeOver(alive), await takeOver(ended), await takeOver(dead)]).toEqual([false, false, true])
    expect(await row(alive)).toMatchObject({ state: 'SENDING', attempt: 1 })
    expect(await row(ended)).toMatchObject({ state: 'SENT', attempt: 1 })
    expect(await takeOver(dead)).toBe(false)
  })
})
