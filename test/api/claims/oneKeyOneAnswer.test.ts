import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Answered, type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeEach(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterEach(async () => {
  await api.close()
  await db.close()
})

async function draft(): Promise<string> {
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  return (await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines }))
    .body.claimId
}
const post = (path: string, key: string, body?: unknown) =>
  api.call('POST', path, body, { headers: { 'idempotency-key': key } })
const distinct = (answers: Answered[]) =>
  new Set(answers.map(({ status, body }) => JSON.stringify([status, { ...body, instance: '' }]))).size
/** A busy worker: every second message gets no answer in time. */
function busyWorker() {
  const { submit, recordActions } = api.workflows
  let n = 0
  const every = <T>(answer: T) => {
    n += 1
    return n % 2 === 1 ? ({ kind: 'pending' } as const) : answer
  }
  api.workflows.submit = async (claim) => every(await submit(claim))
  api.workflows.recordActions = async (claim, noticeIds) => every(await recordActions(claim, noticeIds))
}

describe('one key, one answer', () => {
  it('50 equal submits are answered alike, also where a worker answers only some in time', async () => {
    const claimId = await draft()
    busyWorker()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post(`/v1/claims/${claimId}/submit`, 'submit-1')),
    )
    expect([distinct(answers), answers[0]?.status]).toEqual([1, expect.toBeOneOf([200, 202])])
    expect((await post(`/v1/claims/${claimId}/submit`, 'submit-1')).body).toEqual(answers[0]?.body)
    expect(await db.owner.selectFrom('submissions').select('id').execute()).toHaveLength(1)
  })

  it('50 equal payments are answered alike and are one payment', async () => {
    const claimId = await draft()
    expect((await post(`/v1/claims/${claimId}/submit`, 'submit-2')).status).toBe(200)
    busyWorker()
    const pay = () =>
      post(`/v1/claims/${claimId}/payments`, 'pay-1', { amount: 5_000, currency: 'PHP', paidOn: '2026-03-20' })
    const answers = await Promise.all(Array.from({ length: 50 }, pay))
    expect([distinct(answers), answers[0]?.status]).toEqual([1, expect.toBeOneOf([200, 202])])
    expect((await api.call('GET', `/v1/claims/${claimId}`)).body.balances.paid).toBe(5_000)
  })

  it('a refusal after the commit is the answer of its key too', async () => {
    const claimId = await draft()
    await post(`/v1/claims/${claimId}/submit`, 'submit-3')
    await db.owner.updateTable('interchanges').set({ state: 'SENT', attempt: 1 }).execute()
    const cancel = () => post(`/v1/claims/${claimId}/cancel`, 'cancel-1', { reason: 'wrong patient' })
    const first = await cancel()
    expect(first).toMatchObject({ status: 409, body: { type: expect.stringMatching(/cannot-cancel$/) } })
    const again = await cancel()
    expect([again.status, again.body.detail]).toEqual([409, first.body.detail])
  })

  it('an outage is no answer: the same request goes on when it is over, and is answered from then on', async () => {
    const claimId = await draft()
    api.workflows.mode = 'unavailable'
    expect((await post(`/v1/claims/${claimId}/submit`, 'submit-4')).status).toBe(503)
    api.workflows.mode = 'answered'
    const answered = await post(`/v1/claims/${claimId}/submit`, 'submit-4')
    expect(answered.status).toBe(200)
    api.workflows.mode = 'unavailable'
    expect(await post(`/v1/claims/${claimId}/submit`, 'submit-4')).toMatchObject({ status: 200, body: answered.body })
  })
})

describe('four submits of one claim with four keys at once', () => {
  it('B2 one is answered 200, three 409', async () => {
    const claimId = await draft()
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(`/v1/claims/${claimId}/submit`, randomUUID())))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409])
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body.type).toMatch(/claim-already-submitted$/)
  })

  it('after an outage another key may submit', async () => {
    const claimId = await draft()
    api.workflows.mode = 'unavailable'
    expect((await post(`/v1/claims/${claimId}/submit`, randomUUID())).status).toBe(503)
    api.workflows.mode = 'answered'
    expect((await post(`/v1/claims/${claimId}/submit`, randomUUID())).status).toBe(200)
  })
})

describe('a second cancel while a void is under way', () => {
  it('says that a void is under way', async () => {
    api.declaration.purposes = ['new', 'void']
    const claimId = await draft()
    await post(`/v1/claims/${claimId}/submit`, randomUUID())
    await db.owner.updateTable('interchanges').set({ state: 'SENT', attempt: 1 }).execute()
    const cancel = () => post(`/v1/claims/${claimId}/cancel`, randomUUID(), { reason: 'wrong patient' })
    expect(await cancel()).toMatchObject({ status: 200, body: { effect: 'void_sent' } })
    const second = await cancel()
    expect(second).toMatchObject({ status: 409, body: { type: expect.stringMatching(/void-under-way$/) } })
    expect(second.body.detail).toMatch(/a void \(\w{16}\) is under way, it is on its way to Harbor Health/)
    await db.owner.updateTable('interchanges').set({ state: 'SENT', attempt: 1 }).execute()
    expect((await cancel()).body.detail).toContain('Harbor Health has it, and its answer is awaited')
  })
})
