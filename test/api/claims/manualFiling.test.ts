import { unzipSync } from 'fflate'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeMessages } from '../../../db/delivery/interchangeMessages.ts'
import { loadInterchange } from '../../../db/delivery/outgoingMessages.ts'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type Api, startApi, wordOf } from '../harness.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let reading: Api
beforeEach(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  reading = await startApi(db)
})
afterEach(async () => {
  await reading.close()
  await api.close()
  await db.close()
})

const PAPERS = ['checklist.pdf', 'N1-claim-form.pdf']

/** A submitted claim whose packet lies ready, as a delivery by hand leaves it. */
async function toFile(): Promise<string> {
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  const { claimId } = made.body
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  await db.owner.updateTable('claims').set({ delivery: 'WAITING' }).execute()
  const { id } = await db.owner
    .updateTable('interchanges')
    .set({ state: 'WAITING', attempt: 1 })
    .returning('id')
    .executeTakeFirstOrThrow()
  const { organisationId } = db
  await db.databases.within(organisationId, async (tx) => {
    const interchange = await loadInterchange(tx, organisationId, id)
    const messages = PAPERS.map((name) => ({
      head: { transport: 'manual', name, mediaType: 'application/pdf' },
      body: new TextEncoder().encode(`%PDF ${name}`),
      mediaType: 'application/pdf',
      carried: { claims: interchange.submissions.map(({ submissionId }) => submissionId), papers: [] },
    }))
    await storeMessages(
      tx,
      { organisationId, connectionId: interchange.connectionId, interchangeId: id, now: NOW },
      messages,
    )
    const item = {
      kind: 'to-file' as const,
      ids: { claimId, interchangeId: id },
      words: { claimNumber: 'C-1', provider: 'Harbor Health' },
    }
    await raiseItem(tx, { organisationId, now: NOW }, item)
  })
  return claimId
}

const file = (claimId: string, more: Record<string, unknown> = {}) =>
  api.call('POST', `/v1/claims/${claimId}/filed`, { filedOn: '2026-03-20', channel: 'portal', ...more })
const get = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}`)).body

describe('the packet', () => {
  it('is every paper as it is stored, in one archive', async () => {
    const claimId = await toFile()
    const key = await reading.key('billing')
    const answer = await fetch(`${reading.base}/v1/claims/${claimId}/packet`, {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-disposition')).toMatch(/attachment; filename="C-\S+-packet\.zip"/)
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()))
    expect(Object.keys(files)).toEqual(PAPERS)
    expect(new TextDecoder().decode(files['checklist.pdf'])).toBe('%PDF checklist.pdf')
  })

  it('is for people who bill, and not there for a claim that goes by itself', async () => {
    const claimId = await toFile()
    const path = `/v1/claims/${claimId}/packet`
    expect((await reading.call('GET', path, { key: await reading.key('read_only') })).status).toBe(403)
    await db.owner.deleteFrom('interchange_messages').execute()
    await db.owner.deleteFrom('documents').execute()
    expect(wordOf(await reading.call('GET', path))).toBe('no-packet')
  })
})

describe('filing it', () => {
  it('sends the claim: its number is known, the worklist is empty, and the timeline says who and how', async () => {
    const claimId = await toFile()
    expect(await file(claimId, { reference: 'LC-77', note: 'by Ana' })).toMatchObject({
      status: 200,
      body: { recorded: true, effect: 'applied', status: 'SUBMITTED' },
    })
    expect(await get(claimId)).toMatchObject({
      delivery: 'SENT',
      attention: false,
      references: [{ type: 'claim-number', value: 'LC-77' }],
      submissions: [{ delivery: 'SENT' }],
    })
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    expect(entries.find((entry: { type?: string }) => entry.type === 'sent')).toMatchObject({
      actor: expect.stringContaining('billing key'),
      act: { kind: 'filed', channel: 'portal', reference: 'LC-77', filedOn: '2026-03-20' },
    })
  })

  it('said again, adds the number that the portal gave later', async () => {
    const claimId = await toFile()
    await file(claimId)
    expect(await file(claimId, { reference: 'LC-78' })).toMatchObject({ status: 200, body: { effect: 'repeat' } })
    expect((await get(claimId)).references).toMatchObject([{ value: 'LC-78' }])
  })

  it.each([
    ['a day to come', { filedOn: '2026-03-21' }, 422],
    ['a day before the packet was made', { filedOn: '2026-03-19' }, 422],
    ['no day', { filedOn: undefined }, 422],
    ['an unknown channel', { channel: 'pigeon' }, 422],
  ])('is refused with %s', async (_what, more, status) => {
    expect((await file(await toFile(), more)).status).toBe(status)
  })

  it('is refused where nothing waits for a person', async () => {
    const claimId = await toFile()
    await db.owner.updateTable('interchanges').set({ state: 'REFUSED' }).execute()
    expect((await file(claimId)).body.type).toMatch(/nothing-to-file$/)
  })
})

describe('a paper put in by hand', () => {
  async function lagunaConnection(): Promise<string> {
    await db.owner
      .insertInto('providers')
      .values({ id: 'laguna-care', adapter_id: 'laguna-care', name: 'Laguna Care' })
      .execute()
    const made = await reading.call('POST', '/v1/connections', {
      json: {
        providerId: 'laguna-care',
        mode: 'production',
        currency: 'PHP',
        zone: 'Asia/Manila',
        endpoint: {},
        settings: { accountNumber: 'BSDG-1' },
        secrets: {},
      },
    })
    expect(made.status).toBe(201)
    return made.body.connectionId
  }
  const put = (connectionId: string, raw: string) =>
    reading.call('POST', `/v1/connections/${connectionId}/documents`, { raw, headers: { 'content-type': 'text/csv' } })

  it('is stored raw, once, and rings the inbox', async () => {
    const connectionId = await lagunaConnection()
    const first = await put(connectionId, 'Your reference\nMaria Santos,1')
    expect(first).toMatchObject({ status: 200, body: { stored: 'new' } })
    expect((await put(connectionId, 'Your reference\nMaria Santos,1')).body).toEqual({
      documentId: first.body.documentId,
      stored: 'known',
    })
    expect(reading.wokenInboxes).toMatchObject([{ connectionId, providerId: 'laguna-care' }, { connectionId }])
    const rows = await db.owner.selectFrom('documents').select(['head', 'body', 'direction']).execute()
    expect(rows).toMatchObject([{ direction: 'in', head: { transport: 'manual', mediaType: 'text/csv' } }])
    expect(rows[0]?.body.toString()).toContain('Maria Santos')
    expect(reading.logged()).not.toContain('Santos')
  })

  it('is not for HMOs whose answers come by themselves, nor for other organisations', async () => {
    expect(wordOf(await put(seeded.connectionId, 'x'))).toBe('upload-not-supported')
    expect((await put('0197c0de-7a11-7000-8000-000000000001', 'x')).status).toBe(404)
  })
})
