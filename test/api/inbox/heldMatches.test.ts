import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { learnCorrection } from '../../../db/inbox/memberCorrections.ts'
import { postRemittance } from '../../../db/money/remittances.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

const opened: TestDatabase[] = []
let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let claimId: string
let submissionNumber: string
beforeEach(async () => {
  db = await testDatabase()
  opened.push(db)
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  claimId = await submitted('cleaning')
  submissionNumber = await numberOf(claimId)
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

async function drafted(procedure: 'cleaning' | 'filling'): Promise<string> {
  const lines = [{ procedureId: seeded.procedures[procedure] }]
  return (await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines }))
    .body.claimId
}

async function submitted(procedure: 'cleaning' | 'filling'): Promise<string> {
  const id = await drafted(procedure)
  await api.call('POST', `/v1/claims/${id}/submit`)
  return id
}

const numberOf = async (id: string) =>
  (
    await db.owner
      .selectFrom('submissions')
      .select('submission_number')
      .where('claim_id', '=', id)
      .executeTakeFirstOrThrow()
  ).submission_number

/** A payment under the number of the cleaning, for a crown of somebody else. */
const foreign = (): RemittanceClaim => ({
  ...remittanceClaim({
    submissionNumber,
    lines: [remittanceLine({ code: 'D2740', charged: 900_000, paid: 900_000 })],
  }),
  marks: { patient: { family: 'Smith', given: 'John' } },
})

async function arrives(claims: RemittanceClaim[], traceNumber = `EFT-${newId()}`): Promise<string> {
  const remittance = balancedRemittance(claims, { traceNumber })
  const { organisationId } = db
  const { connectionId } = seeded
  return db.databases.within(organisationId, async (tx) => {
    const document = { organisationId, connectionId, channel: 'push' as const, dedupeKey: newId(), mediaType: null }
    const { documentId } = await storeDocument(tx, { ...document, head: {}, body: Buffer.from('x'), now: NOW })
    const { remittanceId } = await postRemittance(tx, {
      organisationId,
      connectionId,
      documentId,
      sequence: 0,
      remittance,
      contentSha256: createHash('sha256').update(remittance.traceNumber).digest(),
      now: NOW,
      mode: 'production',
    })
    return remittanceId
  })
}

const list = async () => (await api.call('GET', '/v1/held-matches')).body
const decide = async (act: string, body: unknown, key = newId()) => {
  const [first] = (await list()).held
  return api.call('POST', `/v1/held-matches/${first.heldId}/${act}`, body, { headers: { 'idempotency-key': key } })
}
const claimOf = async (id: string) => (await api.call('GET', `/v1/claims/${id}`)).body
const problem = (type: string) => ({ type: `https://claimhub.example/problems/${type}` })
const reason = 'Harbor said so by phone'

describe('a remittance whose claim is not what it names (K37)', () => {
  it('is shown with the evidence and the claims that may be meant, and released as it is', async () => {
    const remittanceId = await arrives([foreign()])
    expect((await api.call('GET', `/v1/remittances/${remittanceId}`)).body).toMatchObject({
      state: 'quarantined',
      problem: { rule: 'claim-evidence', where: 'claim 1' },
    })
    expect(await list()).toMatchObject({
      held: [
        {
          what: 'remittance',
          remittanceId,
          state: 'held',
          doubts: [
            {
              verdict: 'contradicted',
              reference: submissionNumber,
              named: { claimId },
              candidates: [{ claimId, for: ['number'], against: ['name', 'codes', 'charge'] }],
            },
          ],
        },
      ],
      next: null,
    })
    expect(await claimOf(claimId)).toMatchObject({ paymentStatus: 'UNPAID' })
    expect(await decide('release', { reason })).toMatchObject({
      status: 200,
      body: { state: 'released', reason, decidedBy: expect.stringContaining('billing key') },
    })
    expect(await claimOf(claimId)).toMatchObject({ balances: { paid: 900_000 } })
    expect(await list()).toEqual({ held: [], next: null })
    const audited = await db.owner.selectFrom('audit_log').select(['action', 'detail']).execute()
    expect(audited).toContainEqual(
      expect.objectContaining({ action: 'held.released', detail: expect.objectContaining({ reason, remittanceId }) }),
    )
  })

  it('is matched otherwise, also with nobody: then its money is in suspense', async () => {
    const other = await submitted('filling')
    await arrives([foreign()])
    expect(await decide('match', { claims: [{ place: 0, claimId: other }], reason })).toMatchObject({
      status: 200,
      body: { state: 'matched' },
    })
    expect(await claimOf(claimId)).toMatchObject({ balances: { paid: 0 } })
    expect(await claimOf(other)).toMatchObject({ balances: { paid: 900_000 } })
    const second = await arrives([foreign()])
    await decide('match', { claims: [{ place: 0, claimId: null }], reason })
    expect((await api.call('GET', '/v1/suspense')).body.lines).toMatchObject([{ remittanceId: second, paid: 900_000 }])
  })

  it('is refused, and decided once', async () => {
    const remittanceId = await arrives([foreign()])
    const [{ heldId }] = (await list()).held
    expect(await decide('refuse', { reason })).toMatchObject({ status: 200, body: { state: 'refused', reason } })
    const again = { headers: { 'idempotency-key': newId() } }
    expect(await api.call('POST', `/v1/held-matches/${heldId}/release`, { reason }, again)).toMatchObject({
      status: 409,
      body: problem('held-was-resolved'),
    })
    expect((await api.call('GET', `/v1/remittances/${remittanceId}`)).body).toMatchObject({ state: 'superseded' })
    expect((await api.call('GET', `/v1/held-matches/${heldId}`)).body).toMatchObject({ state: 'refused' })
  })

  it('says what cannot be: no such thing, a claim of another connection, no place, nothing named, no reason', async () => {
    await arrives([foreign()])
    const [{ heldId }] = (await list()).held
    const post = (id: string, act: string, body: unknown) =>
      api.call('POST', `/v1/held-matches/${id}/${act}`, body, { headers: { 'idempotency-key': newId() } })
    expect(await post(newId(), 'refuse', { reason })).toMatchObject({ status: 404, body: problem('held-not-found') })
    expect(await post(heldId, 'release', {})).toMatchObject({ status: 422, body: problem('invalid-request') })
    const elsewhere = { claims: [{ place: 0, claimId: newId() }], reason }
    expect(await post(heldId, 'match', elsewhere)).toMatchObject({ status: 404, body: problem('claim-not-found') })
    const nowhere = { claims: [{ place: 7, claimId }], reason }
    expect(await post(heldId, 'match', nowhere)).toMatchObject({ status: 422, body: problem('held-names-no-claim') })
    expect((await list()).held).toHaveLength(1)
  })
})

describe('a remittance in doubt whose money is recorded too', () => {
  const post = (path: string, body: unknown) =>
    api.call('POST', path, body, { headers: { 'idempotency-key': newId() } })
  const remittanceOf = async (id: string) => (await api.call('GET', `/v1/remittances/${id}`)).body

  it('is asked for its claims first, then whether it is the money that was keyed; both answers hold', async () => {
    const keyed = { amount: 50_000, currency: 'PHP', paidOn: '2026-03-18', reference: 'EFT-77' }
    expect((await post(`/v1/claims/${claimId}/payments`, keyed)).status).toBe(200)
    const remittanceId = await arrives([foreign()], 'EFT-77')
    expect(await remittanceOf(remittanceId)).toMatchObject({
      state: 'quarantined',
      problem: { rule: 'claim-evidence' },
    })
    expect((await decide('release', { reason })).status).toBe(200)
    expect(await remittanceOf(remittanceId)).toMatchObject({ state: 'held', held: { kind: 'keyed-before' } })
    expect(await claimOf(claimId)).toMatchObject({ balances: { paid: 50_000 } })
    expect((await post(`/v1/remittances/${remittanceId}/other-money`, { reason: 'two checks' })).status).toBe(200)
    expect(await claimOf(claimId)).toMatchObject({ balances: { paid: 950_000 } })
    expect((await api.call('GET', '/v1/suspense')).body.lines).toEqual([])
  })

  it('that comes twice posts once, whoever releases both', async () => {
    const first = await arrives([foreign()], 'EFT-78')
    const second = await arrives([foreign()], 'EFT-78')
    expect((await list()).held).toHaveLength(2)
    expect((await decide('release', { reason })).status).toBe(200)
    expect((await decide('release', { reason })).status).toBe(200)
    expect(await remittanceOf(first)).toMatchObject({ state: 'posted' })
    expect(await remittanceOf(second)).toMatchObject({ state: 'duplicate', duplicateOf: first })
    expect(await claimOf(claimId)).toMatchObject({ balances: { paid: 900_000 } })
  })

  it('is not released as one that does not balance: its claims are the question', async () => {
    const remittanceId = await arrives([foreign()])
    const released = await post(`/v1/remittances/${remittanceId}/release`, { reason })
    expect(released.body).toMatchObject(problem('cannot-release'))
    expect(await remittanceOf(remittanceId)).toMatchObject({ state: 'quarantined' })
    expect((await list()).held).toHaveLength(1)
  })
})

describe('a member whom the provider knows otherwise (K38)', () => {
  it('is a warning on the next draft, until the practice has taken it over', async () => {
    const correction = { family: "O'Brian", memberId: 'HH-PF-1-02' }
    await db.databases.within(db.organisationId, (tx) =>
      learnCorrection(tx, {
        organisationId: db.organisationId,
        claimId,
        documentId: null,
        correction,
        at: NOW.toISOString(),
        now: NOW,
      }),
    )
    const draft = await drafted('filling')
    const check = async () => (await api.call('GET', `/v1/claims/${draft}/check`)).body.warnings
    expect(await check()).toEqual([
      {
        type: 'member-corrected',
        detail:
          "Harbor Health has corrected the member's name and member number: compare with the card before the claim leaves",
      },
    ])
    await db.owner.updateTable('patients').set({ family: "O'Brian" }).execute()
    expect(await check()).toMatchObject([{ detail: expect.stringContaining("the member's member number:") }])
    await db.owner.updateTable('enrolments').set({ member_id: 'HH-PF-1-02' }).execute()
    expect(await check()).toEqual([])
  })
})
