import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CollectedDocument } from '../../../adapters/transports/transport.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const found = (key: string): CollectedDocument => ({
  key,
  message: { transport: 'http', status: 200, headers: {}, body: Buffer.from(`"${key}"`) },
  mediaType: 'application/json',
})
const mailbox = () =>
  engine.db.owner.selectFrom('mailboxes').select(['cursor', 'attempt', 'lease_until']).executeTakeFirst()
const documents = async () =>
  (await engine.db.owner.selectFrom('documents').select('dedupe_key').orderBy('dedupe_key').execute()).map(
    (row) => row.dedupe_key.split(':')[0],
  )
const connection = (change: Record<string, unknown>) =>
  engine.db.owner.updateTable('connections').set(change).where('id', '=', engine.seeded.connectionId).execute()

/** A collection that finds `keys` and leaves this cursor; answers the cursors that it was given. */
function finds(keys: string[], cursor: string | null): (string | null)[] {
  const given: (string | null)[] = []
  engine.collecting = async (_adapter, context, _session, store) => {
    given.push(context.cursor)
    for (const key of keys) await store(found(key))
    return { cursor }
  }
  return given
}

/** A collection that hangs in the middle, until it is let go on. */
function hangs(): { begun: Promise<void>; goOn(): void } {
  let goOn = () => {}
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const wait = new Promise<void>((resolve) => {
    goOn = resolve
  })
  engine.collecting = async () => {
    begin()
    await wait
    return { cursor: 'slow' }
  }
  return { begun, goOn: () => goOn() }
}

describe('collecting', () => {
  it('stores what is new once, moves the cursor last and wakes the inbox', async () => {
    finds(['a', 'b'], 'two')
    expect(await engine.collect()).toBe(2)
    expect(await documents()).toEqual(['a', 'b'])
    expect(await mailbox()).toMatchObject({ cursor: 'two', lease_until: null })
    expect(engine.signalled).toEqual([expect.stringContaining(engine.seeded.connectionId)])
    engine.signalled = []
    const given = finds(['b', 'c'], 'three')
    expect(await engine.collect()).toBe(1)
    expect(given).toEqual(['two'])
    expect(await documents()).toEqual(['a', 'b', 'c'])
    finds(['a'], 'three')
    engine.signalled = []
    expect(await engine.collect()).toBe(0)
    expect(engine.signalled).toEqual([])
  })

  it('that fails keeps the cursor and what it stored, and lets the next one begin where it began', async () => {
    finds(['a'], 'one')
    await engine.collect()
    engine.signalled = []
    engine.collecting = async (_adapter, _context, _session, store) => {
      await store(found('b'))
      throw new Error('the connection was reset')
    }
    await expect(engine.collect()).rejects.toThrow('reset')
    expect(await mailbox()).toMatchObject({ cursor: 'one', lease_until: null })
    expect(await documents()).toEqual(['a', 'b'])
    expect(engine.signalled).toHaveLength(1)
    const given = finds(['b', 'c'], 'three')
    expect(await engine.collect()).toBe(1)
    expect(given).toEqual(['one'])
  })

  it('is done by one at a time: a second one goes away, and the first one’s cursor stands', async () => {
    const { begun, goOn } = hangs()
    const first = engine.collect()
    await begun
    const given = finds(['a'], 'fast')
    expect(await engine.collect()).toBe(0)
    expect(given).toEqual([])
    goOn()
    await first
    expect(await mailbox()).toMatchObject({ cursor: 'slow', attempt: 1 })
  })

  it('whose lease ran out is taken over, and its late end changes nothing', async () => {
    const { begun, goOn } = hangs()
    const first = engine.collect()
    await begun
    await sql`update mailboxes set lease_until = now() - interval '1 second'`.execute(engine.db.owner)
    finds(['a'], 'fast')
    expect(await engine.collect()).toBe(1)
    goOn()
    await first
    expect(await mailbox()).toMatchObject({ cursor: 'fast', attempt: 2 })
  })

  it('does not begin on a connection that is stopped', async () => {
    await connection({ stopped_because: 'sign-in refused' })
    const given = finds(['a'], 'one')
    expect(await engine.collect()).toBe(0)
    expect(given).toEqual([])
  })
})
