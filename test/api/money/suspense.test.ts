import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postRemittance } from '../../../db/money/remittances.ts'
import type { RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { seedSubmitted } from '../../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

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
  const wish = { patientId: seeded.patientId, providerId: 'harbor-health', lines }
  claimId = (await api.call('POST', '/v1/claims', wish)).body.claimId
  await api.call('POST', `/v1/claims/${claimId}/submit`)
})
afterEach(() => api.close())
afterAll(() => Promise.all(opened.map((each) => each.close())))

const lost = remittanceClaim({
  submissionNumber: 'GARBLED',
  references: [{ type: 'claim-number', value: 'HH-9' }],
  lines: [remittanceLine({ charged: 160_000, paid: 120_000, adjustments: { contractual: 30_000, patient: 10_000 } })],
})

/** A payment for claims that nobody knows; answers the remittance's id. */
async function suspended(claims: RemittanceClaim[] = [lost], currency = 'PHP'): Promise<string> {
  const { remittanceId } = await db.databases.within(db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance: balancedRemittance(claims, { traceNumber: `EFT-${newId()}`, currency }),
      contentSha256: Buffer.from(randomUUID()),
      now: NOW,
      mode: 'production',
    }),
  )
  return remittanceId
}

const list = async (query = '') => (await api.call('GET', `/v1/suspense${query}`)).body
const problem = (type: string) => `https://claimhub.example/problems/${type}`
const allocate = (
  remittanceId: string,
  body: unknown = { claimId, reason: 'their phone call' },
  options: { key?: string; headers?: Record<string, string> } = {},
  sequence: number | string = 0,
) => api.call('POST', `/v1/suspense/${remittanceId}/${sequence}/allocation`, body, options)
const balances = async () => (await api.call('GET', `/v1/claims/${claimId}`)).body.balances

describe('suspense', () => {
  it('is what matched no claim, until somebody says whose it is: then the claim is paid and hears of it', async () => {
    const remittanceId = await suspended()
    expect(await list()).toMatchObject({
      lines: [
        {
          remittanceId,
          sequence: 0,
          providerId: 'harbor-health',
          connectionId: seeded.connectionId,
          submissionNumber: 'GARBLED',
          providerReference: 'HH-9',
          kind: 'payment',
          charged: 160_000,
          paid: 120_000,
          currency: 'PHP',
          paidOn: '2026-03-15',
        },
      ],
      next: null,
    })
    const worklist = async () => (await api.call('GET', '/v1/attention-items?kind=suspense')).body.items
    expect(await worklist()).toMatchObject([{ remittanceId }])
    expect(await allocate(remittanceId)).toMatchObject({
      status: 200,
      body: { claimId, recorded: true, status: 'APPROVED', effect: 'applied' },
    })
    expect((await api.call('GET', `/v1/claims/${claimId}`)).body).toMatchObject({
      paymentStatus: 'PAID',
      closed: 'settled',
      balances: { paid: 120_000, contractual: 30_000, patient: 10_000, open: 0 },
    })
    expect(await list()).toEqual({ lines: [], next: null })
    expect(await worklist()).toEqual([])
    expect((await api.call('GET', `/v1/remittances/${remittanceId}`)).body).toMatchObject({
      money: { allocated: 120_000, suspense: 0 },
      lines: [{ claim: { claimId }, suspended: false }],
    })
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    const person = entries.filter((entry: { actor?: string }) => entry.actor?.startsWith('billing key'))
    expect(person.map((entry: { type: string }) => entry.type)).toEqual(
      expect.arrayContaining(['decided', 'money_posted']),
    )
  })

  it('goes on where a page ended', async () => {
    const first = await suspended([lost, { ...lost, submissionNumber: 'GARBLED2' }])
    const second = await suspended()
    const seen: [string, number][] = []
    let cursor = ''
    do {
      const page = await list(`?limit=1${cursor}`)
      seen.push(
        ...page.lines.map((line: { remittanceId: string; sequence: number }) => [line.remittanceId, line.sequence]),
      )
      cursor = page.next === null ? '' : `&cursor=${page.next}`
    } while (cursor !== '')
    expect(seen).toEqual([
      [first, 0],
      [first, 1],
      [second, 0],
    ])
  })

  it('a line is allocated once: said twice with one key it is one, without a key the second is refused', async () => {
    const remittanceId = await suspended()
    const headers = { 'idempotency-key': 'allocate-1' }
    const body = { claimId, reason: 'their letter' }
    const answers = await Promise.all(Array.from({ length: 20 }, () => allocate(remittanceId, body, { headers })))
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(await allocate(remittanceId)).toMatchObject({
      status: 409,
      body: { type: problem('nothing-in-suspense') },
    })
    expect(await balances()).toMatchObject({ paid: 120_000, open: 0 })
  })

  it('of two at once without a key one is refused', async () => {
    const remittanceId = await suspended()
    const answers = await Promise.all([allocate(remittanceId), allocate(remittanceId)])
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409])
    expect(await balances()).toMatchObject({ paid: 120_000 })
  })

  it('without a worker it is posted and recorded later; in an outage nothing happens', async () => {
    const remittanceId = await suspended()
    api.workflows.mode = 'unavailable'
    expect(await allocate(remittanceId)).toMatchObject({
      status: 503,
      body: { type: problem('temporal-unavailable') },
    })
    expect(await balances()).toMatchObject({ paid: 0 })
    api.workflows.mode = 'pending'
    expect(await allocate(remittanceId)).toMatchObject({ status: 202, body: { recorded: false } })
    expect(await balances()).toMatchObject({ paid: 120_000 })
  })
})

describe('refused', () => {
  const stillThere = async (remittanceId: string) => {
    expect((await list()).lines).toMatchObject([{ remittanceId }])
    expect(await balances()).toMatchObject({ paid: 0, open: 160_000 })
  }

  it.each<[number, string, () => Promise<unknown>]>([
    [404, 'claim-not-found', async () => ({ claimId: newId(), reason: 'r' })],
    [422, 'invalid-request', async () => ({ claimId })],
    [422, 'invalid-request', async () => ({ claimId, reason: '  ' })],
    [422, 'invalid-request', async () => ({ claimId, reason: 'r', amount: 1 })],
    [422, 'invalid-request', async () => ({ claimId: 'C-2026-000001', reason: 'r' })],
    [
      422,
      'wrong-currency',
      async () => {
        const [dollars] = await seedSubmitted(db.owner, seeded, [{ lines: [{ charge: 100 }], currency: 'USD' }])
        return { claimId: dollars?.claimId, reason: 'r' }
      },
    ],
    [
      409,
      'claim-is-a-draft',
      async () => {
        const lines = [{ procedureId: seeded.procedures.filling }]
        const wish = { patientId: seeded.patientId, providerId: 'harbor-health', lines }
        return { claimId: (await api.call('POST', '/v1/claims', wish)).body.claimId, reason: 'r' }
      },
    ],
    [
      404,
      'claim-not-found',
      async () => {
        const connectionId = newId()
        await db.owner
          .insertInto('connections')
          .values({
            organisation_id: db.organisationId,
            id: connectionId,
            provider_id: 'summit-dental',
            mode: 'production',
            currency: 'PHP',
            endpoint: '{}',
            settings: '{}',
          })
          .execute()
        const [elsewhere] = await seedSubmitted(db.owner, seeded, [{ lines: [{ charge: 100 }], connectionId }])
        return { claimId: elsewhere?.claimId, reason: 'r' }
      },
    ],
  ])('%i %s (%#): the money stays where it is', async (status, type, bodyOf) => {
    const remittanceId = await suspended()
    const answer = await allocate(remittanceId, await bodyOf())
    expect([answer.status, answer.body.type]).toEqual([status, problem(type)])
    await stillThere(remittanceId)
  })

  it('a line that is not there, or was never in suspense', async () => {
    const remittanceId = await suspended()
    for (const [id, sequence] of [
      [newId(), 0],
      [remittanceId, 7],
      ['x', 0],
      [remittanceId, -1],
      [remittanceId, 'first'],
    ] as const) {
      const answer = await allocate(id, { claimId, reason: 'r' }, {}, sequence)
      expect([id, sequence, answer.status, answer.body.type]).toEqual([id, sequence, 404, problem('not-found')])
    }
    const notOurs = await suspended([{ ...lost, kind: 'not_ours', paid: 0, lines: [], itemised: false }])
    expect((await allocate(notOurs)).body).toMatchObject({ type: problem('nothing-in-suspense') })
    const quarantined = await suspended([lost], 'USD')
    expect((await allocate(quarantined)).body).toMatchObject({ type: problem('nothing-in-suspense') })
    await stillThere(remittanceId)
  })

  it.each(['?cursor=x', '?cursor=1.1', '?limit=201', '?state=open'])('the list with %s', async (query) => {
    expect(await api.call('GET', `/v1/suspense${query}`)).toMatchObject({
      status: 422,
      body: { type: problem('invalid-request') },
    })
  })

  it('another organisation sees no money and takes none; a reader allocates nothing', async () => {
    const remittanceId = await suspended()
    const other = newId()
    await db.owner.insertInto('organisations').values({ id: other, name: 'Other' }).execute()
    const key = await api.key('owner', other)
    expect((await api.call('GET', '/v1/suspense', undefined, { key })).body).toEqual({ lines: [], next: null })
    const theirs = await allocate(remittanceId, { claimId, reason: 'mine' }, { key })
    expect([theirs.status, theirs.body.type]).toEqual([404, problem('not-found')])
    const reader = await api.key('read_only')
    expect((await api.call('GET', '/v1/suspense', undefined, { key: reader })).status).toBe(200)
    expect((await allocate(remittanceId, { claimId, reason: 'r' }, { key: reader })).status).toBe(403)
    await stillThere(remittanceId)
  })
})
