import { afterAll, beforeAll, expect, it } from 'vitest'
import { noticeFailed } from '../../../db/claims/heldNotices.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

it('closing the item of a held notice lets the notice be tried again', async () => {
  const { organisationId } = db
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  const { claimId } = made.body
  const event = { fact: { type: 'asked' as const }, at: NOW.toISOString(), said: [], references: [] }
  const noticeId = await db.databases.within(organisationId, async (tx) => {
    const id = await insertManualNotice(tx, { organisationId, claimId, actor: 'Ana', event, act: {} })
    await noticeFailed(tx, { organisationId, claimId, noticeId: id, of: 'notice' }, { tries: 1, now: NOW })
    return id
  })
  const notice = () =>
    db.owner
      .selectFrom('notices')
      .select(['held_at', 'failures', 'effect'])
      .where('id', '=', noticeId)
      .executeTakeFirstOrThrow()
  expect(await notice()).toEqual({ held_at: NOW, failures: 1, effect: 'held' })
  const { items } = (await api.call('GET', `/v1/attention-items?claimId=${claimId}&kind=notice-held`)).body
  expect(items).toMatchObject([{ role: 'operator', nextMove: expect.stringContaining('close this item') }])
  const closed = await api.call('POST', `/v1/attention-items/${items[0].itemId}/close`, { because: 'mended' })
  expect(closed.status).toBe(200)
  expect(await notice()).toEqual({ held_at: null, failures: 0, effect: null })
})
