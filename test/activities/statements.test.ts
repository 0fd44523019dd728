import pg from 'pg'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createDraft } from '../../db/drafts/createDraft.ts'
import { PIPELINED } from '../../db/pooled.ts'
import { doing, wish } from '../support/claimsSeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../support/remittances.ts'
import { about, type Engine, startEngine } from './engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await engine.db.close()
})

/** The texts that went to Postgres since the last call. */
function watchTheWire(): () => string[] {
  const texts: string[] = []
  const query = pg.Client.prototype.query
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }]
    texts.push(typeof first === 'string' ? first : first.text)
    return Reflect.apply(query, this, args)
  } as never)
  return () => texts.splice(0)
}

/** A round trip: `begin` and what says that nobody waits for it travel with the next statement. */
const isWaitedFor = (text: string) => text !== 'begin' && !text.startsWith(PIPELINED)

/**
 * The price of a happy claim in statements, BEGIN and COMMIT not counted: a guard against costs
 * that creep in.
 */
it('a happy claim keeps within its statements', async () => {
  const { organisationId } = engine.db
  const counts: Record<string, number> = {}
  const roundTrips: Record<string, number> = {}
  const wire = watchTheWire()
  const count = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    engine.statements()
    wire()
    const result = await work()
    counts[name] = engine.statements().length
    roundTrips[name] = wire().filter(isWaitedFor).length
    return result
  }
  const saved = await engine.within((tx) => createDraft(tx, wish(engine.seeded, ['cleaning']), doing(organisationId)))
  if (saved.kind === 'refused') throw new Error(saved.detail)
  const { claimId } = saved
  const opened = await count('openClaim', () => engine.open(claimId))
  if (opened.kind !== 'open' || opened.submitted === null) throw new Error('refused')
  const { submissionNumber } = opened.submitted
  const sending = { organisationId, claimId, providerId: 'harbor-health', interchangeId: opened.interchangeId ?? '' }
  await count('deliver', () => engine.deliver(sending))
  const line = { controlNumber: '1', charged: 160_000, paid: 160_000 }
  const claim = remittanceClaim({ submissionNumber, lines: [remittanceLine(line)] })
  const decision = { lineNumber: 1, outcome: 'approved' as const, payable: 160_000, adjustments: [] }
  const documents = {
    ack: about(submissionNumber, { type: 'received' }),
    decision: about(submissionNumber, { type: 'decided', lines: [decision] }),
    payment: { kind: 'remittance' as const, remittance: balancedRemittance([claim], { paidOn: '2026-03-20' }) },
  }
  for (const [name, notice] of Object.entries(documents)) {
    await engine.arrives([notice])
    await count(`inbox ${name}`, () => engine.inbox())
    await count(`news ${name}`, () => engine.news(claimId))
  }
  expect(await engine.claim(claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
  expect(counts).toEqual({
    openClaim: 13,
    deliver: 14,
    'inbox ack': 22,
    'news ack': 3,
    'inbox decision': 24,
    'news decision': 3,
    'inbox payment': 33,
    'news payment': 3,
  })
  expect(roundTrips).toEqual({
    openClaim: 10,
    deliver: 8,
    'inbox ack': 12,
    'news ack': 3,
    'inbox decision': 14,
    'news decision': 3,
    'inbox payment': 21,
    'news payment': 3,
  })
})
