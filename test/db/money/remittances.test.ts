import { createHash } from 'node:crypto'
import { type KyselyPlugin, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Tx } from '../../../db/connect.ts'
import { rememberReferences } from '../../../db/inbox/matchClaims.ts'
import { balancesOf, postDecision } from '../../../db/money/ledger.ts'
import { post } from '../../../db/money/ledgerPost.ts'
import { type PostedRemittance, postRemittance } from '../../../db/money/remittances.ts'
import { openSuspense } from '../../../db/money/suspense.ts'
import { chargeEntries } from '../../../domain/money/ledger.ts'
import type { Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import { newId } from '../../../platform/ids.ts'
import { NOW, type Seeded, seedClaims } from '../../support/claimsSeed.ts'
import { type TestDatabase, testDatabase } from '../../support/database.ts'
import { type ClaimWish, type SubmittedClaim, seedSubmitted } from '../../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim, remittanceLine } from '../../support/remittances.ts'

let database: TestDatabase
let seeded: Seeded
let trace = 0

beforeAll(async () => {
  database = await testDatabase()
  seeded = await seedClaims(database.owner, database.organisationId)
})
afterAll(() => database.close())
beforeEach(() => {
  trace += 1
})

const within = <T>(work: (tx: Tx) => Promise<T>) => database.databases.within(database.organisationId, work)

/** Charged claims with one line of 100 each, unless wished otherwise. */
async function charged(...wishes: Partial<ClaimWish>[]): Promise<SubmittedClaim[]> {
  const whole = wishes.map((wish) => ({ lines: [{ charge: 100 }], ...wish }))
  const claims = await seedSubmitted(database.owner, seeded, whole)
  const entries = claims.flatMap(({ claimId }, index) => {
    const lines = (whole[index]?.lines ?? []).map(({ charge }, line) => ({ lineNumber: line + 1, charge }))
    return chargeEntries(claimId, lines)
  })
  const header = { organisationId: database.organisationId, currency: 'PHP', actor: 'test', now: NOW }
  await within((tx) => post(tx, { ...header, kind: 'charge', idempotencyKey: newId() }, entries))
  return claims
}

/** A document that came in: news of it is stored once. */
async function document(): Promise<string> {
  const id = newId()
  await database.owner
    .insertInto('documents')
    .values({
      organisation_id: database.organisationId,
      id,
      connection_id: seeded.connectionId,
      direction: 'in',
      channel: 'push',
      dedupe_key: id,
      head: '{}',
      body: Buffer.from('x'),
      sha256: Buffer.from('x'),
      received_at: NOW,
    })
    .execute()
  return id
}

interface Arrival {
  documentId?: string
  sequence?: number
  mode?: 'test' | 'production'
  now?: Date
}

async function arrive(remittance: Remittance, arrival: Arrival = {}): Promise<PostedRemittance> {
  const documentId = arrival.documentId ?? (await document())
  return within((tx) =>
    postRemittance(tx, {
      organisationId: database.organisationId,
      connectionId: seeded.connectionId,
      documentId,
      sequence: arrival.sequence ?? 0,
      remittance,
      contentSha256: createHash('sha256').update(JSON.stringify(remittance)).digest(),
      now: arrival.now ?? NOW,
      mode: arrival.mode ?? 'production',
    }),
  )
}

const payment = (claims: RemittanceClaim[], over: Partial<Remittance> = {}) =>
  balancedRemittance(claims, { traceNumber: `EFT-${trace}`, ...over })
const paidFor = ({ submissionNumber }: SubmittedClaim, paid: number): RemittanceClaim =>
  remittanceClaim({ submissionNumber, itemised: false, paid })
const eobFor = ({ submissionNumber }: SubmittedClaim, paid = 80): RemittanceClaim =>
  remittanceClaim({
    submissionNumber,
    references: [{ type: 'claim-number', value: `HMO-${submissionNumber}` }],
    lines: [remittanceLine({ charged: 100, paid, adjustments: { contractual: 95 - paid, patient: 5 } })],
  })
const balances = ({ claimId }: SubmittedClaim) => within((tx) => balancesOf(tx, database.organisationId, claimId))
const itemsAbout = async (remittanceId: string) =>
  database.owner
    .selectFrom('attention_items')
    .select(['kind', 'claim_id', 'because', 'closed_at'])
    .where('remittance_id', '=', remittanceId)
    .orderBy('kind')
    .execute()
const noticesOf = async ({ claimId }: SubmittedClaim) =>
  database.owner
    .selectFrom('notices')
    .select(['sequence', 'event', 'source', 'submission_id', 'document_id', 'remittance_id'])
    .where('claim_id', '=', claimId)
    .orderBy('sequence')
    .execute()
/** Nothing may ever leave the books unbalanced, whatever a test did before. */
async function booksBalance(): Promise<void> {
  const { rows } = await sql<{ off: number }>`
    select sum(amount)::bigint as off from ledger_entries group by transaction_id having sum(amount) <> 0
    union all select sum(amount)::bigint from ledger_entries
      where account in ('remitted', 'allocated', 'suspense', 'provider_adjustment') group by remittance_id having sum(amount) <> 0
    union all select sum(amount)::bigint from ledger_entries where claim_id is not null and account <> 'allocated'
      group by claim_id having sum(amount) <> 0`.execute(database.owner)
  expect(rows).toEqual([])
}

describe('a remittance', () => {
  it('for several claims is posted whole, with its news for each', async () => {
    const claims = await charged({}, {}, {})
    const [first, second, third] = claims as [SubmittedClaim, SubmittedClaim, SubmittedClaim]
    const remittance = payment([eobFor(first), eobFor(second, 95), paidFor(third, 40)], {
      providerAdjustments: [{ reason: { code: 'WO' }, reference: 'r', amount: 15 }],
    })
    const documentId = await document()
    const posted = await arrive(remittance, { documentId, sequence: 7 })
    expect(posted).toMatchObject({ state: 'posted' })
    expect(new Set(posted.claims.map(({ claimId }) => claimId))).toEqual(new Set(claims.map(({ claimId }) => claimId)))
    expect(await balances(first)).toMatchObject({
      open: 0,
      paid: 80,
      contractual: 15,
      patient: 5,
      paymentStatus: 'PAID',
    })
    expect(await balances(third)).toMatchObject({ open: 60, paid: 40, paymentStatus: 'PART_PAID' })
    const news = await noticesOf(second)
    expect(news).toMatchObject([
      {
        sequence: 9,
        source: 'ledger',
        document_id: documentId,
        remittance_id: posted.remittanceId,
        submission_id: second.submissionId,
        event: {
          fact: { type: 'decided', posted: true, lines: [{ lineNumber: 1, outcome: 'approved', payable: 95 }] },
        },
      },
      {
        sequence: 10,
        event: {
          at: '2026-03-15T23:59:59.999Z',
          fact: { type: 'money_posted', payment: 'PAID', paid: 95, openAmount: 0, deniedAmount: 0, reversal: false },
          references: [{ type: 'claim-number', value: `HMO-${second.submissionNumber}` }],
        },
      },
    ])
    expect((await noticesOf(third)).map(({ event }) => event.fact.type)).toEqual(['money_posted'])
    expect(await itemsAbout(posted.remittanceId)).toEqual([])
    await booksBalance()
  })

  it('takes back what a decision posted before it says the same itself', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const on = {
      organisationId: database.organisationId,
      claimId: claim.claimId,
      currency: 'PHP',
      actor: 'x',
      now: NOW,
    }
    const adjustments = [{ bucket: 'contractual' as const, amount: 20, said: {} }]
    const lines = [{ lineNumber: 1, outcome: 'approved' as const, payable: 80, adjustments }]
    await within((tx) => postDecision(tx, { ...on, lines, idempotencyKey: newId() }))
    await arrive(payment([eobFor(claim)]))
    expect(await balances(claim)).toMatchObject({ open: 0, paid: 80, contractual: 15, patient: 5 })
    await booksBalance()
  })

  it('says its own time only when it is not in the future', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    await arrive(payment([paidFor(claim, 100)], { paidOn: '2026-03-20' }))
    expect((await noticesOf(claim)).map(({ event }) => event.at)).toEqual([NOW.toISOString()])
  })

  it('F4 may pay too much, take back, and correct', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    await arrive(payment([paidFor(claim, 130)]))
    expect(await balances(claim)).toMatchObject({ open: -30, paymentStatus: 'OVERPAID' })
    const back = remittanceClaim({
      submissionNumber: claim.submissionNumber,
      kind: 'reversal',
      itemised: false,
      paid: -130,
    })
    const posted = await arrive(payment([back], { traceNumber: `EFT-${trace}-back` }))
    expect(posted.state).toBe('posted')
    expect(await balances(claim)).toMatchObject({ open: 100, paid: 0, paymentStatus: 'UNPAID' })
    const news = await noticesOf(claim)
    expect(news.map(({ event }) => event.fact)).toMatchObject([
      { type: 'money_posted', payment: 'OVERPAID', reversal: false },
      { type: 'money_posted', payment: 'UNPAID', reversal: true },
    ])
    await booksBalance()
  })
})

describe('a remittance that comes again', () => {
  it('in the same place of the same document answers as before and adds nothing', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const documentId = await document()
    const remittance = payment([eobFor(claim)])
    const first = await arrive(remittance, { documentId })
    expect(await arrive(remittance, { documentId })).toEqual(first)
    expect(await balances(claim)).toMatchObject({ paid: 80 })
    expect(await noticesOf(claim)).toHaveLength(2)
  })

  it('in another document is a duplicate and posts nothing (F1)', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const remittance = payment([eobFor(claim)])
    await arrive(remittance)
    expect(await arrive(remittance)).toMatchObject({ state: 'duplicate', claims: [] })
    expect(await balances(claim)).toMatchObject({ paid: 80 })
    expect(await noticesOf(claim)).toHaveLength(2)
  })

  it('twice at the same moment is posted once (F1)', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const remittance = payment([eobFor(claim)])
    const states = (await Promise.all([1, 2, 3, 4].map(() => arrive(remittance)))).map(({ state }) => state)
    expect(states.sort()).toEqual(['duplicate', 'duplicate', 'duplicate', 'posted'])
    expect(await balances(claim)).toMatchObject({ paid: 80 })
  })

  it('with the same number but another amount is posted and flagged (F2)', async () => {
    const [first, second] = (await charged({}, {})) as [SubmittedClaim, SubmittedClaim]
    await arrive(payment([paidFor(first, 100)]))
    const posted = await arrive(payment([paidFor(second, 99)]))
    expect(posted.state).toBe('posted')
    expect(await balances(second)).toMatchObject({ paid: 99 })
    expect(await itemsAbout(posted.remittanceId)).toMatchObject([{ kind: 'remittance-same-trace' }])
  })
})

describe('a remittance that cannot be trusted', () => {
  it.each<[string, (remittance: Remittance) => void, object]>([
    [
      'a line is one cent off',
      (remittance) => {
        const adjustment = remittance.claims[1]?.lines[0]?.adjustments[0]
        if (adjustment) adjustment.amount += 1
      },
      { rule: 'line-balance', where: 'claim 2, line 1', difference: 1 },
    ],
    [
      'the payment is one cent off',
      (remittance) => {
        remittance.amount -= 1
      },
      { rule: 'payment-balance', where: 'the payment as a whole', difference: -1 },
    ],
    [
      'it is in another currency',
      (remittance) => {
        remittance.currency = 'USD'
      },
      { rule: 'currency', where: 'USD instead of PHP' },
    ],
  ])('is quarantined whole with rule and place when %s', async (_name, spoil, problem) => {
    const [first, second] = (await charged({}, {})) as [SubmittedClaim, SubmittedClaim]
    const remittance = payment([eobFor(first), eobFor(second)])
    spoil(remittance)
    const documentId = await document()
    const quarantined = await arrive(remittance, { documentId })
    expect(quarantined).toMatchObject({ state: 'quarantined', problem, claims: [] })
    expect(await arrive(remittance, { documentId })).toEqual(quarantined)
    expect(await balances(first)).toMatchObject({ paid: 0, open: 100 })
    expect(await noticesOf(first)).toEqual([])
    const items = await itemsAbout(quarantined.remittanceId)
    expect(items).toMatchObject([{ kind: 'remittance-quarantined' }])
    expect(items[0]?.because).toContain((problem as { where: string }).where)
    const row = await database.owner
      .selectFrom('remittances')
      .select(['state', 'problem'])
      .where('id', '=', quarantined.remittanceId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'quarantined', problem })
  })
})

describe('money that finds no claim', () => {
  it('goes to suspense, named on the worklist, and the other claims are posted (F7)', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const stranger = remittanceClaim({ submissionNumber: 'NOSUCHNUMBER0000', itemised: false, paid: 33 })
    const posted = await arrive(payment([stranger, paidFor(claim, 100)]))
    expect(posted).toMatchObject({ state: 'posted', claims: [{ claimId: claim.claimId }] })
    const items = await itemsAbout(posted.remittanceId)
    expect(items).toMatchObject([{ kind: 'suspense', claim_id: null }])
    expect(items[0]?.because).toContain('NOSUCHNUMBER0000')
    expect(items[0]?.because).toContain('0.33 PHP')
    const suspense = await within((tx) =>
      openSuspense(tx, { organisationId: database.organisationId, after: null, limit: 500 }),
    )
    expect(suspense.filter(({ remittanceId }) => remittanceId === posted.remittanceId)).toMatchObject([
      { sequence: 0, paid: 33, submissionNumber: 'NOSUCHNUMBER0000' },
    ])
    await booksBalance()
  })

  it('never goes to a claim in another currency, nor to one of two that share a reference', async () => {
    const [dollars, first, second] = (await charged({ currency: 'USD' }, {}, {})) as [
      SubmittedClaim,
      SubmittedClaim,
      SubmittedClaim,
    ]
    for (const { claimId } of [first, second]) {
      await within((tx) =>
        rememberReferences(
          tx,
          database.organisationId,
          [
            {
              connectionId: seeded.connectionId,
              claimId,
              submissionId: null,
              references: [{ type: 'claim-number', value: 'SHARED-1' }],
            },
          ],
          NOW,
        ),
      )
    }
    const shared = remittanceClaim({
      references: [{ type: 'claim-number', value: 'SHARED-1' }],
      itemised: false,
      paid: 9,
    })
    const inDollars = await arrive(payment([paidFor(dollars, 10)]))
    expect(inDollars.claims).toEqual([])
    expect((await itemsAbout(inDollars.remittanceId)).map(({ kind }) => kind)).toEqual(['suspense'])
    const posted = await arrive(payment([paidFor(dollars, 10), shared], { traceNumber: `EFT-${trace}-2` }))
    expect(posted).toMatchObject({ state: 'quarantined', problem: { rule: 'claim-evidence', where: 'claim 2' } })
    expect((await itemsAbout(posted.remittanceId)).map(({ kind }) => kind)).toEqual(['match-in-doubt'])
    expect(await balances(first)).toMatchObject({ paid: 0 })
    await booksBalance()
  })

  it('is also a reversal of what was never posted (F5)', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const back = remittanceClaim({
      submissionNumber: claim.submissionNumber,
      kind: 'reversal',
      itemised: false,
      paid: -80,
    })
    const posted = await arrive(payment([back]))
    expect(posted).toMatchObject({ state: 'posted', claims: [] })
    expect(await balances(claim)).toMatchObject({ paid: 0, open: 100 })
    const [item] = await itemsAbout(posted.remittanceId)
    expect(item).toMatchObject({ kind: 'suspense' })
    expect(item?.because).toContain('never posted')
    await booksBalance()
  })
})

describe('a remittance for a claim that', () => {
  it.each(['CANCELLED', 'REJECTED'] as const)(
    'F12 is %s is booked all the same, and a person sees it',
    async (status) => {
      const [claim] = (await charged({ status })) as [SubmittedClaim]
      const posted = await arrive(payment([paidFor(claim, 60)]))
      expect(posted).toMatchObject({ state: 'posted', claims: [{ claimId: claim.claimId }] })
      expect(await balances(claim)).toMatchObject({ paid: 60 })
      expect(await itemsAbout(posted.remittanceId)).toMatchObject([
        { kind: 'money-on-ended-claim', claim_id: claim.claimId },
      ])
      const row = await database.owner
        .selectFrom('claims')
        .select('attention')
        .where('id', '=', claim.claimId)
        .executeTakeFirstOrThrow()
      expect(row.attention).toBe(true)
    },
  )

  it('they say is not theirs posts nothing, but the claim hears it', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const foreign = remittanceClaim({
      submissionNumber: claim.submissionNumber,
      kind: 'not_ours',
      charged: 100,
      paid: 0,
    })
    const posted = await arrive(payment([foreign]))
    expect(posted).toMatchObject({ state: 'posted', claims: [{ claimId: claim.claimId }] })
    expect((await noticesOf(claim)).map(({ event }) => event.fact)).toEqual([{ type: 'other' }])
    expect(await balances(claim)).toMatchObject({ open: 100, paid: 0 })
  })

  it('is on a test connection tells the decision and leaves the ledger alone', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const posted = await arrive(payment([eobFor(claim)]), { mode: 'test' })
    expect(posted).toMatchObject({ state: 'test', claims: [{ claimId: claim.claimId }] })
    expect(await balances(claim)).toMatchObject({ open: 100, paid: 0, contractual: 0 })
    expect((await noticesOf(claim)).map(({ event }) => event.fact.type)).toEqual(['decided'])
  })
})

describe('many remittances', () => {
  it('for the same claims at the same moment add up', async () => {
    const claims = await charged({}, {}, {})
    const orders = [claims, [...claims].reverse(), claims, [...claims].reverse()]
    await Promise.all(
      orders.map((order, index) =>
        arrive(
          payment(
            order.map((claim) => paidFor(claim, 25)),
            { traceNumber: `EFT-${trace}-${index}` },
          ),
        ),
      ),
    )
    for (const claim of claims)
      expect(await balances(claim)).toMatchObject({ paid: 100, open: 0, paymentStatus: 'PAID' })
    await booksBalance()
  })

  it('for one claim at the same moment take its decision back once; what decides again (K2) waits for a person (F9)', async () => {
    const [claim] = (await charged({})) as [SubmittedClaim]
    const on = {
      organisationId: database.organisationId,
      claimId: claim.claimId,
      currency: 'PHP',
      actor: 'x',
      now: NOW,
    }
    const adjustments = [{ bucket: 'contractual' as const, amount: 20, said: {} }]
    const lines = [{ lineNumber: 1, outcome: 'approved' as const, payable: 80, adjustments }]
    await within((tx) => postDecision(tx, { ...on, lines, idempotencyKey: newId() }))
    const take = (tx: Tx, traceNumber: string) =>
      postRemittance(tx, {
        organisationId: database.organisationId,
        connectionId: seeded.connectionId,
        documentId: null,
        sequence: 0,
        remittance: payment([eobFor(claim)], { traceNumber }),
        contentSha256: Buffer.from(traceNumber),
        now: NOW,
        mode: 'production',
      })
    let second: Promise<PostedRemittance> | undefined
    await within(async (tx) => {
      await take(tx, `EFT-${trace}-a`)
      second = within((other) => take(other, `EFT-${trace}-b`))
      await Promise.race([second, somebodyWaits()])
    })
    await second
    expect(await balances(claim)).toMatchObject({ paid: 80, contractual: 15, patient: 5, open: 0 })
    await booksBalance()
  })

  it('cost statements by size, not by claim', async () => {
    const claims = await charged(...Array.from({ length: 1_500 }, () => ({})))
    const [single] = (await charged({})) as [SubmittedClaim]
    const statements = async (remittance: Remittance) => {
      const documentId = await document()
      let count = 0
      const counter: KyselyPlugin = {
        transformQuery: ({ node }) => {
          count += 1
          return node
        },
        transformResult: async ({ result }) => result,
      }
      await within((tx) =>
        postRemittance(tx.withPlugin(counter) as Tx, {
          organisationId: database.organisationId,
          connectionId: seeded.connectionId,
          documentId,
          sequence: 0,
          remittance,
          contentSha256: Buffer.from(remittance.traceNumber),
          now: NOW,
          mode: 'production',
        }),
      )
      return count
    }
    const one = await statements(payment([eobFor(single)], { traceNumber: `EFT-${trace}-one` }))
    const many = await statements(
      payment(
        claims.map((claim) => eobFor(claim)),
        { traceNumber: `EFT-${trace}-many` },
      ),
    )
    expect(one).toBe(13)
    expect(many).toBeLessThanOrEqual(20)
    expect(await balances(claims.at(-1) ?? single)).toMatchObject({ open: 0, paid: 80, paymentStatus: 'PAID' })
    await booksBalance()
  })
})

/** Ends when a session of this database waits for a lock. */
async function somebodyWaits(): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      database.owner,
    )
    if (rows.length > 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
