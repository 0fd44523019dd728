import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attentionItems, closeAttention } from '../../../db/worklist/readWorklist.ts'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import type { Item } from '../../../domain/worklist/itemContents.ts'
import { newId } from '../../../platform/ids.ts'
import { type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

let db: TestDatabase
let seeded: Seeded
let claimId = ''
const NOW = new Date('2026-03-20T09:00:00Z')
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  claimId = newId()
  await db.owner
    .insertInto('claims')
    .values({
      organisation_id: db.organisationId,
      id: claimId,
      claim_number: 'C-1',
      clinic_id: seeded.clinicId,
      patient_id: seeded.patientId,
      enrolment_id: seeded.enrolmentId,
      provider_id: 'harbor-health',
      connection_id: seeded.connectionId,
      practitioner_id: seeded.practitionerId,
      currency: 'PHP',
      total: 1,
      service_from: '2026-03-10',
      service_to: '2026-03-10',
      diagnoses: '[]',
      lineage_id: claimId,
      attention: true,
      created_at: NOW,
      updated_at: NOW,
      created_by: 'test',
    })
    .execute()
})
afterAll(() => db.close())

const organisation = () => db.organisationId
const item = {
  stalled: (): Item => ({ kind: 'stalled', ids: { claimId }, words: { claimNumber: 'C-1', deadline: 'ack' } }),
  'claim-denied': (): Item => ({
    kind: 'claim-denied',
    ids: { claimId },
    words: { claimNumber: 'C-1', reasons: [], currency: 'PHP' },
  }),
  overpaid: (): Item => ({ kind: 'overpaid', ids: { claimId }, words: { claimNumber: 'C-1', closed: null } }),
}
const raise = (kind: keyof typeof item) =>
  db.databases.within(organisation(), (tx) =>
    raiseItem(tx, { organisationId: organisation(), connectionId: seeded.connectionId, now: NOW }, item[kind]()),
  )
const open = () =>
  db.databases.within(organisation(), (tx) =>
    attentionItems(tx, {
      organisationId: organisation(),
      state: 'open',
      claimId,
      providerId: 'harbor-health',
      limit: 50,
    }),
  )
const close = (itemId: string) =>
  db.databases.within(organisation(), (tx) =>
    closeAttention(tx, { organisationId: organisation(), itemId, by: 'me', because: 'done', now: NOW }),
  )
const asks = async () =>
  (await db.owner.selectFrom('claims').select('attention').where('id', '=', claimId).executeTakeFirstOrThrow())
    .attention

describe('attention items', () => {
  it('one open item per cause, also when ten raise it at once', async () => {
    await Promise.all(Array.from({ length: 10 }, () => raise('stalled')))
    expect(await open()).toMatchObject([
      {
        kind: 'stalled',
        claimNumber: 'C-1',
        providerId: 'harbor-health',
        connectionId: seeded.connectionId,
        createdAt: NOW.toISOString(),
      },
    ])
  })

  it('a claim asks for attention until its last item is closed', async () => {
    await raise('claim-denied')
    const [first, second] = await open()
    await close(first?.itemId ?? '')
    expect(await asks()).toBe(true)
    await close(second?.itemId ?? '')
    expect([await asks(), await open()]).toEqual([false, []])
  })

  it('only one of two closes it; one that is not there is null', async () => {
    await raise('overpaid')
    const [item] = await open()
    const both = await Promise.all([close(item?.itemId ?? ''), close(item?.itemId ?? '')])
    expect(both.filter((each) => each === 'already_closed')).toHaveLength(1)
    expect(await close(newId())).toBeNull()
  })
})
