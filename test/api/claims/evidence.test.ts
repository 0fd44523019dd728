import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { pdf, png } from '../../support/files.ts'

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

const draft = async (procedure: 'cleaning' | 'filling' = 'cleaning'): Promise<string> => {
  const lines = [{ procedureId: seeded.procedures[procedure] }]
  return (await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines }))
    .body.claimId
}
const submitted = async (procedure: 'cleaning' | 'filling' = 'cleaning') => {
  const claimId = await draft(procedure)
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  return claimId
}
const keep = (claimId: string, bytes: Buffer, type = 'application/octet-stream') =>
  api.call('POST', `/v1/claims/${claimId}/evidence?fileName=letter%20for%20Zoe.pdf`, bytes, {
    headers: { 'content-type': type },
  })
const say = (claimId: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/claims/${claimId}/status`, {
    status: 'IN_REVIEW',
    channel: 'letter',
    saidBy: 'Claims desk',
    saidOn: '2026-03-20',
    ...body,
  })
const problem = (type: string) => `https://claimhub.example/problems/${type}`

describe('a file on a status by hand', () => {
  it('is kept with the submitted claim, shown in the timeline and downloaded as it came', async () => {
    const claimId = await submitted()
    const letter = pdf('<< /Type /Page >>')
    const kept = await keep(claimId, letter)
    expect(kept).toMatchObject({
      status: 201,
      body: { mediaType: 'application/pdf', fileName: 'letter for Zoe.pdf', size: letter.length },
    })
    expect(await keep(claimId, letter)).toMatchObject({ status: 200, body: kept.body })
    const { evidenceId, sha256 } = kept.body
    expect(await say(claimId, { evidenceId })).toMatchObject({ status: 200, body: { effect: 'applied' } })
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    const shown = entries.find((entry: { type?: string }) => entry.type === 'status_by_hand')
    expect(shown.act.evidence).toEqual({ evidenceId, sha256, mediaType: 'application/pdf', size: letter.length })
    expect(JSON.stringify(entries)).not.toContain('Zoe')
    const read = await api.call('GET', `/v1/claims/${claimId}/evidence/${evidenceId}`)
    expect(read.headers.get('content-disposition')).toContain('attachment; filename="letter for Zoe.pdf"')
    expect(read.headers.get('content-type')).toBe('application/pdf')
    expect(read.body.equals(letter)).toBe(true)
    const reader = await api.key('read_only')
    expect(
      (await api.call('GET', `/v1/claims/${claimId}/evidence/${evidenceId}`, undefined, { key: reader })).status,
    ).toBe(403)
  })

  it('is checked as an attachment is, and never goes on a draft', async () => {
    const claimId = await submitted()
    expect(await keep(claimId, Buffer.from('hello'))).toMatchObject({ body: { type: problem('wrong-file-type') } })
    expect(await keep(claimId, png(), 'application/pdf')).toMatchObject({ body: { type: problem('wrong-file-type') } })
    expect(await keep(claimId, pdf('<< /S /JavaScript /JS (1) >>'))).toMatchObject({ status: 422 })
    expect(await keep(await draft('filling'), png())).toMatchObject({ body: { type: problem('claim-is-a-draft') } })
    expect(await db.owner.selectFrom('evidence').select('id').execute()).toEqual([])
  })

  it('of another claim is not taken, and nothing is recorded', async () => {
    const [one, other] = [await submitted(), await submitted('filling')]
    const { evidenceId } = (await keep(other, png())).body
    expect(await say(one, { evidenceId })).toMatchObject({ status: 422, body: { type: problem('unknown-evidence') } })
    expect((await api.call('GET', `/v1/claims/${one}`)).body.status).toBe('SUBMITTED')
    expect(await api.call('GET', `/v1/claims/${one}/evidence/${evidenceId}`)).toMatchObject({
      status: 404,
      body: { type: problem('evidence-not-found') },
    })
  })
})

describe('a follow-up date', () => {
  it('before the regular deadline is when the claim is due', async () => {
    const claimId = await submitted()
    await say(claimId, { followUpOn: '2026-03-24' })
    expect((await api.call('GET', `/v1/claims/${claimId}`)).body).toMatchObject({
      dueAt: '2026-03-24T00:00:00.000Z',
      waitingFor: expect.stringContaining('the clinic looks again on 24 Mar 2026'),
    })
  })

  it('in the past is refused', async () => {
    const claimId = await submitted()
    expect(await say(claimId, { followUpOn: '2026-03-19' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/followUpOn', detail: 'must not be in the past' }] },
    })
  })
})
