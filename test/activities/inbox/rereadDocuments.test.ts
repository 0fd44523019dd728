import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type RereadWish, rereadDocuments } from '../../../activities/upkeep/rereadDocuments.ts'
import type { Notice } from '../../../adapters/contract.ts'
import { askToRereadDocument } from '../../../db/inbox/rereadDocument.ts'
import { newId } from '../../../platform/ids.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'
import { about, type Engine, type Submitted, startEngine } from '../engine.ts'

/** What the cleaning of the seed costs. */
const CHARGE = 160_000

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(() => engine.db.close())

const CODES = { cleaning: 'D1110', filling: 'D2392' }
const sent = async (procedure: 'cleaning' | 'filling' = 'cleaning') => {
  const sending = await engine.submitted(procedure)
  await engine.deliver(sending)
  return { ...sending, code: CODES[procedure] }
}
const paying = (
  { submissionNumber, code }: Submitted & { code: string },
  paid = CHARGE,
  traceNumber = `EFT-${newId()}`,
) => {
  const lines = [remittanceLine({ code, charged: CHARGE, paid })]
  const claim =
    paid === CHARGE
      ? remittanceClaim({ submissionNumber, lines })
      : remittanceClaim({ submissionNumber, charged: CHARGE, paid, itemised: false })
  return {
    kind: 'remittance' as const,
    remittance: balancedRemittance([claim], {
      traceNumber,
      paidOn: '2026-03-20',
    }),
  }
}
/** The adapter was mended: of every document it says this now. */
const mended = (says: Notice[]) => {
  const adapter = engine.deps.adapterOf('harbor-health')
  engine.deps.adapterOf = () => ({ ...adapter, decode: () => says })
}
const reread = async (documentId: string) => {
  const act = { organisationId: engine.db.organisationId, documentId, actor: 'Ana', reason: 'x', now: engine.now }
  expect(await engine.within((tx) => askToRereadDocument(tx, act))).toMatchObject({ kind: 'reread' })
  while ((await engine.inbox()).left);
}
const remittances = async () =>
  (await engine.db.owner.selectFrom('remittances').select(['state', 'amount']).orderBy('id').execute()).map(
    ({ state, amount }) => [state, Number(amount)],
  )
const ledgerRows = async () =>
  (
    await engine.db.owner
      .selectFrom('ledger_entries')
      .select('account')
      .where('remittance_id', 'is not', null)
      .execute()
  ).length

describe('a document that is read again after its adapter was mended', () => {
  it('and was broken: the claim hears, the money is posted once, the item leaves the worklist', async () => {
    const sending = await sent()
    const documentId = await engine.arrives('boom')
    while ((await engine.inbox()).left);
    expect(await engine.openItems()).toEqual(['unreadable-document'])
    mended([about(sending.submissionNumber, { type: 'received' }), paying(sending)])
    await reread(documentId)
    expect(await engine.news(sending.claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await remittances()).toEqual([['posted', CHARGE]])
    expect(await engine.openItems()).toEqual([])
  })

  it('and is still broken: the same one item', async () => {
    const documentId = await engine.arrives('boom')
    while ((await engine.inbox()).left);
    await reread(documentId)
    expect(await engine.openItems()).toEqual(['unreadable-document'])
  })

  it('and was read in part: what could not be read is taken in, what was is not taken in twice, though all places shift', async () => {
    const [first, second] = [await sent(), await sent('filling')]
    const heard = about(second.submissionNumber, { type: 'received' })
    const posted = paying(second)
    const documentId = await engine.arrives([{ kind: 'unreadable', because: 'half a segment' }, heard, posted])
    await engine.inbox()
    await engine.news(second.claimId)
    const before = await ledgerRows()
    expect(await remittances()).toEqual([['posted', CHARGE]])
    mended([about(first.submissionNumber, { type: 'received' }), paying(first), heard, posted])
    await reread(documentId)
    expect(await engine.news(first.claimId)).toMatchObject({ status: 'APPROVED', closed: 'settled' })
    expect(await remittances()).toEqual([
      ['posted', CHARGE],
      ['posted', CHARGE],
    ])
    expect(await ledgerRows()).toBe(2 * before)
    const notices = await engine.db.owner
      .selectFrom('notices')
      .select('claim_id')
      .where('source', '=', 'provider')
      .execute()
    expect(notices.filter(({ claim_id }) => claim_id === second.claimId)).toHaveLength(1)
    // The filling was charged at more than the document says.
    expect(await engine.openItems()).toEqual(['charge-differs'])
  })

  it('and says something else of money that is in the ledger: nothing is posted, a person looks', async () => {
    const sending = await sent()
    const traceNumber = `EFT-${newId()}`
    const documentId = await engine.arrives([
      paying(sending, CHARGE - 500, traceNumber),
      { kind: 'unreadable', because: 'half a segment' },
    ])
    await engine.inbox()
    const before = await ledgerRows()
    mended([paying(sending, CHARGE, traceNumber)])
    await reread(documentId)
    expect(await remittances()).toEqual([['posted', CHARGE - 500]])
    expect(await ledgerRows()).toBe(before)
    expect(await engine.openItems()).toContain('remittance-reads-otherwise')
  })
})

describe('all documents that the worklist calls unreadable', () => {
  const wish = (more: Partial<RereadWish> = {}): RereadWish => ({
    actor: 'operator',
    reason: 'mended',
    adapterId: null,
    connectionId: null,
    dryRun: false,
    ...more,
  })
  const rereadAll = async (more: Partial<RereadWish> = {}) => {
    const { databases } = engine.db
    const report = await rereadDocuments({ ...engine.deps, databases }, wish(more))
    while ((await engine.inbox()).left);
    return report
  }

  it('are read again by one act: broken and unreadable ones, posted once; what a person has closed stays', async () => {
    const [first, second] = [await sent(), await sent('filling')]
    const broken = await engine.arrives('boom')
    const unreadable = await engine.arrives([{ kind: 'unreadable', because: 'half a segment' }])
    const closed = await engine.arrives('boom', 'by hand')
    while ((await engine.inbox()).left);
    await engine.db.owner
      .updateTable('attention_items')
      .set({ closed_at: engine.now, closed_by: 'Ana' })
      .where('document_id', '=', closed)
      .execute()
    const says = [paying(first), paying(second)]
    mended(says)
    const seen = await rereadAll({ dryRun: true })
    expect(seen.documents.map(({ documentId }) => documentId)).toEqual([broken, unreadable])
    expect(seen.reread).toBe(0)
    expect((await rereadAll({ adapterId: 'another' })).documents).toEqual([])
    expect((await rereadAll({ connectionId: newId() })).documents).toEqual([])
    expect(await remittances()).toEqual([])

    expect(await rereadAll({ adapterId: seen.documents[0]?.adapterId ?? '' })).toMatchObject({
      reread: 2,
      failures: [],
    })
    expect(engine.signalled).toContain(`inbox-${engine.seeded.connectionId}`)
    // Both documents say the same two payments now.
    expect((await remittances()).filter(([state]) => state === 'posted')).toEqual([
      ['posted', CHARGE],
      ['posted', CHARGE],
    ])
    const audited = await engine.db.owner.selectFrom('audit_log').select(['actor', 'action']).execute()
    expect(audited).toEqual(Array(2).fill({ actor: 'operator', action: 'document.reread' }))
    expect((await rereadAll()).documents).toEqual([])
  })
})
