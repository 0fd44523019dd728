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
import type { Fact } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import { DECLARATION } from '../support/claimsApi.ts'
import { NOW, type Seeded } from '../support/claimsSeed.ts'
import type { TestDatabase } from '../support/database.ts'
import { seedSubmitted } from '../support/moneySeed.ts'
import { balancedRemittance, remittanceClaim } from '../support/remittances.ts'
import type { Act, Money } from './rules.ts'

/** One claim of the real engine, without HTTP and Temporal: acts and their recording are the product's own. */
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

interface Done {
  noticeIds: string[]
  key: string
}

export async function claimUnderTest(db: TestDatabase, seeded: Seeded, charges: number[]): Promise<ClaimUnderTest> {
  const { organisationId } = db
  const [made] = await seedSubmitted(db.owner, seeded, [
    { lines: charges.map((charge) => ({ charge })), status: 'DRAFT' },
  ])
  if (made === undefined) throw new Error('no claim')
  const { claimId, submissionNumber } = made
  const deps = depsOf(db)
  const within = <T>(work: (tx: Tx) => Promise<T>) => db.databases.within(organisationId, work)
  const on = { organisationId, claimId, currency: 'PHP', actor: 'Ana', now: NOW }
  const record = () => recordNotices(deps, { organisationId, claimId, providerId: 'harbor-health' }, [])
  const note = (tx: Tx, fact: Fact, act: Record<string, unknown>) =>
    insertManualNotice(tx, {
      organisationId,
      claimId,
      actor: 'Ana',
      event: { fact, at: NOW.toISOString(), said: [], references: [] },
      act,
    })
  const done = new Map<Act, Done>()

  await within(async (tx) => {
    await postCharge(tx, { ...on, lines: charges.map((charge, index) => ({ lineNumber: index + 1, charge })) })
    await tx
      .updateTable('claims')
      .set({ state: JSON.stringify({ lineCount: charges.length }) })
      .where('id', '=', claimId)
      .execute()
    await note(tx, { type: 'submitted' }, {})
  })
  await record()

  async function perform(tx: Tx, act: Act): Promise<Done | null> {
    const key = newId()
    switch (act.kind) {
      case 'approve':
      case 'deny': {
        const status = act.kind === 'approve' ? ('APPROVED' as const) : ('REJECTED' as const)
        return { key, noticeIds: [await note(tx, { type: 'status_by_hand', status, lines: [] }, { kind: 'status' })] }
      }
      case 'decide': {
        const charge = charges[act.line - 1] ?? 0
        const denied = charge - act.payable - act.contractual - act.patient
        const adjustments = Object.entries({ contractual: act.contractual, patient: act.patient, denied })
          .filter(([, amount]) => amount > 0)
          .map(([bucket, amount]) => ({ bucket: bucket as 'denied', amount, said: {} }))
        const outcome =
          denied === 0 ? ('approved' as const) : act.payable === 0 ? ('denied' as const) : ('reduced' as const)
        const lines = [{ lineNumber: act.line, outcome, payable: act.payable, adjustments }]
        return {
          key,
          noticeIds: [await note(tx, { type: 'status_by_hand', status: 'PARTIAL', lines }, { kind: 'status' })],
        }
      }
      case 'pay':
      case 'pay-line':
        return pays(tx, act, key)
      case 'take-back': {
        const claim = {
          submissionNumber,
          kind: 'reversal' as const,
          itemised: false,
          paid: -act.amount,
          charged: -act.amount,
        }
        const remittance = balancedRemittance([remittanceClaim(claim)], { traceNumber: key, paidOn: '2026-03-20' })
        const arrived = { connectionId: seeded.connectionId, documentId: null, sequence: 0, remittance }
        const content = { contentSha256: Buffer.from(randomUUID()), mode: 'production' as const }
        await postRemittance(tx, { ...on, ...arrived, ...content })
        return { key, noticeIds: [] }
      }
      case 'settle': {
        const posting = `settlement:${key}`
        const { line: lineNumber, action } = act
        const amount = await postSettlement(tx, { ...on, lineNumber, action, rejected: false, idempotencyKey: posting })
        if (amount === null) return null
        const kept = { kind: 'settlement', posting }
        const settled = await note(tx, { type: 'line_settled', lineNumber, action, amount }, kept)
        await note(tx, await moneyPostedFact(tx, organisationId, claimId), kept)
        return { key, noticeIds: [settled] }
      }
      case 'refund':
      case 'credit': {
        const what = { action: act.kind }
        const moved = await moveOverpayment(tx, { ...on, amount: act.amount, what, reason: 'as agreed' })
        return moved.kind === 'refused' ? null : { key, noticeIds: moved.claims.flatMap((each) => each.noticeIds) }
      }
    }
  }

  async function pays(tx: Tx, act: Extract<Act, { kind: 'pay' | 'pay-line' }>, key: string): Promise<Done | null> {
    const charge = act.kind === 'pay' ? 0 : (charges[act.line - 1] ?? 0)
    const itemised = () => {
      if (act.kind === 'pay') return {}
      const { line: lineNumber, paid, contractual } = act
      const reasons = { contractual, denied: charge - paid - contractual }
      const adjustments = Object.entries(reasons)
        .filter(([, amount]) => amount > 0)
        .map(([bucket, amount]) => ({ bucket: bucket as 'denied', amount, said: {} }))
      return { lines: [{ lineNumber, paid, adjustments }] }
    }
    const amount = act.kind === 'pay' ? act.amount : act.paid
    const paid = await recordManualPayment(tx, {
      ...on,
      amount,
      paidOn: '2026-03-20',
      idempotencyKey: key,
      ...itemised(),
    })
    return paid.kind === 'refused' ? null : { key, noticeIds: paid.noticeIds }
  }

  return {
    does: async (act) => {
      const result = await within((tx) => perform(tx, act))
      if (result === null) return false
      done.set(act, result)
      await record()
      return true
    },
    repeats: async (act) => {
      const before = done.get(act)
      if (before === undefined || (act.kind !== 'pay' && act.kind !== 'pay-line')) return
      await within((tx) => pays(tx, act, before.key))
      await record()
    },
    undoes: async (act) => {
      const noticeId = done.get(act)?.noticeIds.at(-1) ?? ''
      const undone = await within(async (tx) => {
        const { id: eventId } = await tx
          .selectFrom('claim_events')
          .select('id')
          .where('notice_id', '=', noticeId)
          .executeTakeFirstOrThrow()
        return undoAct(tx, { organisationId, claimId, eventId, actor: 'Ana', reason: 'by mistake', now: NOW })
      })
      if (undone.kind === 'refused') return undone.type
      await record()
      return 'undone'
    },
    money: () =>
      within(async (tx) => {
        const { charged, open, paid, contractual, patient, denied, writeOff } = await balancesOf(
          tx,
          organisationId,
          claimId,
        )
        return { charged, open, paid, contractual, patient, denied, writeOff }
      }),
    row: () =>
      within(async (tx) => {
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
      }),
  }
}

function depsOf(db: TestDatabase): Deps {
  const clock = { scale: 1, now: () => NOW, realMsUntil: (at: Date) => Math.max(0, at.getTime() - NOW.getTime()) }
  const adapterOf = () => ({ declaration: DECLARATION }) as unknown as ProviderAdapter
  const parts = { databases: db.databases, clock, adapterOf, failpoint: () => undefined, timings: {} }
  return { ...parts, log: { error: () => undefined } } as unknown as Deps
}
