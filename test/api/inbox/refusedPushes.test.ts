import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ApiDeps } from '../../../api/deps.ts'
import { noteRefusedPush } from '../../../api/routes/inbox/refusedPushes.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let deps: ApiDeps
beforeAll(async () => {
  db = await testDatabase()
  const clock = { scale: 1, now: () => NOW, realMsUntil: () => 0 }
  deps = { databases: db.databases, clock, log: pino({ level: 'silent' }) } as unknown as ApiDeps
})
afterAll(() => db.close())

const forged = (connectionId: string, windowMs: number) =>
  noteRefusedPush(
    deps,
    { organisationId: db.organisationId, connectionId, because: 'no signature', bytes: 10 },
    windowMs,
  )
const noted = async (connectionId: string) =>
  (
    await db.owner
      .selectFrom('audit_log')
      .select('detail')
      .where('action', '=', 'push.refused')
      .where('subject', '=', `connection ${connectionId}`)
      .orderBy('id')
      .execute()
  ).map(({ detail }) => detail)

it('a flood of forged pushes is two entries: the first at once, the number of the others afterwards', async () => {
  const connectionId = newId()
  await Promise.all(Array.from({ length: 500 }, () => forged(connectionId, 1_500)))
  expect(await noted(connectionId)).toEqual([{ because: 'no signature', bytes: 10 }])
  await expect.poll(() => noted(connectionId), { timeout: 20_000 }).toHaveLength(2)
  expect(await noted(connectionId)).toEqual([
    { because: 'no signature', bytes: 10 },
    { further: 499, bytes: 4_990 },
  ])
  await forged(connectionId, 60_000)
  expect(await noted(connectionId)).toHaveLength(3)
})

it('connections are counted apart', async () => {
  const connections = [newId(), newId()]
  for (const connectionId of connections) await forged(connectionId, 60_000)
  for (const connectionId of connections) expect(await noted(connectionId)).toHaveLength(1)
})
