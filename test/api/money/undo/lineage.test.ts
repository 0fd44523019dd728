import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postRemittance } from '../../../../db/money/remittances.ts'
import { NOW } from '../../../support/claimsSeed.ts'
import { balancedRemittance, remittanceClaim } from '../../../support/remittances.ts'
import { startUndoApi, type UndoApi } from '../../../support/undoApi.ts'

let on: UndoApi
beforeEach(async () => {
  on = await startUndoApi()
})
afterEach(() => on.close())

const overpayment = (claimId: string, action: string, amount: number, more: Record<string, unknown> = {}) =>
  on.post(`/v1/claims/${claimId}/overpayment`, { action, amount, currency: 'PHP', reason: 'it belongs there', ...more })
const visit = async () =>
  (await on.api.call('GET', `/v1/visits/visit-cleaning-${on.db.organisationId.slice(0, 8)}`)).body
const patient = async () => (await on.api.call('GET', `/v1/patients/${on.seeded.patientId}/balance`)).body
const items = async (kind: string) => (await on.api.call('GET', `/v1/attention-items?kind=${kind}`)).body.items
const recorded = (claimId: string) =>
  on.api.workflows.recordActions({ organisationId: on.db.organisationId, claimId, providerId: 'harbor-health' }, [])

/** 60,000 come for a claim, whatever it is by then. */
async function money(claimId: string, paid = 60_000): Promise<void> {
  const { submissionNumber } = (await on.claim(claimId)).submissions[0]
  const claim = remittanceClaim({ submissionNumber, itemised: false, paid, charged: 160_000 })
  await on.db.databases.within(on.db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: on.db.organisationId,
      connectionId: on.seeded.connectionId,
      documentId: null,
      sequence: 0,
      remittance: balancedRemittance([claim], { traceNumber: `EFT-${randomUUID()}` }),
      contentSha256: Buffer.from(randomUUID()),
      now: NOW,
      mode: 'production',
    }),
  )
  await recorded(claimId)
}

/** A replacement that was filed for a claim. */
async function replaced(claimId: string): Promise<string> {
  const org = { organisation_id: on.db.organisationId, connection_id: on.seeded.connectionId }
  const learned = { claim_id: claimId, type: 'claim-number' as const, value: randomUUID(), learned_at: NOW }
  await on.db.owner
    .insertInto('claim_references')
    .values({ ...org, ...learned })
    .execute()
  const draft = await on.post(`/v1/claims/${claimId}/resubmissions`, {})
  expect(draft.status, JSON.stringify(draft.body)).toBe(201)
  const submitted = await on.api.call('POST', `/v1/claims/${draft.body.claimId}/submit`)
  expect(submitted.status, JSON.stringify(submitted.body)).toBe(200)
  return draft.body.claimId
}

describe('M1: paid money counts over the whole lineage', () => {
  it('60,000 of 160,000 are paid, then a replacement is filed: the visit keeps them, and they move to it', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'PARTIAL', lines: [{ lineNumber: 1, outcome: 'reduced', payable: 60_000 }] })
    await on.pay(claimId, 60_000)
    expect((await visit()).balance).toMatchObject({ paid: 60_000, denied: 100_000 })
    const live = await replaced(claimId)
    expect(await on.claim(claimId)).toMatchObject({ closed: 'replaced', paymentStatus: 'OVERPAID' })
    expect((await visit()).balance).toMatchObject({ fees: 160_000, paid: 60_000, denied: 0, balance: 100_000 })
    const [item] = await items('overpaid')
    expect(item.nextMove).toMatch(/transfer it to the claim that it belongs to \(a claim that replaced this one\)/)
    expect((await overpayment(claimId, 'transfer', 60_000, { toClaimId: live })).status).toBe(200)
    await recorded(live)
    expect(await items('overpaid')).toEqual([])
    expect(await on.claim(live)).toMatchObject({
      paymentStatus: 'PART_PAID',
      balances: { paid: 60_000, open: 100_000 },
    })
    expect((await visit()).balance).toMatchObject({ paid: 60_000, balance: 100_000 })
  })

  it('money for a cancelled claim stays in the visit until it is given back', async () => {
    const claimId = await on.submitted()
    expect((await on.post(`/v1/claims/${claimId}/cancel`, { reason: 'not done' })).body).toMatchObject({
      effect: 'cancelled',
    })
    await money(claimId)
    expect(await on.claim(claimId)).toMatchObject({ status: 'CANCELLED', paymentStatus: 'OVERPAID' })
    expect((await visit()).balance).toMatchObject({ paid: 60_000 })
    expect(await items('money-on-ended-claim')).toHaveLength(1)
    expect((await overpayment(claimId, 'refund', 60_000)).status).toBe(200)
    expect((await visit()).balance).toMatchObject({ paid: 0 })
    expect(await items('money-on-ended-claim')).toEqual([])
    expect(await on.claim(claimId)).toMatchObject({ closed: 'cancelled', paymentStatus: 'UNPAID', attention: false })
  })
})

describe('M8: a patient who has paid the bill', () => {
  it('gets an item for a refund when the provider pays after all, until the receipts say so', async () => {
    const claimId = await on.submitted()
    await on.say(claimId, { status: 'REJECTED', lines: [{ lineNumber: 1, outcome: 'denied', payable: 0 }] })
    await on.settle(claimId, 'bill_patient')
    await on.db.owner
      .updateTable('visits')
      .set({ receipts: 160_000 })
      .where('id', '=', (await visit()).visitId)
      .execute()
    await money(claimId, 100_000)
    expect((await visit()).balance).toMatchObject({ patientShare: 60_000, patientOwes: 0, paid: 100_000 })
    expect(await items('patient-refund')).toMatchObject([
      { because: expect.stringContaining('1,000.00 PHP of the patient’s money is too much') },
    ])
    await sync({ receipts: 60_000 })
    expect(await items('patient-refund')).toEqual([])
  })
})

describe('M18: no money vanishes', () => {
  it('a visit cancelled after it was paid keeps the money, with an item', async () => {
    const claimId = await on.submitted()
    await on.pay(claimId, 160_000)
    await sync({ status: 'cancelled' })
    expect((await patient()).visits).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ paid: 160_000, fees: 160_000, balance: 0 })]),
    )
    expect(await items('visit-cancelled')).toMatchObject([{ because: expect.stringContaining('1,600.00 PHP') }])
    await sync({ status: 'completed' })
    expect(await items('visit-cancelled')).toEqual([])
  })

  it('a claim imported without a procedure is in the patient’s balance', async () => {
    const before = (await patient()).totals[0]
    const made = await on.post('/v1/claims/import', {
      patientId: on.seeded.patientId,
      providerId: 'harbor-health',
      clinicId: on.seeded.clinicId,
      practitionerId: on.seeded.practitionerId,
      currency: 'PHP',
      lines: [{ code: 'D0150', serviceDate: '2026-02-01', amount: 50_000 }],
      status: 'APPROVED',
      submittedAt: '2026-02-02T08:00:00Z',
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const { claimId } = made.body
    await on.pay(claimId, 30_000)
    const { totals, claims } = await patient()
    expect(claims).toMatchObject([{ claimId, fees: 50_000, paid: 30_000, balance: 20_000, serviceFrom: '2026-02-01' }])
    expect(totals[0].balance - before.balance).toBe(20_000)
  })
})

/** The practice app sends the visit of the cleaning again, changed. */
async function sync(change: Record<string, unknown>): Promise<void> {
  const now = await visit()
  const { externalId, version, visitedOn, status, diagnoses, receipts, currency, procedures } = now
  const suffix = on.db.organisationId.slice(0, 8)
  const named = {
    patientExternalId: `pat-${suffix}`,
    clinicExternalId: `makati-${suffix}`,
    practitionerExternalId: `dr-${suffix}`,
  }
  const items = procedures.map(
    ({ externalId: id, code, tooth, surfaces, area, quantity, fee }: Record<string, unknown>) => ({
      externalId: id,
      code,
      ...Object.fromEntries(Object.entries({ tooth, surfaces, area }).filter(([, value]) => value !== null)),
      quantity,
      fee,
    }),
  )
  const row = {
    externalId,
    version: version + 1,
    visitedOn,
    status,
    diagnoses,
    receipts,
    currency,
    ...named,
    procedures: items,
  }
  const owner = await on.api.key('owner')
  const answer = await on.api.call(
    'PUT',
    `/v1/visits/${externalId}`,
    { ...row, ...change, externalId: undefined },
    { key: owner },
  )
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}
