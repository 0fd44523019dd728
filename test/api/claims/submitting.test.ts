import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { png } from '../../support/files.ts'

const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let claimId: string
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const made = await api.call('POST', '/v1/claims', {
    patientId: seeded.patientId,
    providerId: 'harbor-health',
    lines,
  })
  claimId = made.body.claimId
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

const problem = (type: string) => `https://claimhub.example/problems/${type}`
const submit = () => api.call('POST', `/v1/claims/${claimId}/submit`)
const get = async () => (await api.call('GET', `/v1/claims/${claimId}`)).body
const listed = async (status: string) =>
  (await api.call('GET', `/v1/claims?status=${status}`)).body.claims.map((claim: { status: string }) => claim.status)
const timeline = async () => (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body.entries
/** A worker is there at last, and takes the claim up. */
const workerComes = async () => {
  api.workflows.mode = 'answered'
  await api.workflows.submit({ organisationId: db.organisationId, claimId, providerId: 'harbor-health' })
}

describe('a submit that was answered 202', () => {
  beforeEach(async () => {
    api.workflows.mode = 'pending'
    expect(await submit()).toMatchObject({ status: 202, body: { status: 'SUBMITTING', submissionNumber: null } })
  })

  it('shows SUBMITTING wherever the claim is shown, until a worker has frozen it', async () => {
    expect(await get()).toMatchObject({
      status: 'SUBMITTING',
      waitingFor: 'Accepted for submission: waiting to be taken up; nothing has left',
      statement: null,
    })
    expect(await listed('SUBMITTING')).toEqual(['SUBMITTING'])
    expect(await listed('SUBMITTING,SUBMITTED')).toEqual(['SUBMITTING'])
    expect(await listed('DRAFT,SUBMITTED')).toEqual([])
    expect((await timeline()).at(-1)).toMatchObject({ kind: 'submitting', sentence: expect.stringContaining('left') })
    const { visitId } = (await get()).lines[0]
    const { procedures } = (await api.call('GET', `/v1/visits/${visitId}`)).body
    const claims = procedures.flatMap((each: { claims: { status: string }[] }) => each.claims)
    expect(claims.map(({ status }: { status: string }) => status)).toEqual(['SUBMITTING'])
    await workerComes()
    expect(await get()).toMatchObject({ status: 'SUBMITTED' })
    expect(await listed('SUBMITTING')).toEqual([])
    expect((await timeline()).map((entry: { kind: string }) => entry.kind)).toEqual(['event'])
  })

  it('B2 changes no more: it is not edited, deleted, checked, or submitted a second time', async () => {
    const path = `/v1/claims/${claimId}`
    const file = { headers: { 'content-type': 'application/octet-stream' } }
    const refusals = [
      [await api.call('PATCH', path, { version: 1, note: 'late' }), 'claim-not-a-draft'],
      [await api.call('POST', `${path}/take-over-visit`, { version: 1 }), 'claim-not-a-draft'],
      [await api.call('DELETE', path), 'claim-not-a-draft'],
      [await api.call('POST', `${path}/attachments?kind=xray&tooth=14`, png(), file), 'claim-not-a-draft'],
      [await api.call('GET', `${path}/check`), 'claim-not-a-draft'],
      [await submit(), 'claim-already-submitted'],
    ] as const
    for (const [answer, type] of refusals)
      expect(answer).toMatchObject({ status: 409, body: { type: problem(type), claimStatus: 'SUBMITTING' } })
    await workerComes()
    expect(await get()).toMatchObject({ status: 'SUBMITTED', note: null })
    expect(await db.owner.selectFrom('submissions').select('id').execute()).toHaveLength(1)
  })

  it('is a draft again by name if freeze refuses: the refusal’s words are on the worklist, and it may be changed', async () => {
    await db.owner.updateTable('visits').set({ status: 'planned' }).execute()
    await workerComes()
    expect(await get()).toMatchObject({ status: 'DRAFT', attention: true })
    const { items } = (await api.call('GET', '/v1/attention-items')).body
    expect(items).toMatchObject([
      { kind: 'submit-refused', claimId, because: expect.stringContaining('is not completed') },
    ])
    expect((await timeline()).map((entry: { kind: string }) => entry.kind)).toEqual(['attention'])
    expect((await api.call('PATCH', `/v1/claims/${claimId}`, { version: 1, note: 'mended' })).status).toBe(200)
    await db.owner.updateTable('visits').set({ status: 'completed' }).execute()
    expect((await submit()).status).toBe(200)
    expect((await api.call('GET', '/v1/attention-items')).body.items).toEqual([])
  })
})

describe('a submit that was answered 503', () => {
  it('B3 leaves a draft that may be changed, and a later try submits it once', async () => {
    api.workflows.mode = 'unavailable'
    expect((await submit()).status).toBe(503)
    expect(await get()).toMatchObject({ status: 'DRAFT' })
    expect((await api.call('PATCH', `/v1/claims/${claimId}`, { version: 1, note: 'meanwhile' })).status).toBe(200)
    api.workflows.mode = 'answered'
    expect((await submit()).status).toBe(200)
    expect(await get()).toMatchObject({ status: 'SUBMITTED', note: 'meanwhile' })
    expect(await db.owner.selectFrom('submissions').select('id').execute()).toHaveLength(1)
  })

  it('and is repeated under the same key is SUBMITTING once that is answered 202', async () => {
    const sameKey = { headers: { 'idempotency-key': 'once' } }
    api.workflows.mode = 'unavailable'
    expect((await api.call('POST', `/v1/claims/${claimId}/submit`, undefined, sameKey)).status).toBe(503)
    api.workflows.mode = 'pending'
    expect((await api.call('POST', `/v1/claims/${claimId}/submit`, undefined, sameKey)).status).toBe(202)
    expect(await get()).toMatchObject({ status: 'SUBMITTING' })
  })
})
