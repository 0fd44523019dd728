import { randomUUID } from 'node:crypto'
import { recordNotices } from '../../activities/claims/recordNotices.ts'
import type { Deps } from '../../activities/deps.ts'
import type { ProviderAdapter } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import { insertManualNotice } from '../../db/inbox/notices.ts'
import { balancesOf, moneyPostedFact, postCharge, postSettlement } from '../../db/money/ledger.ts'
import { moveOverpayment } from '../../db/money/overpayment.ts'
import { recordManualPayment } from '../../db/money/payments.ts'
import { postRemittance } from '../../db/money/remittances.ts'
import { undoAct } from '../../db/money/undo/undoAct.ts'
import { sum } from '../../domain/amounts.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { Adjustment, LineDecision } from '../../domain/money/lineDecision.ts'
import { newId } from '../../platform/ids.ts'
import { DECLARATION } from '../support/claimsApi.ts'
import { NOW, type Seeded } from '../support/claimsSeed.ts'
import type { TestDatabase } from '../support/database.ts'
import { seedSubmitted } from '../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim } from '../support/remittances.ts'
import type { Act, Money } from './rules.ts'

/**
 * One claim of the real engine, without HTTP and Temporal: acts and their recording are the
 * product's own.
 */
export interface ClaimUnderTest {
  /** Does an act; false when the product refuses it. */
  does(act: Act): Promise<boolean>
  /** The same payment with the same key, said again. */
  repeats(act: Act): Promise<void>
  /** Undoes an act that was done; the problem's type when it is refused. */
  undoes(act: Act): Promise<'undone' | string>
  money(): Promise<Money>
  /** The claim's row beside its ledger: they must say the same. */
  row(): Promise<{
    status: string
    closed: string | null
    payment: string
    open: number
    denied: number
    lines: unknown[]
  }>
}

/** What an act left behind: the notice that names it, and the key by which it may be said again. */
interface Done {
  key: string
  noticeId: string
}

interface Parts {
  db: TestDatabase
  connectionId: string
  claimId: string
  submissionNumber: string
  charges: number[]
}

export async function claimUnderTest(db: TestDatabase, seeded: Seeded, charges: number[]): Promise<ClaimUnderTest> {
  const { organisationId } = db
  const lines = charges.map((charge) => ({ charge }))
  const [made] = await seedSubmitted(db.owner, seeded, [{ lines, status: 'DRAFT' }])
  if (made === undefined) throw new Error('no claim')
  const { claimId, submissionNumber } = made
  const parts: Parts = { db, connectionId: seeded.connectionId, claimId, submissionNumber, charges }
  const deps = depsOf(db)
  const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(organisationId, work)
  const record = () => recordNotices(deps, { organisationId, claimId, providerId: 'harbor-health' }, [])
  const done = new Map<Act, Done>()
  await within((tx) => submitted(tx, parts))
  await record()
  return {
    does: async (act) => {
      const result = await within((tx) => perform(tx, parts, act))
      if (result !== null) done.set(act, result)
      await record()
      return result !== null
    },
    repeats: async (act) => {
      const before = done.get(act)
      if (before === undefined || (act.kind !== 'pay' && act.kind !== 'pay-line')) return
      await within((tx) => pays(tx, parts, act, before.key))
      await record()
    },
    undoes: async (act) => {
      const undone = await within((tx) => undo(tx, parts, done.get(act)?.noticeId ?? ''))
      await record()
      return undone
    },
    money: () => within((tx) => moneyOf(tx, parts)),
    row: () => within((tx) => rowOf(tx, claimId)),
  }
}

function onClaim({ db, claimId }: Parts) {
  return { organisationId: db.organisationId, claimId, currency: 'PHP', actor: 'Ana', now: NOW }
}

function note(tx: Tx, { db, claimId }: Parts, fact: Fact, act: Record<string, unknown>): Promise<string> {
  const event = { fact, at: NOW.toISOString(), said: [], references: [] }
  return insertManualNotice(tx, { organisationId: db.organisationId, claimId, actor: 'Ana', event, act })
}

async function submitted(tx: Tx, parts: Parts): Promise<void> {
  const { charges, claimId } = parts
  const lines = charges.map((charge, index) => ({ lineNumber: index + 1, charge }))
  await postCharge(tx, { ...onClaim(parts), lines })
  const state = JSON.stringify({ lineCount: charges.length })
  await tx.updateTable('claims').set({ state }).where('id', '=', claimId).execute()
  await note(tx, parts, { type: 'submitted' }, {})
}

async function perform(tx: Tx, parts: Parts, act: Act): Promise<Done | null> {
  const key = newId()
  switch (act.kind) {
    case 'approve':
    case 'deny': {
      const status = act.kind === 'approve' ? ('APPROVED' as const) : ('REJECTED' as const)
      return { key, noticeId: await note(tx, parts, { type: 'status_by_hand', status, lines: [] }, { kind: 'status' }) }
    }
    case 'decide': {
      const fact = { type: 'status_by_hand' as const, status: 'PARTIAL' as const, lines: [decisionOf(parts, act)] }
      return { key, noticeId: await note(tx, parts, fact, { kind: 'status' }) }
    }
    case 'pay':
    case 'pay-line':
      return pays(tx, parts, act, key)
    case 'take-back':
      await takesBack(tx, parts, act.amount)
      return { key, noticeId: '' }
    case 'settle':
      return settles(tx, parts, act, key)
    case 'refund':
    case 'credit': {
      const wish = { ...onClaim(parts), amount: act.amount, what: { action: act.kind }, reason: 'as agreed' }
      const moved = await moveOverpayment(tx, wish)
      return moved.kind === 'refused' ? null : { key, noticeId: moved.claims[0]?.noticeIds[0] ?? '' }
    }
  }
}

function decisionOf({ charges }: Parts, act: Extract<Act, { kind: 'decide' }>): LineDecision {
  const { line: lineNumber, payable, contractual, patient } = act
  const denied = (charges[lineNumber - 1] ?? 0) - payable - contractual - patient
  const outcome = denied === 0 ? 'approved' : payable === 0 ? 'denied' : 'reduced'
  return { lineNumber, outcome, payable, adjustments: reasons({ contractual, patient, denied }) }
}

function reasons(amounts: Partial<Record<Adjustment['bucket'], number>>): Adjustment[] {
  const buckets = ['contractual', 'patient', 'denied'] as const
  return buckets.flatMap((bucket) => {
    const amount = amounts[bucket] ?? 0
    return amount === 0 ? [] : [{ bucket, amount, said: {} }]
  })
}

type Paying = Extract<Act, { kind: 'pay' | 'pay-line' }>

async function pays(tx: Tx, parts: Parts, act: Paying, key: string): Promise<Done | null> {
  const amount = act.kind === 'pay' ? act.amount : act.paid
  const own = { ...onClaim(parts), amount, paidOn: '2026-03-20', otherMoney: 'each act is a check of its own' }
  const payment = { ...own, idempotencyKey: key, ...linesOf(parts, act) }
  const paid = await recordManualPayment(tx, payment)
  return paid.kind === 'refused' ? null : { key, noticeId: paid.noticeIds.at(-1) ?? '' }
}

function linesOf({ charges }: Parts, act: Paying) {
  if (act.kind === 'pay') return {}
  const { line: lineNumber, paid, contractual } = act
  const denied = (charges[lineNumber - 1] ?? 0) - paid - contractual
  return { lines: [{ lineNumber, paid, adjustments: reasons({ contractual, denied }) }] }
}

async function takesBack(tx: Tx, parts: Parts, amount: number): Promise<void> {
  const { submissionNumber, connectionId, charges } = parts
  const kind = 'reversal' as const
  const claim = remittanceClaim({ submissionNumber, kind, itemised: false, paid: -amount, charged: -sum(charges) })
  const remittance = balancedRemittance([claim], { traceNumber: newId(), paidOn: '2026-03-20' })
  const arrived = { ...onClaim(parts), connectionId, documentId: null, sequence: 0, remittance }
  await postRemittance(tx, { ...arrived, contentSha256: Buffer.from(randomUUID()), mode: 'production' })
}

async function settles(tx: Tx, parts: Parts, act: Extract<Act, { kind: 'settle' }>, key: string): Promise<Done | null> {
  const posting = `settlement:${key}`
  const { line: lineNumber, action } = act
  const settlement = { ...onClaim(parts), lineNumber, action, rejected: false, idempotencyKey: posting }
  const amount = await postSettlement(tx, settlement)
  if (amount === null) return null
  const kept = { kind: 'settlement', posting }
  const noticeId = await note(tx, parts, { type: 'line_settled', lineNumber, action, amount }, kept)
  await note(tx, parts, await moneyPostedFact(tx, parts.db.organisationId, parts.claimId), kept)
  return { key, noticeId }
}

async function undo(tx: Tx, { db, claimId }: Parts, noticeId: string): Promise<string> {
  const event = tx.selectFrom('claim_events').select('id').where('notice_id', '=', noticeId)
  const { id: eventId } = await event.executeTakeFirstOrThrow()
  const { organisationId } = db
  const undone = await undoAct(tx, { organisationId, claimId, eventId, actor: 'Ana', reason: 'by mistake', now: NOW })
  return undone.kind === 'refused' ? undone.type : 'undone'
}

async function moneyOf(tx: Tx, { db, claimId }: Parts): Promise<Money> {
  const balances = await balancesOf(tx, db.organisationId, claimId)
  const { charged, open, paid, contractual, patient, denied, writeOff } = balances
  return { charged, open, paid, contractual, patient, denied, writeOff }
}

async function rowOf(tx: Tx, claimId: string) {
  const claim = await tx.selectFrom('claims').selectAll().where('id', '=', claimId).executeTakeFirstOrThrow()
  const lines = await tx
    .selectFrom('claim_lines')
    .select(['decision', 'payable', 'adjustments', 'settlement'])
    .where('claim_id', '=', claimId)
    .orderBy('line_number')
    .execute()
  const { openAmount, deniedAmount } = claim.state as { openAmount: number; deniedAmount: number }
  const { status, closed_because: closed, payment_status: payment } = claim
  return { status, closed, payment, open: openAmount, denied: deniedAmount, lines }
}

function depsOf(db: TestDatabase): Deps {
  const clock = { scale: 1, now: () => NOW, realMsUntil: (at: Date) => Math.max(0, at.getTime() - NOW.getTime()) }
  const adapterOf = () => ({ declaration: DECLARATION }) as unknown as ProviderAdapter
  const parts = { databases: db.databases, clock, adapterOf, timings: {} }
  return { ...parts, log: { error: () => undefined } } as unknown as Deps
}
