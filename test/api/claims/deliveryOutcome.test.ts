import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeMessages } from '../../../db/delivery/interchangeMessages.ts'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import type { DeliveryState } from '../../../domain/claim.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'

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

/** Its one message is about to get its name at the provider. */
async function marked({ id, connection_id }: { id: string; connection_id: string }): Promise<void> {
  const { organisationId } = db
  const [submission] = await db.owner.selectFrom('submissions').select('id').where('interchange_id', '=', id).execute()
  const carried = { claims: [submission?.id ?? ''], papers: [] }
  const message = { head: { transport: 'sftp' }, body: new Uint8Array([1]), mediaType: 'text/plain', carried }
  const of = { organisationId, connectionId: connection_id, interchangeId: id, now: NOW }
  await db.databases.within(organisationId, (tx) => storeMessages(tx, of, [message]))
  await db.owner.updateTable('interchange_messages').set({ fate: 'marked', mark: 'RENAMING' }).execute()
}

/** A submitted claim whose sending is in this state, and on the worklist for it. */
async function claimIn(state: DeliveryState): Promise<string> {
  const lines = [{ procedureId: seeded.procedures.cleaning }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  const { claimId } = made.body
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  await db.owner
    .updateTable('interchanges')
    .set({ state })
    .returning(['id', 'connection_id'])
    .executeTakeFirstOrThrow()
    .then(marked)
  await db.owner.updateTable('claims').set({ delivery: state }).execute()
  await db.databases.within(db.organisationId, (tx) =>
    raiseItem(
      tx,
      { organisationId: db.organisationId, now: NOW },
      { kind: 'delivery-unknown', ids: { claimId }, words: { claimNumber: 'C-1', provider: 'Harbor Health' } },
    ),
  )
  return claimId
}

const say = (claimId: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/claims/${claimId}/arrival`, {
    channel: 'phone',
    saidBy: 'Ms. Santos',
    reason: 'asked the claims desk',
    ...body,
  })
const interchange = () =>
  db.owner
    .selectFrom('interchanges as i')
    .innerJoin('interchange_messages as m', 'm.interchange_id', 'i.id')
    .select(['i.state', 'm.fate', 'm.mark'])
    .executeTakeFirstOrThrow()
const get = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}`)).body
const audited = () =>
  db.owner.selectFrom('audit_log').select(['action', 'actor', 'detail']).where('action', 'like', 'delivery.%').execute()

describe('of a sending that nobody knows of', () => {
  it('"they do not have it": it goes again, with who said so and why', async () => {
    const claimId = await claimIn('UNKNOWN')
    const said = await say(claimId, { arrived: false, callNumber: 'CALL-7' })
    expect(said).toMatchObject({ status: 200, body: { recorded: true, effect: 'applied', status: 'SUBMITTED' } })
    expect(await interchange()).toEqual({ state: 'RESEND', fate: 'prepared', mark: null })
    expect(await get(claimId)).toMatchObject({ delivery: 'RESEND', attention: false })
    expect(await audited()).toMatchObject([
      {
        action: 'delivery.resend',
        actor: expect.stringContaining('billing key'),
        detail: { reason: 'asked the claims desk', interchangeId: expect.any(String) },
      },
    ])
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    expect(entries.find((entry: { type?: string }) => entry.type === 'not_arrived')).toMatchObject({
      act: { kind: 'arrival', arrived: false, saidBy: 'Ms. Santos', callNumber: 'CALL-7' },
    })
  })

  it('"they have it": it is sent, with their number, and nothing goes again', async () => {
    const claimId = await claimIn('UNKNOWN')
    const said = await say(claimId, { arrived: true, reference: 'HH-2201' })
    expect(said).toMatchObject({ status: 200, body: { recorded: true, effect: 'applied' } })
    expect(await interchange()).toMatchObject({ state: 'SENT' })
    expect(await get(claimId)).toMatchObject({
      delivery: 'SENT',
      attention: false,
      references: [{ type: 'claim-number', value: 'HH-2201' }],
    })
    expect(await audited()).toMatchObject([{ action: 'delivery.arrived' }])
    expect(await say(claimId, { arrived: false })).toMatchObject({ status: 409 })
    expect(await interchange()).toMatchObject({ state: 'SENT' })
  })
})

describe('is refused', () => {
  it.each(['READY', 'SENDING', 'SENT', 'RESEND', 'REFUSED', 'WAITING'] as const)('while it is %s', async (state) => {
    const claimId = await claimIn(state)
    for (const arrived of [true, false])
      expect(await say(claimId, { arrived })).toMatchObject({
        status: 409,
        body: { type: 'https://claimhub.example/problems/delivery-not-unknown' },
      })
    expect(await interchange()).toMatchObject({ state })
    expect(await audited()).toEqual([])
  })

  it('without a reason, with a number of what is not there, and while Temporal is away', async () => {
    const claimId = await claimIn('UNKNOWN')
    expect((await say(claimId, { arrived: false, reason: undefined })).status).toBe(422)
    expect((await say(claimId, { arrived: false, reference: 'HH-1' })).status).toBe(422)
    api.workflows.mode = 'unavailable'
    expect((await say(claimId, { arrived: false })).status).toBe(503)
    expect(await interchange()).toMatchObject({ state: 'UNKNOWN' })
    expect(await audited()).toEqual([])
  })
})
