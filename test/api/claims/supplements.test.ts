import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { png } from '../../support/files.ts'

const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  api.declaration.purposes = ['new', 'supplement']
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

async function submitted(): Promise<string> {
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  expect((await api.call('POST', `/v1/claims/${made.body.claimId}/submit`)).status).toBe(200)
  return made.body.claimId
}
async function said(claimId: string, fact: Fact) {
  const { organisationId } = db
  const references = [{ type: 'claim-number' as const, value: 'HH-1' }]
  const event = { fact, at: NOW.toISOString(), said: [], references }
  await db.databases.within(organisationId, (tx) =>
    insertManualNotice(tx, { organisationId, claimId, actor: 'HMO', event, act: {} }),
  )
  await api.workflows.recordActions({ organisationId, claimId, providerId: 'harbor-health' }, [])
}
const attach = (claimId: string) =>
  api.call('POST', `/v1/claims/${claimId}/attachments?kind=xray&tooth=14`, png(), {
    headers: { 'content-type': 'image/png' },
  })
const supplement = (claimId: string) => api.call('POST', `/v1/claims/${claimId}/supplements`)
const problem = (type: string) => `https://claimhub.example/problems/${type}`

it('papers are attached after the submit only when they are asked for, and leave as a supplement', async () => {
  const claimId = await submitted()
  expect((await attach(claimId)).body.type).toBe(problem('claim-not-a-draft'))
  expect((await supplement(claimId)).body.type).toBe(problem('no-documents-requested'))
  await said(claimId, { type: 'documents_requested', documents: ['xray'] })
  expect((await supplement(claimId)).body.type).toBe(problem('no-new-attachments'))
  expect((await attach(claimId)).status).toBe(201)
  const sent = await supplement(claimId)
  expect(sent.status, JSON.stringify(sent.body)).toBe(202)
  expect(sent.body).toMatchObject({ claimId, papers: 1 })
  expect(api.workflows.departed).toHaveLength(1)
  const batches = await api.call('GET', `/v1/connections/${seeded.connectionId}/batches`)
  expect(batches.body.batches).toEqual([])
})

it('an HMO that takes none is never sent one', async () => {
  const claimId = await submitted()
  await said(claimId, { type: 'documents_requested', documents: ['xray'] })
  await attach(claimId)
  api.declaration.purposes = ['new']
  const refused = await supplement(claimId)
  expect(refused.body).toMatchObject({ type: problem('purpose-not-supported'), detail: expect.stringContaining('new') })
  expect(api.workflows.departed).toEqual([])
})
