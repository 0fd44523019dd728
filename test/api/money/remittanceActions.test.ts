import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeDocument } from '../../../db/inbox/documents.ts'
import { type PostedRemittance, postRemittance } from '../../../db/money/remittances.ts'
import type { Remittance } from '../../../domain/money/remittance.ts'
import type { Kind } from '../../../domain/worklist/itemContents.ts'
import { newId } from '../../../platform/ids.ts'
import { type ClaimsApi, startClaimsApi } from '../../support/claimsApi.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

let db: TestDatabase
let seeded: Seeded
let api: ClaimsApi
beforeAll(async () => {
  db = await testDatabase()
  seeded = await seedClaims(db.owner, db.organisationId)
  api = await startClaimsApi(db)
})
afterAll(async () => {
  await api.close()
  await db.close()
})

const stored = () =>
  db.databases.within(db.organisationId, async (tx) => {
    const document = await storeDocument(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      channel: 'push',
      dedupeKey: randomUUID(),
      head: {},
      mediaType: null,
      body: Buffer.from('x'),
      now: NOW,
    })
    await tx.updateTable('documents').set({ processed_at: NOW, outcome: 'remittance quarantined' }).execute()
    return document.documentId
  })
const arrive = (remittance: Remittance, documentId: string | null = null): Promise<PostedRemittance> =>
  db.databases.within(db.organisationId, (tx) =>
    postRemittance(tx, {
      organisationId: db.organisationId,
      connectionId: seeded.connectionId,
      documentId,
      sequence: 0,
      remittance,
      contentSha256: Buffer.from(JSON.stringify(remittance)),
      now: NOW,
      mode: 'production',
    }),
  )
const paying = (paid: number, over: Partial<Remittance> = {}) =>
  balancedRemittance([remittanceClaim({ submissionNumber: 'GARBLED', itemised: false, paid })], {
    traceNumber: `EFT-${newId()}`,
    ...over,
  })
const act = (remittanceId: string, name: string, body: Record<string, unknown>) =>
  api.call('POST', `/v1/remittances/${remittanceId}/${name}`, body)
const get = async (remittanceId: string) => (await api.call('GET', `/v1/remittances/${remittanceId}`)).body
const openItems = async (remittanceId: string, kind: Kind) =>
  db.owner
    .selectFrom('attention_items')
    .select(['because'])
    .where('remittance_id', '=', remittanceId)
    .where('kind', '=', kind)
    .where('closed_at', 'is', null)
    .execute()
const ledgerOf = async (remittanceId: string) => {
  const rows = await db.owner
    .selectFrom('ledger_entries')
    .select(['account', ({ fn }) => fn.sum<string>('amount').as('amount')])
    .where('remittance_id', '=', remittanceId)
    .groupBy('account')
    .execute()
  return Object.fromEntries(rows.map(({ account, amount }) => [account, Number(amount)]))
}
const problem = (type: string) => ({ body: { type: `https://claimhub.example/problems/${type}` } })
const audits = async (remittanceId: string) =>
  (
    await db.owner
      .selectFrom('audit_log')
      .select(['action', 'actor', 'detail'])
      .where('subject', '=', `remittance ${remittanceId}`)
      .orderBy('id')
      .execute()
  ).map(({ action, detail }) => [action, detail])

describe('a quarantined remittance', () => {
  const broken = () => arrive(paying(500, { amount: 499 }))

  it('is laid aside for the corrected one, with the reason, and leaves the worklist', async () => {
    const { remittanceId } = await broken()
    expect(await openItems(remittanceId, 'remittance-quarantined')).toHaveLength(1)
    const corrected = await arrive(paying(500))
    const done = await act(remittanceId, 'supersede', {
      byRemittanceId: corrected.remittanceId,
      reason: 'they sent it again',
    })
    expect(done).toMatchObject({ status: 200, body: { state: 'superseded' } })
    expect(await get(remittanceId)).toMatchObject({
      state: 'superseded',
      supersededBy: corrected.remittanceId,
      money: null,
    })
    expect(await openItems(remittanceId, 'remittance-quarantined')).toEqual([])
    expect(await ledgerOf(remittanceId)).toEqual({})
    expect(await audits(remittanceId)).toEqual([
      ['remittance.supersede', { byRemittanceId: corrected.remittanceId, reason: 'they sent it again' }],
    ])
    expect(await act(remittanceId, 'reread', { reason: 'x' })).toMatchObject(problem('remittance-not-quarantined'))
  })

  it('is not laid aside for one that is not there, is in quarantine itself, or is the same', async () => {
    const { remittanceId } = await broken()
    const other = await broken()
    for (const byRemittanceId of [newId(), other.remittanceId, remittanceId])
      expect(await act(remittanceId, 'supersede', { byRemittanceId, reason: 'x' })).toMatchObject(
        problem('cannot-supersede'),
      )
    expect(await act(newId(), 'supersede', { byRemittanceId: remittanceId, reason: 'x' })).toMatchObject({
      status: 404,
    })
    const { remittanceId: posted } = await arrive(paying(500))
    expect(await act(posted, 'supersede', { byRemittanceId: remittanceId, reason: 'x' })).toMatchObject(
      problem('remittance-not-quarantined'),
    )
    expect(await openItems(remittanceId, 'remittance-quarantined')).toHaveLength(1)
  })

  it('read again goes back before its inbox; what balances now is posted, once', async () => {
    const documentId = await stored()
    const misread = paying(500, { amount: 499 })
    const { remittanceId } = await arrive(misread, documentId)
    expect(await act(remittanceId, 'reread', { reason: 'the adapter reads the fee now' })).toMatchObject({
      status: 202,
    })
    const waiting = () =>
      db.owner.selectFrom('documents').select('processed_at').where('id', '=', documentId).executeTakeFirstOrThrow()
    expect(await waiting()).toEqual({ processed_at: null })
    // The old reading again: still in quarantine, one item.
    expect(await arrive(misread, documentId)).toMatchObject({ state: 'quarantined', remittanceId })
    expect(await openItems(remittanceId, 'remittance-quarantined')).toHaveLength(1)
    // The mended one.
    const read = { ...misread, amount: 500 }
    expect(await arrive(read, documentId)).toMatchObject({ state: 'posted', remittanceId })
    expect(await arrive(read, documentId)).toMatchObject({ state: 'posted', remittanceId })
    expect(await openItems(remittanceId, 'remittance-quarantined')).toEqual([])
    expect(await get(remittanceId)).toMatchObject({
      state: 'posted',
      amount: 500,
      problem: null,
      lines: [{ paid: 500 }],
    })
    expect(await ledgerOf(remittanceId)).toEqual({ remitted: -500, suspense: 500 })
    expect(await audits(remittanceId)).toMatchObject([['remittance.reread', { documentId }]])
  })

  it('that was posted from another document meanwhile is a duplicate, and posts nothing', async () => {
    const documentId = await stored()
    const read = paying(700)
    const { remittanceId } = await arrive({ ...read, amount: 699 }, documentId)
    const other = await arrive(read)
    expect(other.state).toBe('posted')
    expect(await arrive(read, documentId)).toMatchObject({ state: 'duplicate', remittanceId })
    expect(await get(remittanceId)).toMatchObject({ state: 'duplicate', duplicateOf: other.remittanceId })
    expect(await ledgerOf(remittanceId)).toEqual({})
  })
})

describe('quarantined copies and releases (M12)', () => {
  const broken = (over: Partial<Remittance> = {}) => paying(500, { amount: 300, ...over })

  it('two copies are two items: superseding one leaves the other', async () => {
    const remittance = broken()
    const [one, two] = [await arrive(remittance), await arrive(remittance)]
    const corrected = await arrive({ ...remittance, amount: 500 })
    const by = { byRemittanceId: corrected.remittanceId, reason: 'they sent it again' }
    expect(await act(one.remittanceId, 'supersede', by)).toMatchObject({ status: 200 })
    expect(await openItems(one.remittanceId, 'remittance-quarantined')).toEqual([])
    expect(await openItems(two.remittanceId, 'remittance-quarantined')).toHaveLength(1)
  })

  it('something unrelated takes the place of none, unless somebody says why', async () => {
    const { remittanceId } = await arrive(broken())
    const other = remittanceClaim({ submissionNumber: 'ANOTHERNUMBER000', itemised: false, paid: 3 })
    const { remittanceId: byRemittanceId } = await arrive(
      balancedRemittance([other], { traceNumber: `EFT-${newId()}`, payer: '12345' }),
    )
    const refused = await act(remittanceId, 'supersede', { byRemittanceId, reason: 'x' })
    expect(refused).toMatchObject(problem('cannot-supersede'))
    expect(refused.body.detail).toContain('no number, no claim, and not payer and amount in common')
    expect(await openItems(remittanceId, 'remittance-quarantined')).toHaveLength(1)
    const unrelated = 'the HMO renumbered the claim'
    expect(await act(remittanceId, 'supersede', { byRemittanceId, reason: 'x', unrelated })).toMatchObject({
      status: 200,
    })
    expect(await audits(remittanceId)).toEqual([['remittance.supersede', { byRemittanceId, reason: 'x', unrelated }]])
  })

  it.each<[string, (remittance: Remittance) => Remittance]>([
    [
      'the number',
      (remittance) => ({
        ...paying(3),
        traceNumber: ` ${remittance.traceNumber.toLowerCase()}`,
        claims: [],
        amount: 0,
      }),
    ],
    ['a claim', () => paying(3)],
    [
      'payer and amount',
      (remittance) => ({
        ...paying(300),
        claims: [{ ...claimOf(paying(300)), submissionNumber: 'OTHER' }],
        amount: remittance.amount,
      }),
    ],
  ])('what has %s in common may take its place', async (_name, correct) => {
    const remittance = broken()
    const { remittanceId } = await arrive(remittance)
    const corrected = await arrive(correct(remittance))
    expect(corrected.state).toBe('posted')
    const by = { byRemittanceId: corrected.remittanceId, reason: 'x' }
    expect(await act(remittanceId, 'supersede', by)).toMatchObject({ status: 200 })
  })

  it('released: the claims post, and the difference waits in suspense as a line of its own', async () => {
    const remittance = broken()
    const { remittanceId } = await arrive(remittance)
    const released = await act(remittanceId, 'release', { reason: 'the bank got 300; they look for the rest' })
    expect(released).toMatchObject({ status: 200, body: { state: 'posted' } })
    expect(await ledgerOf(remittanceId)).toEqual({ remitted: -300, suspense: 300 })
    expect(await get(remittanceId)).toMatchObject({
      state: 'posted',
      problem: null,
      money: { allocated: 0, suspense: 300, providerAdjustments: 0 },
      lines: [
        { paid: 500, suspended: true, submissionNumber: 'GARBLED' },
        { paid: -200, suspended: true, kind: 'reversal', submissionNumber: null },
      ],
    })
    expect(await openItems(remittanceId, 'remittance-quarantined')).toEqual([])
    expect(await openItems(remittanceId, 'suspense')).toHaveLength(2)
    expect(await audits(remittanceId)).toEqual([
      ['remittance.release', { reason: 'the bank got 300; they look for the rest' }],
    ])
    expect(await act(remittanceId, 'release', { reason: 'x' })).toMatchObject(problem('remittance-not-quarantined'))
  })

  it('released: a claim whose reasons don’t add up is only paid', async () => {
    const line = remittanceLine({ charged: 500, paid: 400, adjustments: { contractual: 99 } })
    const itemised = remittanceClaim({ submissionNumber: 'GARBLED', lines: [line] })
    const { remittanceId } = await arrive(balancedRemittance([itemised], { traceNumber: `EFT-${newId()}` }))
    await act(remittanceId, 'release', { reason: 'one cent off since they changed their system' })
    expect(await get(remittanceId)).toMatchObject({
      state: 'posted',
      lines: [{ paid: 400, lines: [], adjustments: [] }],
      money: { suspense: 400 },
    })
  })

  it.each<[string, Partial<Remittance>]>([
    ['another currency', { currency: 'USD', amount: 500 }],
    ['amounts beyond all counting', { amount: 2 ** 52 }],
  ])('%s is never released', async (_name, over) => {
    const { remittanceId } = await arrive(paying(500, over))
    expect(await act(remittanceId, 'release', { reason: 'x' })).toMatchObject(problem('cannot-release'))
    expect(await openItems(remittanceId, 'remittance-quarantined')).toHaveLength(1)
  })

  function claimOf({ claims: [claim] }: Remittance) {
    if (claim === undefined) throw new Error('no claim')
    return claim
  }
})

describe('what came to the bank (F11)', () => {
  const received = (remittanceId: string, amount: number, over: Record<string, unknown> = {}) =>
    act(remittanceId, 'bank-receipt', { amount, currency: 'PHP', receivedOn: '2026-03-19', ...over })

  it('equal: settled, nothing on the worklist', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    expect(await get(remittanceId)).toMatchObject({ bank: null })
    expect(await received(remittanceId, 10_000, { reference: 'BK-1' })).toMatchObject({
      status: 200,
      body: { received: 10_000, bankFee: 0, open: 0, awaitingRest: false },
    })
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([])
    expect(await ledgerOf(remittanceId)).toMatchObject({ bank: 10_000, in_transit: -10_000 })
  })

  it('less: open until somebody says that the bank kept it, which the ledger knows then', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    await received(remittanceId, 9_950)
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([
      {
        because: expect.stringMatching(
          /^Remittance EFT-\S+: 99\.50 PHP came to the bank of 100\.00 PHP, 0\.50 PHP missing; say why$/,
        ),
      },
    ])
    const said = await act(remittanceId, 'bank-difference', { explanation: 'bank_fee', reason: 'wire fee' })
    expect(said.body).toEqual({
      received: 9_950,
      bankFee: 50,
      withheldTax: 0,
      open: 0,
      awaitingRest: false,
      entries: [
        expect.objectContaining({ kind: 'received', amount: 9_950, undoes: null }),
        expect.objectContaining({ kind: 'bank_fee', amount: 50, undoes: null }),
      ],
    })
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([])
    expect(await ledgerOf(remittanceId)).toMatchObject({ bank: 9_950, bank_fee: 50, in_transit: -10_000 })
    expect(await audits(remittanceId)).toEqual([
      ['remittance.bank-difference', { explanation: 'bank_fee', amount: 50, reason: 'wire fee' }],
    ])
    expect(await act(remittanceId, 'bank-difference', { explanation: 'bank_fee', reason: 'x' })).toMatchObject(
      problem('no-difference'),
    )
  })

  it('M14: withheld as tax, with its certificate, is no fee', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    await received(remittanceId, 9_800)
    const words = { explanation: 'withheld_tax', reason: '2 % at source', certificate: '2307-88' }
    const said = await act(remittanceId, 'bank-difference', words)
    expect(said.body).toEqual({
      received: 9_800,
      bankFee: 0,
      withheldTax: 200,
      open: 0,
      awaitingRest: false,
      entries: [
        expect.objectContaining({ kind: 'received', amount: 9_800 }),
        expect.objectContaining({ kind: 'withheld_tax', amount: 200, reference: '2307-88' }),
      ],
    })
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([])
    expect(await ledgerOf(remittanceId)).toMatchObject({ bank: 9_800, withheld_tax: 200, in_transit: -10_000 })
  })

  it('in parts: the rest is awaited, and what comes then is compared again', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    await received(remittanceId, 6_000)
    const awaited = await act(remittanceId, 'bank-difference', {
      explanation: 'awaiting_rest',
      reason: 'two transfers',
    })
    expect(awaited.body).toEqual({
      received: 6_000,
      bankFee: 0,
      withheldTax: 0,
      open: 4_000,
      awaitingRest: true,
      entries: [expect.objectContaining({ kind: 'received' }), expect.objectContaining({ kind: 'awaiting_rest' })],
    })
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([])
    expect((await received(remittanceId, 3_000)).body).toMatchObject({ open: 1_000, awaitingRest: false })
    expect(await openItems(remittanceId, 'bank-difference')).toMatchObject([
      { because: expect.stringContaining('10.00 PHP missing') },
    ])
    expect((await received(remittanceId, 1_000)).body).toMatchObject({ received: 10_000, open: 0 })
    expect(await openItems(remittanceId, 'bank-difference')).toEqual([])
    expect(await get(remittanceId)).toMatchObject({ bank: { received: 10_000, open: 0 } })
  })

  it('more: no fee explains it', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    expect((await received(remittanceId, 10_100)).body).toMatchObject({ open: -100 })
    expect(await act(remittanceId, 'bank-difference', { explanation: 'bank_fee', reason: 'x' })).toMatchObject(
      problem('no-difference'),
    )
    expect(await openItems(remittanceId, 'bank-difference')).toMatchObject([
      { because: expect.stringContaining('1.00 PHP too much') },
    ])
  })

  it('is refused for what is not in the ledger, in another currency, or from the future', async () => {
    const { remittanceId } = await arrive(paying(10_000))
    const { remittanceId: quarantined } = await arrive(paying(500, { amount: 499 }))
    expect(await received(quarantined, 499)).toMatchObject(problem('remittance-not-posted'))
    expect(await received(remittanceId, 10_000, { currency: 'USD' })).toMatchObject(problem('wrong-currency'))
    expect(await received(remittanceId, 10_000, { receivedOn: '2026-03-21' })).toMatchObject(problem('wrong-date'))
    expect(await received(remittanceId, 0)).toMatchObject({ status: 422 })
    expect(await received(newId(), 1)).toMatchObject({ status: 404 })
    expect(await get(remittanceId)).toMatchObject({ bank: null })
  })
})
