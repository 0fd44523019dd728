import type { Minor } from '../amounts.ts'
import { type ClaimPosition, netOf } from './claimPosition.ts'
import { compact, type Entry, type LedgerAccount, move } from './ledger.ts'
import type { LineSettlement } from './lineDecision.ts'

/** An amount of a line that a person may settle, and the account in which it stands. */
export interface SettleableAmount {
  from: 'denied' | 'open' | 'other_payer'
  /** Null: the provider denied an amount of the claim as a whole. */
  lineNumber: number | null
  amount: Minor
}

const LAYERS = ['charge', 'decision', 'money', 'settlement'] as const
/** `appealed`: another claim claims the amount now, so this one no longer does. */
export type SettlementAction = LineSettlement | 'appealed'
const TARGETS: Record<Exclude<SettlementAction, 'appeal'>, LedgerAccount> = {
  bill_patient: 'patient',
  write_off: 'write_off',
  bill_other_payer: 'other_payer',
  appealed: 'charged',
}

/**
 * What can be settled of a line: what was denied of it; else, of a claim that was rejected as a
 * whole, what is still open. Null: nothing. Never more than the whole claim has there, so a payment
 * that names no line is not settled twice.
 */
export function settleable(position: ClaimPosition, lineNumber: number, rejected: boolean): SettleableAmount | null {
  const line = (account: LedgerAccount, number: number | null) => total(position, account, number)
  const denied = line('denied', lineNumber)
  if (denied > 0) return { from: 'denied', lineNumber, amount: denied }
  const open = Math.min(line('open', lineNumber), total(position, 'charged', lineNumber) * -1)
  const unplaced = Math.min(line('denied', null), open)
  if (unplaced > 0) return { from: 'denied', lineNumber: null, amount: unplaced }
  const amount = Math.min(open, total(position, 'open'))
  return rejected && amount > 0 ? { from: 'open', lineNumber, amount } : null
}

/**
 * What can be settled of a line for which another payer must be billed first (source: CARC 22): the
 * amount that stands as the other payer's. Null: nothing. Never more than the whole claim has
 * there.
 */
export function settleableOfOther(position: ClaimPosition, lineNumber: number): SettleableAmount | null {
  const line = total(position, 'other_payer', lineNumber)
  if (line > 0) return { from: 'other_payer', lineNumber, amount: line }
  const amount = Math.min(total(position, 'other_payer', null), -total(position, 'charged', lineNumber))
  return amount > 0 ? { from: 'other_payer', lineNumber: null, amount } : null
}

/**
 * A person's decision on an amount that nobody pays: it becomes the patient's, the other HMO's, or
 * the clinic's loss. That it will be appealed moves nothing, nor that the other HMO is asked for
 * what stands as its own already; when an appeal claims it, it leaves this claim.
 */
export function settlementEntries(claimId: string, what: SettleableAmount, action: SettlementAction): Entry[] {
  if (action === 'appeal' || TARGETS[action] === what.from) return []
  return move({ claimId, lineNumber: what.lineNumber }, what.from, TARGETS[action], what.amount)
}

/**
 * What must be taken back of earlier settlements when the provider says less is denied than before
 * (it pays after all, or takes all back): a settlement stands only as far as the denial that it
 * settles. `position` is the claim after the provider's new decision.
 */
export function excessSettlement(position: ClaimPosition): Entry[] {
  const { claimId, rows } = position
  const lines = new Set(rows.filter((row) => row.layer === 'settlement').map((row) => row.lineNumber))
  return compact([...lines].flatMap((lineNumber) => excessOfLine(position, claimId, lineNumber)))
}

function excessOfLine(position: ClaimPosition, claimId: string, lineNumber: number | null): Entry[] {
  // `open`: what was paid after all, and went from the patient's or the write-off back to open.
  const settled = new Map(
    (['patient', 'write_off', 'other_payer', 'charged', 'open'] as const).map((account) => [
      account,
      Math.max(0, netOf(position, 'settlement', account, lineNumber)),
    ]),
  )
  return (['denied', 'other_payer'] as const).flatMap((from) => {
    let excess = Math.max(0, -total(position, from, lineNumber))
    return [...settled].flatMap(([account, left]) => {
      if (account === from) return []
      const back = Math.min(excess, left)
      excess -= back
      settled.set(account, left - back)
      return move({ claimId, lineNumber }, account, from, back)
    })
  })
}

function total(position: ClaimPosition, account: LedgerAccount, lineNumber?: number | null): Minor {
  return LAYERS.reduce((net, layer) => net + netOf(position, layer, account, lineNumber), 0)
}
