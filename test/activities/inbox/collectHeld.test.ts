import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createProviderActivities } from '../../../activities/createActivities.ts'
import { mailboxPlans } from '../../../db/acrossTenants/lookups.ts'
import { type Engine, startEngine } from '../engine.ts'

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

it.each([
  ['is switched off', { enabled: false }, 0],
  ['is stopped', { stopped_because: 'the sign-in was refused' }, 0],
  ['is on', {}, 1],
])('of a connection that %s, collecting calls the provider as often as it may', async (_name, change, calls) => {
  expect(await callsAfter(change)).toBe(calls)
})

it('of one that is switched off, collecting goes on while a claim is under way: what it sent is answered', async () => {
  const sending = await engine.submitted()
  await engine.deliver(sending)
  const plans = () => mailboxPlans(engine.db.databases.across)
  expect(await callsAfter({ enabled: false })).toBe(1)
  expect(await plans()).toHaveLength(1)
  await engine.db.owner
    .updateTable('claims')
    .set({ closed_because: 'settled' })
    .where('id', '=', sending.claimId)
    .execute()
  expect(await callsAfter({ enabled: false })).toBe(0)
  expect(await plans()).toEqual([])
})

async function callsAfter(change: Record<string, unknown>): Promise<number> {
  let called = 0
  const { transportOf } = engine.deps
  engine.deps.transportOf = (name) => ({
    ...transportOf(name),
    collect: async () => {
      called += 1
      return { cursor: null }
    },
  })
  const { organisationId, owner } = { ...engine.db }
  await owner
    .updateTable('connections')
    .set({ poll_seconds: 900, ...change })
    .where('id', '=', engine.seeded.connectionId)
    .execute()
  const mailbox = { organisationId, connectionId: engine.seeded.connectionId, providerId: 'harbor-health' }
  const { collect } = createProviderActivities(engine.deps)
  expect(await new MockActivityEnvironment({ startToCloseTimeoutMs: 30_000 }).run(collect, mailbox)).toBe(0)
  return called
}
