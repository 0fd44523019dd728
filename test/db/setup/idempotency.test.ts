import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimKey, keepAnswer } from '../../../db/setup/idempotency.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())

const requestSha256 = Buffer.alloc(32, 1)

describe('idempotency keys', () => {
  it('the second waits for the first: used when that one commits, its own when that one rolls back', async () => {
    const organisationId = db.organisationId
    const answer = { status: 201, body: { b: 1, a: [null, 'ö'] }, headers: {} }
    for (const ending of ['commit', 'roll back']) {
      const key = `key to ${ending}`
      let letGo: () => void = () => undefined
      const gate = new Promise<void>((resolve) => {
        letGo = resolve
      })
      let first: Promise<unknown> = Promise.resolve()
      await new Promise<void>((taken) => {
        first = db.databases
          .within(organisationId, async (tx) => {
            expect(await claimKey(tx, { organisationId, key, requestSha256 })).toEqual({ kind: 'mine' })
            taken()
            await gate
            await keepAnswer(tx, { organisationId, key, answer })
            if (ending === 'roll back') throw new Error('refused')
          })
          .catch(() => undefined)
      })
      const second = db.databases.within(organisationId, (tx) => claimKey(tx, { organisationId, key, requestSha256 }))
      letGo()
      await first
      expect(await second).toEqual(ending === 'commit' ? { kind: 'used', requestSha256, answer } : { kind: 'mine' })
    }
  })
})
