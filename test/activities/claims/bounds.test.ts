import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { releaseHeldNotices } from '../../../db/claims/heldNotices.ts'
import { promiseSubmit, wishToSubmit } from '../../../db/claims/submitPromise.ts'
import { newId } from '../../../platform/ids.ts'
import { about, type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
// The database is another test's next.
afterEach(async () => {
  await mend()
  await engine.db.close()
})

const BOUND = 5
const wish = (claimId: string) =>
  engine.within((tx) =>
    wishToSubmit(
      tx,
      { organisationId: engine.db.organisationId, claimId },
      { submitRequest: newId(), now: engine.now },
    ),
  )
const promise = (claimId: string) =>
  engine.within((tx) => promiseSubmit(tx, { organisationId: engine.db.organisationId, claimId }, engine.now))
const itemWords = async () =>
  (await engine.db.owner.selectFrom('attention_items').select('because').where('closed_at', 'is', null).execute()).map(
    ({ because }) => because,
  )
/** Recording an event of this type breaks, as a defect of ours would. */
const breaks = (type: string) =>
  sql`drop trigger if exists break_it on claim_events; create or replace function break_it() returns trigger language plpgsql as $$ begin
    if new.type = ${sql.lit(type)} then raise exception 'a defect'; end if; return new; end $$;
    create trigger break_it before insert on claim_events for each row execute function break_it()`.execute(
    engine.db.owner,
  )
const mend = () => sql`drop trigger if exists break_it on claim_events`.execute(engine.db.owner)
/** The dentist takes the visit's completion back after the draft was checked. */
const visit = (status: 'planned' | 'completed') => engine.db.owner.updateTable('visits').set({ status }).execute()

describe('a submit that was answered 202', () => {
  it('and is refused later is on the worklist, with the refusal’s words', async () => {
    const claimId = await engine.draft('cleaning')
    await wish(claimId)
    await promise(claimId)
    await visit('planned')
    const opened = await engine.open(claimId)
    if (opened.kind !== 'refused') throw new Error('not refused')
    expect(await engine.openItems(claimId)).toEqual(['submit-refused'])
    expect((await itemWords())[0]).toContain(opened.problems[0]?.detail)
    expect(await engine.claim(claimId)).toMatchObject({ status: 'DRAFT', attention: true })
  })

  it('after the refusal had come is told as well', async () => {
    const claimId = await engine.draft('cleaning')
    await wish(claimId)
    await visit('planned')
    await engine.open(claimId)
    expect(await engine.openItems(claimId)).toEqual([])
    await promise(claimId)
    expect(await engine.openItems(claimId)).toEqual(['submit-refused'])
    await visit('completed')
    await wish(claimId)
    await engine.open(claimId)
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('and whose refusal its caller heard is not on the worklist', async () => {
    const claimId = await engine.draft('cleaning')
    await wish(claimId)
    await visit('planned')
    await engine.open(claimId)
    expect(await engine.openItems(claimId)).toEqual([])
  })
})

describe('work on a claim that breaks down each time', () => {
  it('freeze: the operator is told after the bound, and the claim goes on once it is mended', async () => {
    const claimId = await engine.draft('cleaning')
    await wish(claimId)
    await breaks('submitted')
    for (let time = 1; time < BOUND; time += 1) await expect(engine.open(claimId)).rejects.toThrow()
    expect(await engine.openItems(claimId)).toEqual([])
    await expect(engine.open(claimId)).rejects.toThrow()
    expect(await engine.openItems(claimId)).toEqual(['submit-fails'])
    await mend()
    expect(await engine.open(claimId)).toMatchObject({ kind: 'open' })
    expect(await engine.openItems(claimId)).toEqual([])
  })

  it('a claim that is open: the operator is told after the bound, and the item closes once it goes on', async () => {
    const { claimId } = await engine.submitted()
    const { adapterOf } = engine.deps
    // A build that lacks the claim's adapter.
    engine.deps.adapterOf = () => {
      throw new Error('a defect')
    }
    for (let time = 1; time < BOUND; time += 1) await expect(engine.open(claimId)).rejects.toThrow('a defect')
    expect(await engine.openItems(claimId)).toEqual([])
    await expect(engine.open(claimId)).rejects.toThrow('a defect')
    expect(await engine.openItems(claimId)).toEqual(['open-fails'])
    engine.deps.adapterOf = adapterOf
    expect(await engine.open(claimId)).toMatchObject({ kind: 'open', claim: { attention: false } })
    expect(await engine.openItems(claimId)).toEqual([])
    expect(await engine.claim(claimId)).toMatchObject({ attention: false })
  })

  it('news: it is set aside after the bound, the good one behind it is recorded, and closing the item tries it again', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const { claimId, submissionNumber } = sending
    await breaks('forwarded')
    await engine.arrives([about(submissionNumber, { type: 'forwarded' })])
    await engine.arrives([about(submissionNumber, { type: 'received' })])
    await engine.inbox()
    for (let time = 1; time < BOUND; time += 1) await expect(engine.news(claimId)).rejects.toThrow('a defect')
    expect(await engine.claim(claimId)).toMatchObject({ status: 'SUBMITTED' })
    expect(await engine.news(claimId)).toMatchObject({ status: 'RECEIVED', attention: true })
    expect(await engine.openItems(claimId)).toEqual(['notice-held'])
    // Nobody tries it again and again meanwhile.
    expect(await engine.news(claimId)).toMatchObject({ status: 'RECEIVED' })
    expect((await itemWords())[0]).not.toContain('a defect')
    await mend()
    await engine.within((tx) => releaseHeldNotices(tx, engine.db.organisationId, claimId))
    await engine.news(claimId)
    const events = await engine.db.owner.selectFrom('claim_events').select(['type', 'effect']).orderBy('feed').execute()
    expect(events.map(({ type, effect }) => `${type}:${effect}`).slice(2)).toEqual([
      'received:applied',
      'forwarded:stale',
    ])
  })

  it('news in front of it is recorded at the first try, and nothing is recorded twice', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    const { claimId, submissionNumber } = sending
    await breaks('in_review')
    await engine.arrives([
      about(submissionNumber, { type: 'received' }),
      about(submissionNumber, { type: 'in_review' }),
    ])
    await engine.inbox()
    for (let time = 1; time < BOUND; time += 1) await expect(engine.news(claimId)).rejects.toThrow('a defect')
    await engine.news(claimId)
    const events = await engine.db.owner.selectFrom('claim_events').select('type').orderBy('feed').execute()
    expect(events.map(({ type }) => type)).toEqual(['submitted', 'sent', 'received'])
  })

  it('a cancel: whoever waits hears that it is held, and later news goes on', async () => {
    const { claimId } = await engine.submitted()
    const noticeId = await engine.wishToCancel(claimId)
    await breaks('cancelled')
    for (let time = 1; time < BOUND; time += 1)
      await expect(engine.cancel(claimId, noticeId)).rejects.toThrow('a defect')
    expect(await engine.cancel(claimId, noticeId)).toMatchObject({
      claim: { status: 'SUBMITTED', effects: [{ noticeId, effect: 'held' }] },
      interchangeId: null,
    })
    expect(await engine.openItems(claimId)).toEqual(['notice-held'])
    expect((await engine.news(claimId)).cancelsWanted).toEqual([])
  })

  it('Postgres being away counts for nothing', async () => {
    const sending = await engine.submitted()
    await engine.deliver(sending)
    await engine.arrives([about(sending.submissionNumber, { type: 'received' })])
    await engine.inbox()
    const { within } = engine.deps.databases
    engine.deps.databases.within = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))
    for (let time = 0; time <= BOUND; time += 1) await expect(engine.news(sending.claimId)).rejects.toThrow('away')
    engine.deps.databases.within = within
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'RECEIVED', attention: false })
  })
})
