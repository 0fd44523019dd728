import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isolated } from '../../../activities/upkeep/isolated.ts'
import { warnOfFilingLimits } from '../../../activities/upkeep/warnOfFilingLimits.ts'
import { createDraft } from '../../../db/drafts/createDraft.ts'
import { deleteDraft } from '../../../db/drafts/editDraft.ts'
import { closeAttention } from '../../../db/worklist/readWorklist.ts'
import { doing, seedClaims, wish } from '../../support/claimsSeed.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
  // The seed's connection takes claims for 60 days: the filling of 2026-03-12 until 2026-05-11.
  engine.now = new Date('2026-04-01T09:00:00Z')
})
afterEach(() => engine.db.close())

const sweep = () => warnOfFilingLimits(engine.deps, isolated())
const on = (day: string) => {
  engine.now = new Date(`${day}T09:00:00Z`)
  return sweep()
}
const items = () =>
  engine.db.owner
    .selectFrom('attention_items')
    .select(['kind', 'because', 'visit_id', 'claim_id', 'dedupe_key', 'closed_because', 'created_at'])
    .orderBy('created_at')
    .orderBy('id')
    .execute()
const draft = async (...procedures: Parameters<typeof wish>[1]) => {
  const saved = await engine.within((tx) =>
    createDraft(tx, wish(engine.seeded, procedures), doing(engine.db.organisationId, engine.now)),
  )
  if (saved.kind === 'refused') throw new Error(saved.detail)
  return saved.claimId
}
/** Only the draft under test is left to warn of. */
const onlyDrafts = () => engine.db.owner.updateTable('visits').set({ status: 'cancelled' }).execute()

describe('an unclaimed visit', () => {
  it('warns at 14, 7 and 1 days, each once, one item at a time', async () => {
    const crown = await visitOf('crown')
    const about = async () => (await items()).filter((item) => item.visit_id === crown)
    // The crown's visit of 2026-03-10 is taken until 2026-05-09.
    await on('2026-04-24')
    expect(await about()).toEqual([])
    await on('2026-04-25')
    await sweep()
    expect(await about()).toMatchObject([
      {
        kind: 'filing-limit',
        because: 'A visit of 2026-03-10 is not claimed: Harbor Health takes it until 2026-05-09',
        closed_because: null,
      },
    ])
    await on('2026-05-02')
    await on('2026-05-05')
    await on('2026-05-08')
    await on('2026-05-09')
    await on('2026-05-10')
    expect((await about()).map((item) => [item.created_at.toISOString().slice(0, 10), item.closed_because])).toEqual([
      ['2026-04-25', 'a later warning follows'],
      ['2026-05-02', 'a later warning follows'],
      ['2026-05-08', null],
    ])
  })

  it('does not warn again when somebody took it off the worklist', async () => {
    await on('2026-04-25')
    const [item] = await engine.db.owner.selectFrom('attention_items').select('id').execute()
    await engine.within((tx) =>
      closeAttention(tx, {
        organisationId: engine.db.organisationId,
        itemId: item?.id as string,
        by: 'Ana',
        because: 'the patient paid',
        now: engine.now,
      }),
    )
    expect(await sweep()).toBe(0)
    await on('2026-04-26')
    expect(await engine.openItems()).toEqual([])
  })

  it('goes off the worklist when it is claimed, and only then', async () => {
    await on('2026-04-28')
    const open = (await items()).length
    expect(open).toBeGreaterThan(2)
    await draft('crown')
    expect((await items()).filter((item) => item.closed_because === 'the visit is claimed')).toMatchObject([
      { visit_id: await visitOf('crown') },
    ])
    expect(await engine.openItems()).toHaveLength(open - 1)
  })

  it('of a planned visit, another currency, a lapsed cover or a test connection never warns', async () => {
    const { owner } = engine.db
    await on('2026-04-28')
    const warned = new Set((await items()).map((item) => item.visit_id))
    expect(warned.has(await visitOf('planned'))).toBe(false)
    expect(warned.has(await visitOf('dollars'))).toBe(false)
    expect(warned.has(await visitOf('old'))).toBe(false)
    await owner.deleteFrom('attention_items').execute()
    await owner.updateTable('enrolments').set({ valid_to: '2026-03-09' }).execute()
    expect(await sweep()).toBe(0)
    await owner.updateTable('enrolments').set({ valid_to: null }).execute()
    await owner.updateTable('connections').set({ mode: 'test' }).execute()
    expect(await sweep()).toBe(0)
  })

  it('counts by the declaration where the connection says nothing, at every organisation by itself', async () => {
    const other = crypto.randomUUID()
    await engine.db.owner.insertInto('organisations').values({ id: other, name: 'Other Dental' }).execute()
    await seedClaims(engine.db.owner, other)
    await engine.db.owner.updateTable('connections').set({ deadlines: '{}' }).execute()
    engine.declaration.deadlines.filingLimitDays = 30
    // 2026-03-10 and 30 days: until 2026-04-09.
    await on('2026-04-02')
    const rows = await engine.db.owner
      .selectFrom('attention_items')
      .select((eb) => ['organisation_id', eb.fn.countAll<number>().as('n')])
      .groupBy('organisation_id')
      .execute()
    expect(new Set(rows.map((row) => row.organisation_id))).toEqual(new Set([other, engine.db.organisationId]))
    expect(rows[0]?.n).toBe(rows[1]?.n)
  })
})

describe('a draft', () => {
  it('warns in place of its visit and is off the worklist once it is submitted', async () => {
    const claimId = await draft('cleaning')
    await onlyDrafts()
    await on('2026-05-05')
    expect(await items()).toMatchObject([
      {
        claim_id: claimId,
        because: expect.stringMatching(/^Draft C-2026-\d+ is not submitted: Harbor Health takes it until 2026-05-11$/),
      },
    ])
    expect(await engine.claim(claimId)).toMatchObject({ attention: true })
    await engine.db.owner.updateTable('visits').set({ status: 'completed' }).execute()
    expect(await engine.open(claimId)).toMatchObject({ kind: 'open' })
    expect((await items()).filter((item) => item.claim_id === claimId)).toMatchObject([
      { closed_because: 'the claim was submitted' },
    ])
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED', attention: false })
    await on('2026-05-10')
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('that is deleted gives the warning back to its visit', async () => {
    const claimId = await draft('crown')
    await on('2026-05-05')
    const crown = await visitOf('crown')
    expect((await items()).some((item) => item.visit_id === crown)).toBe(false)
    await engine.within((tx) => deleteDraft(tx, claimId, doing(engine.db.organisationId, engine.now)))
    await sweep()
    expect((await items()).filter((item) => item.visit_id === crown)).toMatchObject([{ closed_because: null }])
  })
})

async function visitOf(procedure: keyof Engine['seeded']['procedures']): Promise<string> {
  const row = await engine.db.owner
    .selectFrom('visit_procedures')
    .select('visit_id')
    .where('id', '=', engine.seeded.procedures[procedure])
    .executeTakeFirstOrThrow()
  return row.visit_id
}
