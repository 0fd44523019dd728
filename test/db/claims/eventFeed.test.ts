import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventsAfter, type FeedPlace } from '../../../db/claims/eventFeed.ts'
import type { Tx } from '../../../db/connect.ts'
import { newId } from '../../../platform/ids.ts'
import { seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let claimId = ''
beforeAll(async () => {
  db = await testDatabase()
  const seeded = await seedClaims(db.owner, db.organisationId)
  claimId = newId()
  await db.owner
    .insertInto('claims')
    .values({
      organisation_id: db.organisationId,
      id: claimId,
      claim_number: 'C-1',
      clinic_id: seeded.clinicId,
      patient_id: seeded.patientId,
      enrolment_id: seeded.enrolmentId,
      provider_id: 'harbor-health',
      connection_id: seeded.connectionId,
      practitioner_id: seeded.practitionerId,
      currency: 'PHP',
      total: 1,
      service_from: '2026-03-10',
      service_to: '2026-03-10',
      diagnoses: '[]',
      lineage_id: claimId,
      created_at: new Date(),
      updated_at: new Date(),
      created_by: 'test',
    })
    .execute()
})
afterAll(() => db.close())

async function write(tx: Tx): Promise<string> {
  const id = newId()
  await tx
    .insertInto('claim_events')
    .values({
      organisation_id: db.organisationId,
      id,
      claim_id: claimId,
      type: 'received',
      fact: JSON.stringify({ type: 'received' }),
      effect: 'noted',
      from_status: 'SUBMITTED',
      to_status: 'SUBMITTED',
      actor: 'provider',
      happened_at: new Date(),
      recorded_at: new Date(),
    })
    .execute()
  return id
}
const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(db.organisationId, work)
const read = (after: FeedPlace | null, limit = 1_000) =>
  within((tx) => eventsAfter(tx, { organisationId: db.organisationId, after, limit }))

/** A transaction that has written an event and waits to be let go. */
async function held(): Promise<{ eventId: string; commit(): Promise<unknown> }> {
  let letGo: () => void = () => undefined
  let eventId = ''
  const gate = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let ended: Promise<unknown> = Promise.resolve()
  await new Promise<void>((written) => {
    ended = within(async (tx) => {
      eventId = await write(tx)
      // A write alone is not waited for.
      await sql`select 1`.execute(tx)
      written()
      await gate
    })
  })
  return {
    eventId,
    commit: () => {
      letGo()
      return ended
    },
  }
}

/**
 * Behind everything there is. Writers of other tests' databases on the same server hold the feed
 * back for a moment, too.
 */
async function end(): Promise<FeedPlace | null> {
  for (;;) {
    const { events, place } = await read(null)
    const { n } = await db.owner
      .selectFrom('claim_events')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    if (events.length === Number(n)) return place
  }
}
const shown = (place: FeedPlace | null) =>
  expect.poll(async () => (await read(place)).events.map((event) => event.eventId))

describe('the event feed', () => {
  it('G8 goes on after a restore, whose transactions are counted anew: nothing is stuck, nothing skipped', async () => {
    await write(db.owner as unknown as Tx)
    // As another server wrote it, which had counted further.
    await sql`update claim_events set xid = '900000000000'::xid8 where organisation_id = ${db.organisationId}`.execute(
      db.owner,
    )
    await sql`insert into database_identity (system_identifier, timeline, database_oid, era) select *, 1 from database_identity_now()`.execute(
      db.owner,
    )
    try {
      const place = await end()
      expect(place).toMatchObject({ era: 0, xid: '900000000000' })
      const later = await within(write)
      await shown(place).toEqual([later])
    } finally {
      await sql`delete from database_identity`.execute(db.owner)
      await sql`delete from claim_events`.execute(db.owner)
    }
  })

  it('does not pass a transaction that is still running: its events come later, none is skipped', async () => {
    const early = await held()
    const late = await within(write)
    const before = await read(null)
    // The later one is committed, but comes only when nothing before it can still appear.
    expect(before.events.map((event) => event.eventId)).toEqual([])
    await early.commit()
    await shown(before.place).toEqual([early.eventId, late])
    const after = await read(before.place)
    expect((await read(after.place)).events).toEqual([])
  })

  it('an event with a smaller number that commits behind the reader’s place is not skipped', async () => {
    const place = await end()
    // Takes its number first, and its transaction id last.
    const number = await sql<{ n: number }>`select nextval('feed_sequence') as n`.execute(db.owner)
    const first = await within(write)
    await shown(place).toEqual([first])
    const seen = await read(place)
    const second = await within(async (tx) => {
      const id = await write(tx)
      await sql`select 1`.execute(tx)
      return id
    })
    await db.owner
      .updateTable('claim_events')
      .set({ feed: number.rows[0]?.n ?? 0 })
      .where('id', '=', second)
      .execute()
    await shown(seen.place).toEqual([second])
  })

  it('6 writers at once, one reader behind them: every event once', async () => {
    let place = await end()
    const seen: string[] = []
    let writing = true
    const take = async () => {
      const page = await read(place, 7)
      seen.push(...page.events.map((event) => event.eventId))
      place = page.place
    }
    const reader = (async () => {
      while (writing) await take()
    })()
    const writer = async () => {
      const ids: string[] = []
      for (let n = 0; n < 25; n += 1) {
        ids.push(
          ...(await within(async (tx) => {
            const one = await write(tx)
            await sql`select pg_sleep(random() * 0.01)`.execute(tx)
            return [one, await write(tx)]
          })),
        )
      }
      return ids
    }
    const written = (await Promise.all(Array.from({ length: 6 }, writer))).flat()
    writing = false
    await reader
    while (seen.length < written.length) await take()
    expect(new Set(seen)).toEqual(new Set(written))
  })

  it('a rolled back event is never seen', async () => {
    const place = await end()
    await within(async (tx) => {
      await write(tx)
      throw new Error('rolled back')
    }).catch(() => undefined)
    expect((await read(place)).events).toEqual([])
  })
})
