import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allocateInterchange } from '../../../db/delivery/interchanges.ts'
import { noteRestore } from '../../../db/setup/noteRestore.ts'
import { liftRestore } from '../../../db/setup/restoreFreeze.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const note = () => noteRestore(engine.db.databases, { numbersADay: 100, now: engine.now })
/**
 * The row as it is in a copy of this database: of the cluster, timeline or database that it was
 * taken from.
 */
const remember = (changed: string, daysAgo = 0) =>
  sql`insert into database_identity (system_identifier, timeline, database_oid, alive_at)
    select system_identifier, timeline, database_oid, now() - make_interval(days => ${daysAgo}) from (
      select ${sql.raw(changed)} from database_identity_now()) as other`.execute(engine.db.owner)
const OTHER = {
  cluster: `'1' as system_identifier, timeline, database_oid`,
  timeline: 'system_identifier, timeline + 1 as timeline, database_oid',
  database: 'system_identifier, timeline, database_oid + 1 as database_oid',
}
const SAME = 'system_identifier, timeline, database_oid'
const freezes = () => engine.db.owner.selectFrom('send_freezes').select(['cause', 'lifted_at']).orderBy('id').execute()
const lastNumber = async () =>
  (await engine.db.owner.selectFrom('control_numbers').select('last_number').executeTakeFirst())?.last_number
const waitingFor = async (claimId: string) =>
  (await engine.db.owner.selectFrom('claims').select('waiting_for').where('id', '=', claimId).executeTakeFirst())
    ?.waiting_for

describe('a database that is another one than it remembers', () => {
  it.each(Object.entries(OTHER))('G8 was restored (%s): nothing is sent, noted or not', async (_name, other) => {
    const sending = await engine.submitted()
    await remember(other)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
    expect(await note()).toBe(true)
    await engine.deliver(sending)
    expect(engine.sent).toEqual([])
    expect(await freezes()).toEqual([{ cause: 'restored', lifted_at: null }])
  })

  it('that is the same is not frozen, and remembers when it was alive', async () => {
    await remember(SAME, 3)
    expect(await note()).toBe(false)
    expect(await freezes()).toEqual([])
    const { rows } = await sql<{ age: number }>`
      select extract(epoch from now() - alive_at)::integer as age from database_identity`.execute(engine.db.owner)
    expect(rows[0]?.age).toBeLessThan(60)
  })

  it('G8 gives out no control number that may have been used since the backup; the gap has a row', async () => {
    await engine.submitted()
    await remember(OTHER.timeline, 2)
    await Promise.all([note(), note(), note()])
    await note()
    expect(await lastNumber()).toBe(256 + 3 * 100)
    const { organisationId } = engine.db
    const { connectionId } = engine.seeded
    await engine.within((tx) =>
      allocateInterchange(tx, {
        organisationId,
        connectionId,
        kind: 'inquiry',
        adapterVersion: 1,
        submissions: [],
        now: engine.now,
      }),
    )
    const numbers = await engine.db.owner
      .selectFrom('interchanges')
      .select('control_number')
      .orderBy('control_number')
      .execute()
    const gaps = await engine.db.owner
      .selectFrom('control_number_gaps')
      .select(['first_number', 'last_number'])
      .execute()
    expect([numbers.map((row) => row.control_number), gaps]).toEqual([
      [1, 557],
      [{ first_number: 2, last_number: 556 }],
    ])
  })

  it('G8 doubts what had not ended: it is looked for, and goes again only where the provider has it not', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0, lookup: false }
    const there = await engine.submitted('cleaning')
    const taken = await engine.submitted('filling')
    await remember(OTHER.cluster)
    await note()
    engine.looks.push('arrived', 'cannot_tell')
    // Frozen by the restore alone the provider is looked at; nothing is sent.
    expect(await engine.deliver(there)).toEqual({ kind: 'busy', lookInMs: 1 })
    expect(await engine.settle(there)).toMatchObject({ kind: 'settled' })
    expect(await engine.settle(taken)).toMatchObject({ kind: 'unknown' })
    expect(await engine.interchange(there.interchangeId)).toMatchObject({ state: 'SENT', delivery_proof: 'found' })
    expect(await engine.interchange(taken.interchangeId)).toMatchObject({ state: 'UNKNOWN' })
    expect(await waitingFor(taken.claimId)).toContain('nobody knows yet whether it arrived')
    expect(engine.sent).toEqual([])
  })

  it('G8 sends again what the provider says it does not have, once the freeze is lifted', async () => {
    const sending = await engine.submitted()
    await remember(OTHER.cluster)
    await note()
    engine.looks.push('absent')
    expect(await engine.settle(sending)).toMatchObject({ kind: 'not_sent' })
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'not_sent' })
    expect(engine.sent).toEqual([])
    await engine.db.owner.transaction().execute((tx) => liftRestore(tx, { by: 'Ana', now: engine.now, detail: {} }))
    expect(await note()).toBe(false)
    expect(await engine.deliver(sending)).toMatchObject({ kind: 'settled' })
    expect(engine.sent).toHaveLength(1)
  })

  it('asks every source for what it still has, once', async () => {
    await engine.collect()
    await remember(OTHER.database)
    await note()
    const reread = async () =>
      (await engine.db.owner.selectFrom('mailboxes').select('reread').executeTakeFirst())?.reread
    expect(await reread()).toBe(true)
    await engine.collect()
    expect(await reread()).toBe(false)
  })
})
