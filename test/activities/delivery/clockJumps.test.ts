import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leaseInterchange } from '../../../db/delivery/leases.ts'
import { takeMailbox } from '../../../db/inbox/mailboxes.ts'
import { type Engine, type Submitted, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

/** Another sender has it, for a minute of the database's time. */
async function sending(): Promise<Submitted> {
  const submitted = await engine.submitted()
  const { organisationId, interchangeId } = submitted
  const leased = await engine.within((tx) =>
    leaseInterchange(tx, organisationId, interchangeId, { leaseMs: 60_000, now: engine.now, sentTo: 'its desk' }),
  )
  expect(leased.kind).toBe('leased')
  return submitted
}

describe.each([-24, -1, 1, 24])('E15 our clock jumps by %i hours', (hours) => {
  it('while somebody sends: the lease holds, and nobody sends a second time', async () => {
    const other = await sending()
    engine.later(hours)
    expect(await engine.deliver(other)).toMatchObject({ kind: 'busy' })
    expect(await engine.settle(other)).toEqual({ kind: 'busy', lookInMs: 1_000 })
    expect(engine.sent).toHaveLength(0)
    expect(await engine.interchange(other.interchangeId)).toMatchObject({ state: 'SENDING', attempt: 1 })
  })

  it('after a sender has died: its lease ends in time all the same', async () => {
    engine.declaration.delivery = { ...engine.declaration.delivery, keyWindowHours: 0 }
    const dead = await sending()
    engine.later(hours)
    await sql`update interchanges set lease_until = now() - interval '1 second'
      where id = ${dead.interchangeId}`.execute(engine.db.owner)
    expect(await engine.settle(dead)).toMatchObject({ kind: 'unknown', claim: { delivery: 'UNKNOWN' } })
  })

  it('while somebody collects: the mailbox is not collected twice at once', async () => {
    const { organisationId } = engine.db
    const connection = await engine.db.owner.selectFrom('connections').select('id').executeTakeFirstOrThrow()
    const mailbox = { organisationId, connectionId: connection.id }
    expect(await engine.within((tx) => takeMailbox(tx, mailbox, 60_000))).not.toBeNull()
    engine.later(hours)
    expect(await engine.within((tx) => takeMailbox(tx, mailbox, 60_000))).toBeNull()
  })
})
