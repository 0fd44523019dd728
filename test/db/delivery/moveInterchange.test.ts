import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Detail, moveInterchange } from '../../../db/delivery/moveInterchange.ts'
import { DELIVERY_STATES, type DeliveryState } from '../../../domain/claim.ts'
import { DELIVERY_PROOFS } from '../../../domain/delivery/deliveryProof.ts'
import { MOVES, type Move, move, ruleOf } from '../../../domain/delivery/interchangeState.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
})
afterAll(() => db.close())

type Row = Partial<{ kind: 'submission' | 'inquiry'; attempt: number; leavesAt: Date; lease: 'held' | 'expired' }>

let controlNumber = 0
async function interchange(state: DeliveryState, row: Row): Promise<string> {
  const id = randomUUID()
  controlNumber += 1
  await db.owner
    .insertInto('interchanges')
    .values({
      organisation_id: db.organisationId,
      id,
      connection_id: seeded.connectionId,
      kind: row.kind ?? 'submission',
      control_number: controlNumber,
      adapter_version: 1,
      state,
      attempt: row.attempt ?? 0,
      leaves_at: row.leavesAt ?? null,
      lease_until: row.lease ? sql<Date>`now() + ${row.lease === 'held' ? '1 hour' : '-1 hour'}::interval` : null,
      created_at: NOW,
    })
    .execute()
  return id
}

const read = (id: string) =>
  db.owner.selectFrom('interchanges').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/**
 * Tries the move with all that its rule asks for besides the state, unless a test says otherwise.
 */
async function tries(name: Move, id: string, attempt = 3): Promise<boolean> {
  const [proof] = ruleOf(name).proofs
  const detail = { now: NOW, attempt, leaseMs: 60_000, ...(proof ? { proof, because: 'a test' } : {}) } as Detail<Move>
  const target = { organisationId: db.organisationId, interchanges: id }
  return (await db.databases.within(db.organisationId, (tx) => moveInterchange(tx, name, target, detail))).length > 0
}

/** A row that satisfies the rule's further conditions. */
function fitting(name: Move): Row {
  const { lease, only } = ruleOf(name)
  return {
    attempt: only === 'in-batch' ? 0 : 3,
    ...(only === 'inquiry' ? { kind: 'inquiry' as const } : {}),
    ...(only === 'in-batch' ? { leavesAt: NOW } : {}),
    ...(lease === undefined || lease === 'free' ? {} : { lease }),
  }
}

describe('the move of a row', () => {
  const all = (Object.keys(MOVES) as Move[]).flatMap((name) => DELIVERY_STATES.map((state) => [name, state] as const))

  it('leads where the pure table says, from every state by every move', async () => {
    const wrong: string[] = []
    for (const [name, state] of all) {
      const id = await interchange(state, fitting(name))
      const moved = await tries(name, id)
      const expected = move(state, name)
      const after = (await read(id)).state
      if (moved !== (expected !== 'illegal') || after !== (expected === 'illegal' ? state : expected))
        wrong.push(`${name} from ${state}: ${moved ? after : 'refused'}, not ${expected}`)
    }
    expect(all.length).toBe(Object.keys(MOVES).length * DELIVERY_STATES.length)
    expect(wrong).toEqual([])
  })

  it.each((Object.keys(MOVES) as Move[]).filter((name) => ruleOf(name).lease === 'held'))(
    '%s is only for the sender whose fencing number the row still has',
    async (name) => {
      const id = await interchange('SENDING', { attempt: 3, lease: 'held' })
      expect(await tries(name, id, 2)).toBe(false)
      expect(await read(id)).toMatchObject({ state: 'SENDING', attempt: 3 })
      expect(await tries(name, id, 3)).toBe(true)
      expect((await read(id)).lease_until).toBeNull()
    },
  )

  it.each(['lease', 'lease-from-unknown'] as const)('%s finds the lease free or run out, never held', async (name) => {
    const state = name === 'lease' ? 'READY' : 'UNKNOWN'
    expect(await tries(name, await interchange(state, { lease: 'held' }))).toBe(false)
    const id = await interchange(state, { attempt: 3, lease: 'expired' })
    expect(await tries(name, id)).toBe(true)
    expect(await read(id)).toMatchObject({ attempt: 4, first_sent_at: NOW })
  })

  it('a lease expires when its time is up, and the dead sender’s number with it', async () => {
    expect(await tries('expire', await interchange('SENDING', { lease: 'held' }))).toBe(false)
    const id = await interchange('SENDING', { attempt: 3, lease: 'expired' })
    expect(await tries('expire', id)).toBe(true)
    expect(await read(id)).toMatchObject({ attempt: 4, delivery_proof: 'sender_died', because: 'a test' })
  })

  it('what waits in a batch can’t arrive, be closed for another reason or be hurried by a packet’s rules', async () => {
    const waiting = await interchange('WAITING', { leavesAt: NOW })
    expect(await tries('arrive', waiting)).toBe(false)
    expect(await tries('arrive', await interchange('READY', { leavesAt: NOW }))).toBe(false)
    const packet = await interchange('WAITING', { attempt: 1, leavesAt: NOW })
    expect(await tries('close-batch', packet)).toBe(false)
    expect(await tries('hurry', packet)).toBe(false)
    expect(await tries('arrive', packet)).toBe(true)
    expect(await tries('close-batch', waiting)).toBe(true)
  })

  it('the moves of an inquiry are no submission’s', async () => {
    for (const name of ['accept-inquiry', 'reject-inquiry', 'abandon-inquiry'] as const)
      expect(await tries(name, await interchange('SENDING', { lease: 'expired' }))).toBe(false)
  })

  it('keeps what is known when it proves nothing', async () => {
    const id = await interchange('SENDING', { attempt: 3, lease: 'held' })
    await db.owner.updateTable('interchanges').set({ delivery_proof: 'no_answer' }).where('id', '=', id).execute()
    expect(await tries('finish-not-repeated', id)).toBe(true)
    expect(await read(id)).toMatchObject({ state: 'UNKNOWN', delivery_proof: 'no_answer' })
  })
})

describe('the database’s own lists', () => {
  const listOf = async (column: string) => {
    const { rows } = await sql<{ definition: string }>`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = 'interchanges'::regclass and contype = 'c' and conname = ${`interchanges_${column}_check`}`.execute(
      db.owner,
    )
    return [...(rows[0]?.definition.matchAll(/'([A-Za-z_]+)'/g) ?? [])].map((match) => match[1]).sort()
  }

  it('of states and of delivery proofs are those of the domain', async () => {
    expect(await listOf('state')).toEqual([...DELIVERY_STATES].sort())
    expect(await listOf('delivery_proof')).toEqual([...DELIVERY_PROOFS].sort())
  })
})
