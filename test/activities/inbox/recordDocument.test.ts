import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ingestNotices } from '../../../activities/inbox/ingestNotices.ts'
import { recordDocument } from '../../../activities/inbox/recordDocument.ts'
import { loadConnection } from '../../../activities/providerConnection.ts'
import type { Notice } from '../../../adapters/contract.ts'
import { unprocessedDocuments } from '../../../db/inbox/documents.ts'
import { insertManualNotice } from '../../../db/inbox/notices.ts'
import { postAll } from '../../../db/money/ledgerPost.ts'
import { chargeEntries } from '../../../domain/money/ledger.ts'
import { breakAt, breakNowhere } from '../../chaos/breakAt.ts'
import { type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'
import { about, type Engine, startEngine } from '../engine.ts'

const CHARGE = 160_000

let engine: Engine
beforeEach(async () => {
  engine = await startEngine()
})
afterEach(async () => {
  await sql`drop trigger if exists break_it on claim_events`.execute(engine.db.owner)
  await engine.db.close()
})

/** Claims that are charged and of which the provider has said nothing. */
async function charged(count: number): Promise<SubmittedClaim[]> {
  const { organisationId } = engine.db
  const wishes = Array.from({ length: count }, () => ({ lines: [{ charge: CHARGE }] }))
  const claims = await seedSubmitted(engine.db.owner, engine.seeded, wishes)
  const shared = { organisationId, currency: 'PHP', actor: 'hub', now: engine.now, kind: 'charge' as const }
  await engine.within((tx) =>
    postAll(
      tx,
      claims.map(({ claimId }) => ({
        posting: { ...shared, claimId, idempotencyKey: `charge:${claimId}` },
        entries: chargeEntries(claimId, [{ lineNumber: 1, charge: CHARGE }]),
      })),
    ),
  )
  return claims
}
const denied = {
  lineNumber: 1,
  outcome: 'denied' as const,
  payable: 0,
  adjustments: [{ bucket: 'denied' as const, amount: CHARGE, said: { list: 'CARC', code: 'CO-96' } }],
}
/** Acknowledged, put in review with an own number, and denied. */
const decided = (claims: SubmittedClaim[]): Notice[] =>
  claims.flatMap(({ submissionNumber, claimId }): Notice[] => {
    const references = [{ type: 'claim-number' as const, value: `HH-${claimId}` }]
    return [
      about(submissionNumber, { type: 'received' }),
      { ...about(submissionNumber, { type: 'in_review' }), references } as Notice,
      about(submissionNumber, { type: 'decided', lines: [denied] }),
    ]
  })
const payment = (claims: SubmittedClaim[], traceNumber: string): Notice => ({
  kind: 'remittance',
  remittance: balancedRemittance(
    claims.map(({ submissionNumber }) =>
      remittanceClaim({ submissionNumber, lines: [remittanceLine({ charged: CHARGE, paid: CHARGE })] }),
    ),
    { paidOn: '2026-03-20', traceNumber },
  ),
})
const states = async (claims: SubmittedClaim[]) => {
  const ids = claims.map(({ claimId }) => claimId)
  const rows = await engine.db.owner
    .selectFrom('claims')
    .select(['status', 'delivery', 'attention', 'closed_because', 'deadline_kind'])
    .where('id', 'in', ids)
    .execute()
  return [...new Set(rows.map((row) => Object.values(row).join(' ')))]
}
const wakes = async () =>
  (await engine.db.owner.selectFrom('claim_wakes').select('claim_id').execute()).map((row) => row.claim_id)
const signalled = () => engine.signalled.splice(0).sort()
const named = (claims: { claimId: string }[]) => claims.map(({ claimId }) => `claim-${claimId}`).sort()
/** Recording an event of this claim breaks, as a defect of ours would. */
const breaks = ({ claimId }: SubmittedClaim) =>
  sql`create or replace function break_it() returns trigger language plpgsql as $$ begin
    if new.claim_id = ${sql.lit(claimId)} then raise exception 'a defect'; end if; return new; end $$;
    create trigger break_it before insert on claim_events for each row execute function break_it()`.execute(
    engine.db.owner,
  )

describe('a document of many claims', () => {
  it('costs as many statements as one of few, and is recorded in one transaction without a workflow', {
    timeout: 120_000,
  }, async () => {
    const counts: number[][] = []
    for (const size of [5, 1_000]) {
      const claims = await charged(size)
      const costs: number[] = []
      for (const says of [decided(claims), [payment(claims, `EFT-${size}`)]]) {
        await engine.arrives(says)
        engine.statements()
        await engine.inbox()
        costs.push(engine.statements().length)
        expect(await states(claims)).toEqual([
          costs.length === 1 ? 'REJECTED SENT true  resubmission' : 'APPROVED SENT false settled ',
        ])
      }
      counts.push(costs)
      expect(signalled()).toEqual(named([...claims, ...claims]))
    }
    // Two more: its time limits are lifted, and its timeline is written in two parts.
    expect(counts).toEqual([
      [31, 40],
      [33, 40],
    ])
    const rows = await sql<{ events: number; numbers: number; open: number }>`
      select (select count(*)::int from claim_events) as events, (select count(*)::int from claim_references) as numbers,
        (select count(*)::int from attention_items where closed_at is null) as open`.execute(engine.db.owner)
    // Received, in review, decided; then decided and paid.
    expect(rows.rows[0]).toEqual({ events: 1_005 * 5, numbers: 1_005, open: 0 })
  })

  it('of which one breaks: that one is left to its workflow, the others are recorded', async () => {
    const claims = await charged(7)
    const [broken, ...others] = claims as [SubmittedClaim, ...SubmittedClaim[]]
    await breaks(broken)
    await engine.arrives(decided(claims))
    await engine.inbox()
    expect(await states(others)).toEqual(['REJECTED SENT true  resubmission'])
    expect(await states([broken])).toEqual(['SUBMITTED  false  '])
    expect(signalled()).toEqual(named(claims))
    await expect(engine.news(broken.claimId)).rejects.toThrow('a defect')
    await sql`drop trigger break_it on claim_events`.execute(engine.db.owner)
    expect(await engine.news(broken.claimId)).toMatchObject({ status: 'REJECTED' })
  })

  it('leaves what takes a claim back to the claim’s own turn', async () => {
    const [claim, other] = (await charged(2)) as [SubmittedClaim, SubmittedClaim]
    await engine.arrives([
      about(claim.submissionNumber, { type: 'cancelled', voided: true } as never),
      about(other.submissionNumber, { type: 'received' }),
    ])
    await engine.inbox()
    expect(await states([claim])).toEqual(['SUBMITTED  false  '])
    expect(signalled()).toEqual(named([claim, other]))
    expect(await engine.news(claim.claimId)).toMatchObject({ status: 'CANCELLED' })
  })
})

describe('a claim’s workflow', () => {
  it('is woken when what it goes by has changed, and not by what changes nothing of that', async () => {
    const [claim] = (await charged(1)) as [SubmittedClaim]
    const says = async (notice: Notice) => {
      await engine.arrives([notice])
      await engine.inbox()
      return signalled()
    }
    const { submissionNumber } = claim
    expect(await says(about(submissionNumber, { type: 'received' }))).toEqual(named([claim]))
    expect(await says(about(submissionNumber, { type: 'received' }))).toEqual([])
    expect(await says(about(submissionNumber, { type: 'forwarded' }))).toEqual([])
    const numbered = { ...about(submissionNumber, { type: 'received' }), references: [] } as Notice
    expect(await says(numbered)).toEqual([])
    expect(await says(about(submissionNumber, { type: 'documents_requested', documents: ['xray'] }))).toEqual(
      named([claim]),
    )
    const types = await engine.db.owner.selectFrom('claim_events').select('type').execute()
    expect(types).toHaveLength(5)
  })

  it('is woken when the document raised an item beside the claim’s events, though nothing else has changed', async () => {
    const [claim] = (await charged(1)) as [SubmittedClaim]
    const received = about(claim.submissionNumber, { type: 'received' })
    await engine.arrives([received])
    await engine.inbox()
    expect(signalled()).toEqual(named([claim]))
    await engine.arrives([{ ...received, correction: { memberId: 'OTHER-1' } } as Notice])
    await engine.inbox()
    expect(await engine.openItems(claim.claimId)).toEqual(['member-corrected'])
    expect(signalled()).toEqual(named([claim]))
  })

  it('is woken by the next pass when the one that recorded the claim was killed before', async () => {
    const claims = await charged(3)
    const [first] = claims as [SubmittedClaim]
    await engine.arrives(decided(claims))
    breakAt('before_claims_signal')
    await expect(engine.inbox()).rejects.toThrow('killed')
    expect(await states(claims)).toEqual(['REJECTED SENT true  resubmission'])
    expect(signalled()).toEqual([])
    expect((await wakes()).sort()).toEqual(claims.map(({ claimId }) => claimId).sort())
    breakNowhere()
    await engine.inbox()
    expect(signalled()).toEqual(named(claims))
    expect(await wakes()).toEqual([])
    expect((await engine.db.owner.selectFrom('claim_events').select('id').execute()).length).toBe(9)
    expect(await engine.news(first.claimId)).toMatchObject({ status: 'REJECTED', effects: [] })
  })
})

describe('at the same moment', () => {
  /** Takes in the document as the inbox does, in a transaction of its own. */
  async function takeIn(documentId: string, notices: Notice[]): Promise<void> {
    const { organisationId } = engine.db
    const { connectionId } = engine.seeded
    await engine.within(async (tx) => {
      const connection = await loadConnection(engine.deps, tx, organisationId, connectionId)
      const document = (await unprocessedDocuments(tx, connectionId, 100)).find(
        (each) => each.documentId === documentId,
      )
      if (document === undefined) throw new Error('no such document')
      const ingest = { deps: engine.deps, tx, connection, document }
      await recordDocument(ingest, (await ingestNotices(ingest, notices)).claimIds)
    })
  }

  it('two documents that name the same claims in other parts never wait for one another in a circle', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [first, second] = (await charged(2)) as [SubmittedClaim, SubmittedClaim]
      const says = [
        [payment([second], `EFT-${round}-2`), about(first.submissionNumber, { type: 'received' })],
        [payment([first], `EFT-${round}-1`), about(second.submissionNumber, { type: 'received' })],
      ]
      const ids = await Promise.all(says.map((notices) => engine.arrives(notices)))
      await Promise.all(ids.map((documentId, index) => takeIn(documentId, says[index] ?? [])))
      expect(await states([first, second])).toEqual(['APPROVED SENT false settled '])
    }
  })

  it('a document and a person’s act are both recorded, once', async () => {
    const { organisationId } = engine.db
    const claims = await charged(6)
    const acts = claims.map(async ({ claimId }) => {
      await engine.within((tx) =>
        insertManualNotice(tx, {
          organisationId,
          claimId,
          actor: 'Ana',
          event: { fact: { type: 'asked' }, at: engine.now.toISOString(), said: [], references: [] },
          act: { kind: 'note' },
        }),
      )
      await engine.news(claimId)
    })
    await engine.arrives(decided(claims))
    await Promise.all([engine.inbox(), engine.inbox(), ...acts])
    for (const { claimId } of claims) await engine.news(claimId)
    expect(await states(claims)).toEqual(['REJECTED SENT true  resubmission'])
    const rows = await engine.db.owner.selectFrom('claim_events').select(['claim_id', 'type']).execute()
    expect(rows).toHaveLength(6 * 4)
    expect(new Set(rows.map(({ claim_id, type }) => `${claim_id} ${type}`)).size).toBe(6 * 4)
  })
})
