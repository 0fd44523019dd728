import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { doing, wish } from '../../support/claimsSeed.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const draft = async (procedure: 'cleaning' | 'crown') => {
  const { organisationId } = engine.db
  const saved = await engine.within((tx) => createDraft(tx, wish(engine.seeded, [procedure]), doing(organisationId)))
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
const count = async (table: 'submissions' | 'interchanges' | 'ledger_transactions' | 'claim_events') =>
  Number(
    (
      await engine.db.owner
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )
const counts = async () => [
  await count('submissions'),
  await count('interchanges'),
  await count('ledger_transactions'),
  await count('claim_events'),
]

describe('openClaim', () => {
  it('killed after its commit and run again answers the same submission and freezes nothing twice', async () => {
    const claimId = await draft('cleaning')
    const first = await engine.open(claimId)
    const again = await engine.open(claimId)
    if (first.kind !== 'open' || again.kind !== 'open') throw new Error('refused')
    expect(again).toMatchObject({ submitted: first.submitted, interchangeId: first.interchangeId })
    expect(await counts()).toEqual([1, 1, 1, 1])
  })

  it('killed before its commit leaves the draft, and the next run submits it once', async () => {
    const claimId = await draft('cleaning')
    engine.deps.failpoint = (place) => {
      if (place === 'before_commit:freeze') throw new Error('killed')
    }
    await expect(engine.open(claimId)).rejects.toThrow('killed')
    expect(await engine.claim(claimId)).toMatchObject({ status: 'DRAFT' })
    expect(await counts()).toEqual([0, 0, 0, 0])
    engine.deps.failpoint = () => undefined
    expect(await engine.open(claimId)).toMatchObject({ kind: 'open' })
    expect(await counts()).toEqual([1, 1, 1, 1])
  })

  it('B2 run by two at once freezes once', async () => {
    const claimId = await draft('cleaning')
    const both = await Promise.all([engine.open(claimId), engine.open(claimId)])
    const numbers = both.map((opened) => (opened.kind === 'open' ? opened.submitted?.submissionNumber : 'refused'))
    expect(new Set(numbers).size).toBe(1)
    expect(await counts()).toEqual([1, 1, 1, 1])
  })

  it('refuses what is not complete, with the reason, and keeps the draft', async () => {
    const claimId = await draft('crown')
    const opened = await engine.open(claimId)
    expect(opened).toMatchObject({ kind: 'refused', status: 'DRAFT' })
    expect(opened.kind === 'refused' && opened.problems.map((problem) => problem.type)).toEqual(['missing-attachment'])
    expect(await counts()).toEqual([0, 0, 0, 0])
  })

  it.each(['poison', 'poisonInBatch'] as const)(
    'K13: refuses what its format cannot carry (%s), and it stays a draft',
    async (where) => {
      const claimId = await draft('cleaning')
      // The number of a trial; in earnest the claim gets its own.
      engine[where] = where === 'poison' ? 'all' : '0000000000000000'
      const opened = await engine.open(claimId)
      expect(opened).toMatchObject({ kind: 'refused', status: 'DRAFT', problems: [{ type: 'format-limit' }] })
      expect(await counts()).toEqual([0, 0, 0, 0])
    },
  )

  it('goes on from the row: nothing is left to send once it was sent', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    expect(await engine.open(sending.claimId)).toMatchObject({ kind: 'open', interchangeId: null })
  })
})
