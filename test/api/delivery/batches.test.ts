import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  api.declaration.batching = { claimsPerInterchange: 100 }
  const changed = await api.call(
    'PATCH',
    `/v1/connections/${seeded.connectionId}`,
    { batchCalendar: { every: 'week', weekday: 1, at: '17:00' }, zone: 'Asia/Manila' },
    { key: await api.key('owner') },
  )
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

const batches = () => `/v1/connections/${seeded.connectionId}/batches`
const list = async () => (await api.call('GET', batches())).body.batches
async function submitted(name: keyof Seeded['procedures']): Promise<string> {
  const lines = [{ procedureId: seeded.procedures[name] }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  expect((await api.call('POST', `/v1/claims/${made.body.claimId}/submit`)).status).toBe(200)
  return made.body.claimId
}
const problem = (type: string) => `https://claimhub.example/problems/${type}`

describe('a batch', () => {
  it('is listed and read with its claims, cut-off and total; a claim in it says when it leaves', async () => {
    const claims = [await submitted('cleaning'), await submitted('filling')]
    const [batch] = await list()
    // Monday 17:00 in Manila.
    expect(batch).toMatchObject({
      state: 'WAITING',
      open: true,
      leavesAt: '2026-03-23T09:00:00.000Z',
      claims: 2,
      total: 160_000 + 250_000,
      currency: 'PHP',
      unacknowledged: 2,
    })
    const read = (await api.call('GET', `${batches()}/${batch.interchangeId}`)).body
    expect(read.entries.map((entry: { claimId: string }) => entry.claimId).sort()).toEqual(claims.sort())
    expect(read).toMatchObject({ controlNumber: batch.controlNumber, documents: [] })
    const claim = (await api.call('GET', `/v1/claims/${claims[0]}`)).body
    expect(claim).toMatchObject({ delivery: 'WAITING' })
    expect(claim.waitingFor).toContain('leaves on 23 Mar 2026 at 09:00')
  })

  it('leaves now when somebody says so, once', async () => {
    await submitted('cleaning')
    const [batch] = await list()
    const sent = await api.call('POST', `${batches()}/${batch.interchangeId}/send`)
    expect(sent.status).toBe(202)
    expect(api.workflows.departed).toEqual([batch.interchangeId])
    expect((await list())[0]).toMatchObject({ open: false, leavesAt: NOW.toISOString() })
    const other = await api.call('POST', `${batches()}/${newId()}/send`)
    expect(other.body.type).toBe(problem('batch-not-waiting'))
    api.workflows.mode = 'unavailable'
    expect((await api.call('POST', `${batches()}/${batch.interchangeId}/send`)).status).toBe(503)
  })

  it('leaves without a claim that is sent now or recalled', async () => {
    const [now, gone, stays] = [await submitted('cleaning'), await submitted('filling'), await submitted('elsewhere')]
    const alone = await api.call('POST', `/v1/claims/${now}/send-now`)
    expect(alone.status, JSON.stringify(alone.body)).toBe(202)
    expect(api.workflows.departed).toEqual([alone.body.interchangeId])
    expect((await api.call('POST', `/v1/claims/${gone}/cancel`, { reason: 'not ours' })).status).toBe(200)
    const [own, batch] = await list()
    expect(own).toMatchObject({ interchangeId: alone.body.interchangeId, claims: 1, leavesAt: NOW.toISOString() })
    const { entries } = (await api.call('GET', `${batches()}/${batch.interchangeId}`)).body
    expect(entries.map((entry: { claimId: string }) => entry.claimId)).toEqual([stays])
    const again = await api.call('POST', `/v1/claims/${gone}/send-now`)
    expect(again.body.type).toBe(problem('claim-not-waiting'))
  })

  it('shows its messages to people who bill, as exact bytes', async () => {
    await submitted('cleaning')
    const [{ interchangeId }] = await list()
    const documentId = newId()
    await db.owner
      .insertInto('documents')
      .values({
        organisation_id: db.organisationId,
        id: documentId,
        connection_id: seeded.connectionId,
        direction: 'out',
        interchange_id: interchangeId,
        channel: 'send',
        dedupe_key: interchangeId,
        head: JSON.stringify({ transport: 'sftp', name: 'batch.x12' }),
        body: Buffer.from('ISA'),
        sha256: Buffer.alloc(32),
        received_at: NOW,
      })
      .execute()
    const path = `${batches()}/${interchangeId}`
    expect((await api.call('GET', path)).body.documents).toMatchObject([{ documentId, name: 'batch.x12', size: 3 }])
    const bytes = await api.call('GET', `${path}/documents/${documentId}`)
    expect(bytes.body.toString()).toBe('ISA')
    const reader = { key: await api.key('read_only') }
    expect((await api.call('GET', `${path}/documents/${documentId}`, undefined, reader)).status).toBe(403)
    expect((await api.call('GET', `${path}/documents/${newId()}`)).status).toBe(404)
  })

  it('of another connection or organisation is not there', async () => {
    await submitted('cleaning')
    const [{ interchangeId }] = await list()
    expect((await api.call('GET', `/v1/connections/${newId()}/batches`)).status).toBe(404)
    expect((await api.call('GET', `/v1/connections/${newId()}/batches/${interchangeId}`)).status).toBe(404)
  })
})

describe('a batch calendar', () => {
  it.each([
    [{ every: 'day', at: '25:00' }],
    [{ every: 'week', at: '17:00' }],
    [{ every: 'month', at: '17:00', day: 32 }],
    [{ every: 'year', at: '17:00' }],
  ])('%j is refused', async (batchCalendar) => {
    const path = `/v1/connections/${seeded.connectionId}`
    const refused = await api.call('PATCH', path, { batchCalendar }, { key: await api.key('owner') })
    expect(refused.status).toBe(422)
  })
})
