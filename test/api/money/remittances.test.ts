import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PostedRemittance, postRemittance } from '../../../db/money/remittances.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
let claimId: string
let submissionNumber: string
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const wish = { patientId: seeded.patientId, providerId: 'harbor-health', lines }
  claimId = (await api.call('POST', '/v1/claims', wish)).body.claimId
  submissionNumber = (await api.call('POST', `/v1/claims/${claimId}/submit`)).body.submissionNumber
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const get = (path: string, key?: string) => api.call('GET', path, undefined, key === undefined ? {} : { key })
const listed = async (query = '') => (await get(`/v1/remittances${query}`)).body
const idsOf = (page: { remittances: { remittanceId: string }[] }) => page.remittances.map((each) => each.remittanceId)

function arrive(
  remittance: Remittance,
  over: { mode?: 'test' | 'production'; content?: string } = {},
): Promise<PostedRemittance> {
  return db.databases.within(db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance,
      contentSha256: Buffer.from(over.content ?? randomUUID()),
      now: NOW,
      mode: over.mode ?? 'production',
    }),
  )
}
const remittance = (claims: RemittanceClaim[], over: Partial<Remittance> = {}) =>
  balancedRemittance(claims, { traceNumber: `EFT-${newId()}`, ...over })
const ofOurs = (paid: number) =>
  remittanceClaim({
    submissionNumber,
    patientResponsibility: 10_000,
    lines: [remittanceLine({ charged: 160_000, paid, adjustments: { contractual: 150_000 - paid, patient: 10_000 } })],
  })
const stranger = (paid: number) => remittanceClaim({ submissionNumber: 'GARBLED', itemised: false, paid })

describe('remittances', () => {
  it('a posted one: its lines, where its money is and what the provider kept back', async () => {
    const keptBack = [{ reason: { code: 'WO' }, reference: 'R-1', amount: 3_000 }]
    const paid = remittance([stranger(500), ofOurs(120_000)], { providerAdjustments: keptBack })
    const { remittanceId } = await arrive(paid)
    const shown = await get(`/v1/remittances/${remittanceId}`)
    expect(shown).toMatchObject({
      status: 200,
      body: {
        remittanceId,
        connectionId: seeded.connectionId,
        providerId: 'harbor-health',
        state: 'posted',
        source: 'document',
        payer: '99999',
        traceNumber: paid.traceNumber,
        paidOn: '2026-03-15',
        amount: 117_500,
        currency: 'PHP',
        problem: null,
        duplicateOf: null,
        recordedAt: NOW.toISOString(),
        money: { allocated: 120_000, suspense: 500, providerAdjustments: 3_000 },
        next: null,
        lines: [
          { sequence: 0, claim: null, suspended: true, submissionNumber: 'GARBLED', paid: 500, lines: [] },
          {
            sequence: 1,
            claim: { claimId, status: 'SUBMITTED' },
            suspended: false,
            submissionNumber,
            charged: 160_000,
            paid: 120_000,
            patientResponsibility: 10_000,
            lines: [{ code: 'D1110', adjustments: [{ bucket: 'contractual', amount: 30_000 }, { bucket: 'patient' }] }],
          },
        ],
      },
    })
    // The ledger says the same.
    const entries = await db.owner
      .selectFrom('ledger_entries')
      .select(['account', ({ fn }) => fn.sum<string>('amount').as('amount')])
      .where('remittance_id', '=', remittanceId)
      .where('account', 'in', ['remitted', 'allocated', 'suspense', 'provider_adjustment'])
      .groupBy('account')
      .execute()
    expect(Object.fromEntries(entries.map(({ account, amount }) => [account, Number(amount)]))).toEqual({
      remitted: -117_500,
      allocated: 120_000,
      suspense: 500,
      provider_adjustment: -3_000,
    })
    const first = (await get(`/v1/remittances/${remittanceId}?limit=1`)).body
    expect([first.lines.length, first.next]).toEqual([1, 0])
    const second = (await get(`/v1/remittances/${remittanceId}?limit=1&cursor=${first.next}`)).body
    expect([second.lines[0].sequence, second.next]).toEqual([1, null])
    expect(idsOf(await listed(`?claimId=${claimId}`))).toEqual([remittanceId])
  })

  it('a quarantined one: the rule, the place and what it says; nothing of it is posted or in suspense', async () => {
    const spoilt = remittance([stranger(10), { ...ofOurs(120_000), paid: 120_001 }])
    const { remittanceId } = await arrive({ ...spoilt, amount: 120_011 })
    expect((await get(`/v1/remittances/${remittanceId}`)).body).toMatchObject({
      state: 'quarantined',
      problem: { rule: 'claim-balance', where: 'claim 2', difference: 1 },
      money: null,
      lines: [
        { claim: null, suspended: false, paid: 10 },
        { claim: null, suspended: false, submissionNumber, paid: 120_001 },
      ],
    })
    expect((await listed('?state=quarantined')).remittances).toMatchObject([
      { remittanceId, problem: { rule: 'claim-balance', where: 'claim 2', difference: 1 } },
    ])
    const { lines } = (await get('/v1/suspense')).body
    expect(lines.map((line: { remittanceId: string }) => line.remittanceId)).not.toContain(remittanceId)
    const foreign = await arrive(remittance([stranger(10)], { currency: 'USD' }))
    expect((await get(`/v1/remittances/${foreign.remittanceId}`)).body.problem).toEqual({
      rule: 'currency',
      where: 'USD instead of PHP',
      difference: null,
    })
  })

  it('a duplicate names the one that it repeats; a test one moved no money', async () => {
    const paid = remittance([stranger(77)])
    const first = await arrive(paid, { content: 'same' })
    const second = await arrive(paid, { content: 'same' })
    expect((await get(`/v1/remittances/${second.remittanceId}`)).body).toMatchObject({
      state: 'duplicate',
      duplicateOf: first.remittanceId,
      money: null,
      lines: [],
    })
    const tried = await arrive(remittance([stranger(5)]), { mode: 'test' })
    expect((await get(`/v1/remittances/${tried.remittanceId}`)).body).toMatchObject({
      state: 'test',
      money: null,
      lines: [{ suspended: false, paid: 5 }],
    })
    expect(idsOf(await listed(`?traceNumber=${paid.traceNumber}`))).toEqual([second.remittanceId, first.remittanceId])
  })

  it('a payment by hand is a remittance too', async () => {
    const payment = { amount: 1_000, currency: 'PHP', paidOn: '2026-03-18', reference: 'CHK-1' }
    expect((await api.call('POST', `/v1/claims/${claimId}/payments`, payment)).status).toBe(200)
    expect((await listed('?traceNumber=CHK-1')).remittances).toMatchObject([
      { source: 'manual', state: 'posted', amount: 1_000, documentId: null },
    ])
  })

  it('are listed newest first, page by page, filtered', async () => {
    const all = idsOf(await listed('?limit=200'))
    expect(all.length).toBeGreaterThan(5)
    expect(all).toEqual([...all].sort().reverse())
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await listed(`?limit=2${cursor}`)
      seen.push(...idsOf(page))
      cursor = page.next === null ? '' : `&cursor=${page.next}`
    } while (cursor !== '')
    expect(seen).toEqual(all)
    expect(idsOf(await listed('?providerId=summit-dental'))).toEqual([])
    expect(idsOf(await listed(`?connectionId=${seeded.connectionId}&limit=200`))).toEqual(all)
    expect(idsOf(await listed(`?connectionId=${newId()}`))).toEqual([])
  })

  it.each(['?state=lost', '?limit=0', '?cursor=1', '?claimId=x', '?colour=red', '?traceNumber='])(
    'refused: %s',
    async (query) => {
      expect(await get(`/v1/remittances${query}`)).toMatchObject({
        status: 422,
        body: { type: 'https://claimhub.example/problems/invalid-request' },
      })
    },
  )

  it('of another organisation are not there', async () => {
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    const key = await api.key('owner', other)
    const [remittanceId = ''] = idsOf(await listed())
    const theirs = await get(`/v1/remittances/${remittanceId}`, key)
    const never = await get(`/v1/remittances/${newId()}`, key)
    expect([theirs.status, never.status]).toEqual([404, 404])
    expect({ ...theirs.body, instance: '' }).toEqual({ ...never.body, instance: '' })
    expect((await get(`/v1/remittances?cursor=${'f'.repeat(8)}-ffff-7fff-bfff-${'f'.repeat(12)}`, key)).body).toEqual({
      remittances: [],
      next: null,
    })
  })
})
