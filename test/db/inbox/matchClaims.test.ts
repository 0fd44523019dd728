import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimNumberOf, matchClaims, rememberReferences, type SoughtClaim } from '../../../db/inbox/matchClaims.ts'
import type { Reference } from '../../../domain/claim.ts'
import { newId, newSubmissionNumber } from '../../../platform/ids.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'

let database: TestDatabase
let seeded: Seeded
let otherConnectionId: string
let ours: SubmittedClaim
let second: SubmittedClaim
let elsewhere: SubmittedClaim

beforeAll(async () => {
  database = await testDatabase()
  seeded = await seedClaims(database.owner, database.organisationId)
  otherConnectionId = newId()
  await database.owner
    .insertInto('connections')
    .values({
      organisation_id: database.organisationId,
      id: otherConnectionId,
      provider_id: 'summit-dental',
      mode: 'production',
      currency: 'PHP',
      endpoint: '{}',
      settings: '{}',
    })
    .execute()
  const lines = [{ charge: 100 }]
  const made = await seedSubmitted(database.owner, seeded, [
    { lines },
    { lines },
    { lines, connectionId: otherConnectionId },
  ])
  ;[ours, second, elsewhere] = made as [SubmittedClaim, SubmittedClaim, SubmittedClaim]
})
afterAll(() => database.close())

const judged = (matches: SoughtClaim[], connectionId = seeded.connectionId) =>
  database.databases.within(database.organisationId, (tx) =>
    matchClaims(tx, { organisationId: database.organisationId, connectionId }, matches),
  )
const match = async (matches: SoughtClaim[], connectionId = seeded.connectionId) => {
  const all = await judged(matches, connectionId)
  return all.map(({ verdict, named }) => (verdict === 'certain' && named !== null ? found(named) : null))
}
const learn = (claim: SubmittedClaim, references: Reference[], connectionId = seeded.connectionId, now = NOW) =>
  database.databases.within(database.organisationId, (tx) =>
    rememberReferences(
      tx,
      database.organisationId,
      [{ connectionId, claimId: claim.claimId, submissionId: null, references }],
      now,
    ),
  )
const found = ({ claimId, submissionId }: { claimId: string; submissionId: string | null }) => ({
  claimId,
  submissionId,
})

const line = (code: string, charged: number) => ({ controlNumber: null, code, charged, day: null })

describe('matching', () => {
  it('goes by our submission number, without regard to case, in the order asked', async () => {
    const numbers = [second, ours].map((claim) => ({
      submissionNumber: ` ${claim.submissionNumber.toLowerCase()} `,
      references: [],
    }))
    expect(await match(numbers)).toEqual([found(second), found(ours)])
    expect(await match([])).toEqual([])
  })

  it("never finds another connection's or another organisation's claim (E6)", async () => {
    const wanted = [{ submissionNumber: elsewhere.submissionNumber, references: [] }]
    expect(await match(wanted)).toEqual([null])
    expect(await match(wanted, otherConnectionId)).toEqual([found(elsewhere)])
    const wantedOurs = [{ submissionNumber: ours.submissionNumber, references: [] }]
    expect(await match(wantedOurs)).toEqual([found(ours)])
    const stranger = newId()
    const foreign = await database.databases.within(stranger, async (tx) => [
      await matchClaims(tx, { organisationId: stranger, connectionId: seeded.connectionId }, wantedOurs),
      await matchClaims(tx, seeded, wantedOurs),
    ])
    expect(foreign.flat().map(({ verdict, named, ranked }) => [verdict, named, ranked])).toEqual([
      ['unknown', null, []],
      ['unknown', null, []],
    ])
  })

  it('knows a claim by our claim number too, and means its last sending', async () => {
    const claimNumber = 'C-2026-987654'
    await database.owner
      .updateTable('claims')
      .set({ claim_number: claimNumber })
      .where('id', '=', ours.claimId)
      .execute()
    expect(await match([{ submissionNumber: 'c-2026-987654', references: [] }])).toEqual([found(ours)])
    expect(await match([{ submissionNumber: claimNumber, references: [] }], otherConnectionId)).toEqual([null])
  })

  it('E10 by the number of an earlier sending means that one, not the latest', async () => {
    const [claim] = await seedSubmitted(database.owner, seeded, [{ lines: [{ charge: 100 }] }])
    if (claim === undefined) throw new Error('no claim')
    const later = { submissionId: newId(), submissionNumber: newSubmissionNumber() }
    const first = await database.owner
      .selectFrom('submissions')
      .selectAll()
      .where('id', '=', claim.submissionId)
      .executeTakeFirstOrThrow()
    await database.owner
      .insertInto('submissions')
      .values({
        ...first,
        frozen: JSON.stringify(first.frozen),
        id: later.submissionId,
        submission_number: later.submissionNumber,
        purpose: 'void',
        created_at: new Date(first.created_at.getTime() + 1),
      })
      .execute()
    const sought = [claim, later].map(({ submissionNumber }) => ({ submissionNumber, references: [] }))
    expect((await match(sought)).map((each) => each?.submissionId)).toEqual([claim.submissionId, later.submissionId])
  })

  it('falls back to references that name exactly one claim, and knows its last sending', async () => {
    await learn(ours, [{ type: 'claim-number', value: 'HMO-1' }])
    await learn(ours, [
      { type: 'claim-number', value: ' HMO-1 ' },
      { type: 'clearinghouse-trace', value: '' },
    ])
    const byReference = (...references: Reference[]) => match([{ submissionNumber: 'UNKNOWN0', references }])
    expect(await byReference({ type: 'claim-number', value: 'HMO-1' })).toEqual([found(ours)])
    expect(await byReference({ type: 'clearinghouse-trace', value: 'HMO-1' })).toEqual([null])
    expect(await byReference({ type: 'claim-number', value: 'HMO-9' })).toEqual([null])
  })

  it('D6 never guesses between two claims, and a number of ours beside another claim’s reference is in doubt', async () => {
    const shared: Reference = { type: 'claim-number', value: 'HMO-2' }
    await learn(ours, [{ type: 'claim-number', value: 'HMO-1' }])
    await learn(ours, [shared])
    await learn(second, [shared, { type: 'claim-number', value: 'HMO-3' }])
    expect(await match([{ references: [shared] }])).toEqual([null])
    expect(
      await match([
        {
          references: [
            { type: 'claim-number', value: 'HMO-1' },
            { type: 'claim-number', value: 'HMO-3' },
          ],
        },
      ]),
    ).toEqual([null])
    const both = { submissionNumber: ours.submissionNumber, references: [{ type: 'claim-number', value: 'HMO-3' }] }
    expect(await judged([both as SoughtClaim])).toMatchObject([{ verdict: 'ambiguous', named: found(ours) }])
    const proved = { ...both, marks: { charged: 100, lines: [line('D1110', 100)] } }
    expect(await match([proved as SoughtClaim])).toEqual([found(ours)])
  })

  it('does not take a batch, payment or authorisation number for the number of a claim', async () => {
    for (const type of ['batch', 'payment', 'authorisation'] as const) {
      await learn(ours, [{ type, value: 'SHARED' }])
      expect(await match([{ references: [{ type, value: 'SHARED' }] }])).toEqual([null])
    }
  })

  it('knows a claim’s own number by the newest word, whatever else it is called', async () => {
    const numberOf = ({ claimId }: SubmittedClaim) =>
      database.databases.within(database.organisationId, (tx) => claimNumberOf(tx, database.organisationId, claimId))
    expect(await numberOf(elsewhere)).toBeNull()
    const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000)
    const say = (type: Reference['type'], value: string, hours: number) =>
      learn(elsewhere, [{ type, value }], otherConnectionId, at(hours))
    await say('batch', 'B-1', 9)
    expect(await numberOf(elsewhere)).toBeNull()
    await say('claim-number', 'NEW', 5)
    await say('claim-number', 'OLD', 2)
    await say('payment', 'P-1', 10)
    expect(await numberOf(elsewhere)).toBe('NEW')
    expect(await numberOf(second)).not.toBe('NEW')
  })
})
