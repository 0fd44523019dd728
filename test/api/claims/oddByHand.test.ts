import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { storeMessages } from '../../../db/delivery/interchangeMessages.ts'
import { raiseItem } from '../../../db/worklist/worklistItems.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { wordOf } from '../harness.ts'

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

async function submitted(procedure: keyof Seeded['procedures'] = 'cleaning'): Promise<string> {
  const lines = [{ procedureId: seeded.procedures[procedure] }]
  const made = await api.call('POST', '/v1/claims', { patientId: seeded.patientId, providerId: 'harbor-health', lines })
  const { claimId } = made.body
  expect((await api.call('POST', `/v1/claims/${claimId}/submit`)).status).toBe(200)
  return claimId
}
const heard = { channel: 'letter', saidBy: 'Claims desk', saidOn: '2026-03-20' }
const say = (claimId: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/claims/${claimId}/status`, { ...heard, ...body })
const get = async (claimId: string) => (await api.call('GET', `/v1/claims/${claimId}`)).body
const items = async () =>
  (await db.owner.selectFrom('attention_items').select(['kind', 'because', 'claim_id']).orderBy('id').execute()) ?? []

describe('a decision by hand', () => {
  it('PARTIAL without lines asks for them, and nothing is recorded', async () => {
    const claimId = await submitted()
    const answer = await say(claimId, { status: 'PARTIAL', said: [{ text: 'benefit used up' }] })
    expect([answer.status, wordOf(answer as never)]).toEqual([422, 'lines-missing'])
    expect((await get(claimId)).status).toBe('SUBMITTED')
  })

  it('REJECTED is asked which it was, and why', async () => {
    const claimId = await submitted()
    const said = [{ list: 'CARC', code: '96' }]
    expect(wordOf((await say(claimId, { status: 'REJECTED', said })) as never)).toBe('rejection-unclear')
    expect(wordOf((await say(claimId, { status: 'REJECTED', rejectedAt: 'adjudicated' })) as never)).toBe(
      'reason-missing',
    )
    expect(await get(claimId)).toMatchObject({ status: 'SUBMITTED', balances: { denied: 0 } })
  })

  it('REJECTED with the number of the HMO was reviewed: the number is kept, and a replacement may follow', async () => {
    const claimId = await submitted()
    const said = [{ list: 'CARC', code: '96', text: 'not a benefit' }]
    expect(await say(claimId, { status: 'REJECTED', reference: 'HMO-77', said })).toMatchObject({ status: 200 })
    expect(await get(claimId)).toMatchObject({
      status: 'REJECTED',
      rejectedAt: 'adjudicated',
      references: [{ type: 'claim-number', value: 'HMO-77' }],
      balances: { denied: 160_000, open: 0 },
    })
    expect(await items()).toMatchObject([{ kind: 'claim-denied', because: expect.stringContaining('CARC 96') }])
    const resubmitted = await api.call('POST', `/v1/claims/${claimId}/resubmissions`, { purpose: 'replacement' })
    expect(resubmitted).toMatchObject({ status: 201, body: { purpose: 'replacement' } })
  })

  it('REJECTED after an earlier receipt was reviewed', async () => {
    const claimId = await submitted()
    await say(claimId, { status: 'RECEIVED' })
    await say(claimId, { status: 'REJECTED', said: [{ text: 'not covered' }] })
    expect(await get(claimId)).toMatchObject({ rejectedAt: 'adjudicated' })
  })

  it('REJECTED before review decides nothing of the money, as one that came by itself', async () => {
    const claimId = await submitted()
    await say(claimId, { status: 'REJECTED', rejectedAt: 'front_end', said: [{ text: 'no such member' }] })
    expect(await get(claimId)).toMatchObject({ rejectedAt: 'front_end', balances: { denied: 0, open: 160_000 } })
    expect((await items()).map(({ kind }) => kind)).toEqual(['claim-rejected'])
  })

  it('puts denied lines on the worklist, with line, amount and code, and a repeat puts nothing', async () => {
    const claimId = await submitted()
    const lines = [{ lineNumber: 1, outcome: 'reduced', payable: 100_000 }]
    await say(claimId, { status: 'PARTIAL', lines, said: [{ list: 'CARC', code: '119' }] })
    const [item] = await items()
    expect(item).toMatchObject({ kind: 'lines-denied' })
    expect(item?.because).toContain('line 1: 600.00 PHP not paid, the maximum of the benefit is used up (CARC 119)')
    await db.owner.updateTable('attention_items').set({ closed_at: NOW, closed_by: 'x', closed_because: 'y' }).execute()
    await say(claimId, { status: 'PARTIAL', lines, said: [{ list: 'CARC', code: '119' }], followUpOn: '2026-04-01' })
    expect((await get(claimId)).lines[0].adjustments).toMatchObject([{ bucket: 'denied', said: { code: '119' } }])
  })
})

describe('a number of the HMO keyed for two claims', () => {
  it('is asked about with both, and taken with force and a reason', async () => {
    const [first, second] = [await submitted('cleaning'), await submitted('elsewhere')]
    await say(first, { status: 'RECEIVED', reference: 'HMO-1' })
    const answer = await say(second, { status: 'RECEIVED', reference: 'HMO-1' })
    expect([answer.status, wordOf(answer as never)]).toEqual([409, 'reference-taken'])
    expect(answer.body.claims).toEqual([second, first])
    expect((await get(second)).references).toEqual([])
    const forced = { status: 'RECEIVED', reference: 'HMO-1', force: true, reason: 'one number for both' }
    expect((await say(second, forced)).status).toBe(200)
  })
})

describe('days that cannot be right', () => {
  const pay = (claimId: string, body: Record<string, unknown>) =>
    api.call('POST', `/v1/claims/${claimId}/payments`, { amount: 1_000, currency: 'PHP', ...body })

  it.each(['2020-01-01', '2026-03-19'])('saidOn %s, before the claim was submitted', async (saidOn) => {
    const claimId = await submitted()
    const answer = await say(claimId, { status: 'IN_REVIEW', saidOn })
    expect([answer.status, wordOf(answer as never)]).toEqual([422, 'wrong-date'])
    expect(answer.body).toMatchObject({ rule: 'not-before', earliest: '2026-03-20' })
    const forced = { status: 'IN_REVIEW', saidOn, force: true, reason: 'said before we sent it' }
    expect(await say(claimId, forced)).toMatchObject({ status: 200, body: { effect: 'applied' } })
  })

  it.each(['2020-01-01', '2026-03-11'])('paidOn %s, before the first service', async (paidOn) => {
    const claimId = await submitted()
    const answer = await pay(claimId, { paidOn })
    expect([answer.status, wordOf(answer as never)]).toEqual([422, 'wrong-date'])
    expect((await get(claimId)).balances.paid).toBe(0)
    expect(await pay(claimId, { paidOn, force: true, reason: 'paid ahead' })).toMatchObject({ status: 200 })
  })

  it('tomorrow at the clinic is the future, whatever the day is in UTC', async () => {
    const claimId = await submitted()
    expect(wordOf((await pay(claimId, { paidOn: '2026-03-21' })) as never)).toBe('wrong-date')
    expect((await say(claimId, { status: 'RECEIVED', saidOn: '2026-03-21' })).status).toBe(422)
    // 09:00 UTC is 23:00 in Kiritimati.
    await db.owner.updateTable('clinics').set({ zone: 'Pacific/Kiritimati' }).execute()
    expect((await pay(claimId, { paidOn: '2026-03-20' })).status).toBe(200)
    expect(wordOf((await pay(claimId, { paidOn: '2026-03-21' })) as never)).toBe('wrong-date')
  })
})

/** Two claims in one packet, as a delivery by hand leaves them. */
async function packet(): Promise<string[]> {
  const claims = [await submitted('cleaning'), await submitted('elsewhere'), await submitted('filling')]
  const [first, ...others] = await db.owner
    .selectFrom('interchanges')
    .select(['id', 'connection_id'])
    .orderBy('id')
    .execute()
  const interchangeId = first?.id ?? ''
  await db.owner.updateTable('submissions').set({ interchange_id: interchangeId }).execute()
  for (const { id } of others) await db.owner.deleteFrom('interchanges').where('id', '=', id).execute()
  await db.owner.updateTable('claims').set({ delivery: 'WAITING' }).execute()
  await db.owner.updateTable('interchanges').set({ state: 'WAITING', attempt: 1 }).execute()
  const { organisationId } = db
  const made = { organisationId, connectionId: first?.connection_id ?? '', interchangeId, now: NOW }
  const submissions = await db.owner.selectFrom('submissions').select('id').execute()
  const paper = {
    carried: { claims: submissions.map(({ id }) => id), papers: [] },
    head: { transport: 'manual', name: 'checklist.pdf', mediaType: 'application/pdf' },
    body: new TextEncoder().encode('%PDF'),
    mediaType: 'application/pdf',
  }
  await db.databases.within(organisationId, async (tx) => {
    await storeMessages(tx, made, [paper])
    for (const claimId of claims) {
      const words = { claimNumber: claimId, provider: 'Harbor Health' }
      await raiseItem(tx, { organisationId, now: NOW }, { kind: 'to-file', ids: { claimId, interchangeId }, words })
    }
  })
  return claims
}

describe('a packet of several claims', () => {
  const filed = { filedOn: '2026-03-20', channel: 'counter' }
  const deliveries = (claims: string[]) =>
    Promise.all(claims.map(async (claimId) => (await get(claimId)).submissions[0].delivery))
  const file = (claimId: string, more: Record<string, unknown> = {}) =>
    api.call('POST', `/v1/claims/${claimId}/filed`, { ...filed, ...more })
  /** As the workflows of the other claims would. */
  const settle = async (claims: string[]) => {
    for (const claimId of claims)
      await api.workflows.recordActions({ organisationId: db.organisationId, claimId, providerId: 'harbor-health' }, [])
  }

  it('filing one sends one: the others stay to be filed, on the worklist, with their packet', async () => {
    const claims = await packet()
    const [one = '', two = '', three = ''] = claims
    expect(await file(one, { reference: 'LC-1' })).toMatchObject({ status: 200, body: { effect: 'applied' } })
    await settle(claims)
    expect(await deliveries(claims)).toEqual(['SENT', 'WAITING', 'WAITING'])
    expect((await get(one)).submissions[0].sentAt).not.toBeNull()
    const open = await db.owner
      .selectFrom('attention_items')
      .select('claim_id')
      .where('closed_at', 'is', null)
      .execute()
    expect(open.map((item) => item.claim_id).sort()).toEqual([two, three].sort())
    expect(await file(two)).toMatchObject({ status: 200, body: { effect: 'applied' } })
    expect(await file(three)).toMatchObject({ status: 200, body: { effect: 'applied' } })
    expect(await db.owner.selectFrom('interchanges').select('state').execute()).toEqual([{ state: 'SENT' }])
  })

  it('news of one by phone says nothing of the others', async () => {
    const claims = await packet()
    await say(claims[0] ?? '', { status: 'RECEIVED' })
    await settle(claims)
    expect(await deliveries(claims)).toEqual(['SENT', 'WAITING', 'WAITING'])
  })

  it('the whole packet is an act of its own, and files what is left of it', async () => {
    const claims = await packet()
    await file(claims[1] ?? '')
    const answer = await api.call('POST', `/v1/claims/${claims[0]}/packet/filed`, filed)
    expect(answer.status).toBe(200)
    expect(answer.body.claims.map((each: { claimId: string }) => each.claimId).sort()).toEqual(
      [claims[0], claims[2]].sort(),
    )
    expect(await deliveries(claims)).toEqual(['SENT', 'SENT', 'SENT'])
    const open = await db.owner.selectFrom('attention_items').select('kind').where('closed_at', 'is', null).execute()
    expect(open).toEqual([])
  })

  it('a number keyed for two of them is asked about', async () => {
    const [one = '', two = ''] = await packet()
    await file(one, { reference: 'LC-1' })
    const answer = await file(two, { reference: 'LC-1' })
    expect([answer.status, wordOf(answer as never)]).toEqual([409, 'reference-taken'])
    expect(await deliveries([one, two])).toEqual(['SENT', 'WAITING'])
  })
})

describe('words', () => {
  it('a claim says what it is, who said it, when, and why; the item too, with the words of the HMO', async () => {
    const claimId = await submitted()
    expect(await get(claimId)).toMatchObject({
      statement: {
        sentence: 'Submitted, since 20 Mar 2026',
        by: 'hub',
        lastContact: { at: null, sentence: 'no contact with Harbor Health yet' },
        reasons: [],
      },
    })
    const said = [{ list: 'CARC', code: '96', text: 'not a benefit' }]
    const lines = [{ lineNumber: 1, outcome: 'denied', payable: 0 }]
    await say(claimId, { status: 'REJECTED', lines, said, channel: 'phone', saidBy: 'Ms. Santos' })
    const { statement } = await get(claimId)
    expect(statement.sentence).toMatch(
      /^Denied after review, as Harbor Health said on 20 Mar 2026 by phone \(Ms. Santos\), recorded by .*billing key/,
    )
    expect(statement).toMatchObject({
      by: 'person',
      lastContact: { sentence: 'no contact since 20 Mar 2026' },
      reasons: [
        {
          lineNumber: 1,
          amount: 160_000,
          codes: ['CARC 96'],
          sentence: 'line 1: 1,600.00 PHP not paid, not covered (CARC 96)',
          said: 'not a benefit',
        },
      ],
    })
    const { items: listed } = (await api.call('GET', '/v1/attention-items')).body
    expect(listed).toMatchObject([
      { kind: 'claim-denied', because: expect.not.stringContaining('not a benefit'), said: 'not a benefit' },
    ])
    const { entries } = (await api.call('GET', `/v1/claims/${claimId}/timeline`)).body
    expect(entries.map((entry: { sentence?: string }) => entry.sentence)).toEqual(
      expect.arrayContaining([
        'Submitted to Harbor Health on 20 Mar 2026',
        expect.stringMatching(/^Denied after review/),
      ]),
    )
  })

  it('a draft says nothing yet', async () => {
    const lines = [{ procedureId: seeded.procedures.cleaning }]
    const made = await api.call('POST', '/v1/claims', {
      patientId: seeded.patientId,
      providerId: 'harbor-health',
      lines,
    })
    expect(made.body.statement).toBeNull()
  })
})

describe('the open rest of a claim', () => {
  const rest = (claimId: string, action: string) =>
    api.call('POST', `/v1/claims/${claimId}/settlement`, { action, reason: 'they pay no more' })
  async function paidInPart(): Promise<string> {
    const claimId = await submitted()
    await say(claimId, { status: 'APPROVED' })
    const paid = { amount: 100_000, currency: 'PHP', paidOn: '2026-03-20' }
    expect((await api.call('POST', `/v1/claims/${claimId}/payments`, paid)).status).toBe(200)
    return claimId
  }

  it.each([
    ['bill_patient', { patient: 60_000, open: 0 }, 'settled'],
    ['write_off', { writeOff: 60_000, open: 0 }, 'settled'],
    ['appeal', { open: 60_000 }, null],
  ])('%s as a whole, after a part payment', async (action, balances, closed) => {
    const claimId = await paidInPart()
    expect(await rest(claimId, action)).toMatchObject({ status: 200, body: { effect: 'applied' } })
    expect(await get(claimId)).toMatchObject({ balances, closed, lines: [{ settlement: action }] })
  })

  it('denied and open parts of one line go together', async () => {
    const claimId = await submitted()
    const lines = [{ lineNumber: 1, outcome: 'reduced', payable: 100_000 }]
    await say(claimId, { status: 'PARTIAL', lines, said: [{ text: 'benefit used up' }] })
    expect((await get(claimId)).balances).toMatchObject({ open: 100_000, denied: 60_000 })
    expect((await rest(claimId, 'write_off')).status).toBe(200)
    expect(await get(claimId)).toMatchObject({
      balances: { open: 0, denied: 0, writeOff: 160_000 },
      closed: 'settled',
    })
    expect(wordOf((await rest(claimId, 'write_off')) as never)).toBe('nothing-to-settle')
  })

  it('of a claim that is not decided is refused', async () => {
    const answer = await rest(await submitted(), 'write_off')
    expect([answer.status, wordOf(answer as never)]).toEqual([409, 'not-decided'])
  })
})
