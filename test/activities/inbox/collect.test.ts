import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CollectError } from '../../../adapters/transports/collectError.ts'
import type { CollectedDocument, Transport } from '../../../adapters/transports/transport.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const run = () => engine.collect()
const found = (key: string): CollectedDocument => ({
  key,
  message: { transport: 'http', status: 200, headers: {}, body: Buffer.from(`"${key}"`) },
  mediaType: 'application/json',
})
const mailbox = () => engine.db.owner.selectFrom('mailboxes').selectAll().executeTakeFirstOrThrow()
const documents = async () =>
  (await engine.db.owner.selectFrom('documents').select('dedupe_key').execute()).map(
    (row) => row.dedupe_key.split(':')[0],
  )
const fails = (error: Error) => async () => Promise.reject(error)

/** A step that the test lets go on when it likes. */
function gate() {
  let open: () => void = () => undefined
  let reached: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const arrival = new Promise<void>((resolve) => {
    reached = resolve
  })
  return {
    open: () => open(),
    arrival,
    pass: () => {
      reached()
      return opened
    },
  }
}

/**
 * Two collectors of one mailbox: the first stands still in the middle, its lease runs out, and the
 * second does the whole work.
 */
async function overtaken(first: ReturnType<typeof gate>): Promise<{ slow: Promise<number> }> {
  const slow = run()
  slow.catch(() => undefined)
  await first.arrival
  await sql`update mailboxes set lease_until = now() - interval '1 second'`.execute(engine.db.owner)
  expect(await run()).toBe(1)
  return { slow }
}

describe('collecting', () => {
  it('is done by one at a time: a second finds the mailbox taken and asks the provider nothing', async () => {
    const first = gate()
    engine.collecting = [
      async (_adapter, _context, _session, store) => {
        await first.pass()
        await store(found('a'))
        return { cursor: '1' }
      },
      async () => {
        throw new Error('the mailbox was taken')
      },
    ]
    const working = run()
    await first.arrival
    expect(await run()).toBe(0)
    expect(engine.collecting).toHaveLength(1)
    first.open()
    expect(await working).toBe(1)
    expect(await documents()).toEqual(['a'])
  })

  it('does not begin on a connection that is stopped', async () => {
    const { connectionId } = engine.seeded
    const stopped = { stopped_because: 'sign-in refused' }
    await engine.db.owner.updateTable('connections').set(stopped).where('id', '=', connectionId).execute()
    engine.collecting = [fails(new Error('the provider was asked'))]
    expect(await run()).toBe(0)
    expect(engine.collecting).toHaveLength(1)
  })

  it('goes on from the cursor of the last success, also after a failure in between', async () => {
    const seen: (string | null)[] = []
    const note: Transport['collect'] = async (_adapter, { cursor }) => {
      seen.push(cursor)
      return { cursor: 'page 7' }
    }
    engine.collecting = [note, fails(new Error('cut')), note]
    await run()
    await expect(run()).rejects.toThrow()
    await run()
    expect(seen).toEqual([null, 'page 7'])
  })

  it('keeps what was stored before a failure, and its inbox is woken', async () => {
    engine.collecting = [
      async (_adapter, _context, _session, store) => {
        await store(found('a'))
        throw new CollectError('unreachable', 'cut')
      },
    ]
    await expect(run()).rejects.toThrow('unreachable')
    expect(await documents()).toEqual(['a'])
    expect(engine.signalled).toEqual([`inbox-${engine.seeded.connectionId}`])
  })

  it('E11 the cursor of whoever took the mailbox last wins, and each document is stored once', async () => {
    const first = gate()
    engine.collecting = [
      async (_adapter, _context, _session, store) => {
        await first.pass()
        await store(found('a'))
        return { cursor: 'old' }
      },
      async (_adapter, _context, _session, store) => {
        await store(found('a'))
        return { cursor: 'new' }
      },
    ]
    const { slow } = await overtaken(first)
    first.open()
    await slow
    expect(await mailbox()).toMatchObject({ cursor: 'new' })
    expect(await documents()).toEqual(['a'])
  })

  it('a failure of whoever lost the mailbox meanwhile says nothing about the connection', async () => {
    const first = gate()
    engine.collecting = [
      async () => {
        await first.pass()
        throw new Error('late')
      },
      async (_adapter, _context, _session, store) => {
        await store(found('a'))
        return { cursor: 'new' }
      },
    ]
    const { slow } = await overtaken(first)
    first.open()
    await expect(slow).rejects.toThrow()
    expect(await mailbox()).toMatchObject({ cursor: 'new', failures: 0, failing_because: null })
  })

  it('E11 a store slower than the lease keeps the mailbox: a second finds it taken, and the first ends it', async () => {
    engine.deps.leaseMs = 300
    const first = gate()
    engine.collecting = [
      async (_adapter, _context, _session, store) => {
        await first.pass()
        await store(found('a'))
        return { cursor: 'first' }
      },
      fails(new Error('the mailbox was taken')),
    ]
    const slow = run()
    await first.arrival
    const taken = (await mailbox()).lease_until
    // The lease it took has run out by now, and it holds another.
    await expect
      .poll(async () => (await sql`select now() > ${taken} as over`.execute(engine.db.owner)).rows)
      .toEqual([{ over: true }])
    expect(await run()).toBe(0)
    first.open()
    expect(await slow).toBe(1)
    expect(await mailbox()).toMatchObject({ cursor: 'first', lease_until: null, attempt: 1 })
    expect(await documents()).toEqual(['a'])
  })

  it('E11 renews its lease while it works, and is called off when the mailbox is another’s all the same', async () => {
    engine.deps.leaseMs = 300
    const leases = new Set<number>()
    engine.collecting = [
      async (_adapter, _context, { signal }) => {
        while (leases.size < 3) leases.add((await mailbox()).lease_until?.getTime() ?? 0)
        await sql`update mailboxes set attempt = attempt + 1`.execute(engine.db.owner)
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        throw new CollectError('unreachable', 'called off')
      },
    ]
    await expect(run()).rejects.toThrow()
    expect(leases.size).toBe(3)
    expect(await mailbox()).toMatchObject({ failures: 0 })
  })
})

describe('collecting that fails', () => {
  it('is told to the owner after the bound, with connection and cause, until it works again', async () => {
    const refused = () => fails(new CollectError('sign-in', "535 no such user O'Brien"))
    engine.collecting = [refused(), refused()]
    await expect(run()).rejects.toThrow(/failed: sign-in$/)
    await expect(run()).rejects.toThrow(/failed: sign-in$/)
    expect(await engine.openItems()).toEqual([])
    engine.collecting = [refused(), refused()]
    for (let time = 0; time < 2; time += 1) await expect(run()).rejects.toThrow()
    const [item] = await engine.db.owner.selectFrom('attention_items').selectAll().execute()
    expect(item).toMatchObject({
      kind: 'collecting-fails',
      role: 'owner',
      connection_id: engine.seeded.connectionId,
      because: expect.stringContaining(
        'could not be collected 3 times, because the provider does not accept our sign-in',
      ),
    })
    expect(item?.because).not.toContain("O'Brien")
    await run()
    expect(await engine.openItems()).toEqual([])
    expect(await mailbox()).toMatchObject({ failures: 0, failing_because: null })
  })

  it('is a try and no success', async () => {
    await run()
    const { last_success_at } = await mailbox()
    engine.later(1)
    engine.collecting = [fails(new CollectError('folder', 'no such file'))]
    await expect(run()).rejects.toThrow()
    expect(await mailbox()).toMatchObject({
      last_success_at,
      last_tried_at: engine.now,
      failures: 1,
      failing_because: 'folder',
    })
  })

  it('for an address or secret that nobody can read is a cause of its own', async () => {
    await engine.db.owner.updateTable('connections').set({ endpoint: '{"broken":true}' }).execute()
    await expect(run()).rejects.toThrow(/failed: connection-unusable$/)
    expect(await mailbox()).toMatchObject({ failing_because: 'connection-unusable' })
  })
})
