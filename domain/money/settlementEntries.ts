import type { Minor } from '../amounts.ts'
import { type ClaimPosition, netOf } from './claimPosition.ts'
import { compact, type Entry, type LedgerAccount, move } from './ledger.ts'
import type { LineSettlement } from './lineDecision.ts'

/** An amount of a line that a person may settle, and the account in which it stands. */
export interface SettleableAmount {
  from: 'denied' | 'open'
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
 * A person's decision on a denied amount: it becomes the patient's, or the clinic's loss. That it
 * will be appealed moves nothing; when an appeal claims it, it leaves this claim.
 */
export function settlementEntries(claimId: string, what: SettleableAmount, action: SettlementAction): Entry[] {
  return action === 'appeal'
    ? []
    : move({ claimId, lineNumber: what.lineNumber }, what.from, TARGETS[action], what.amount)
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
  let excess = Math.max(0, -total(position, 'denied', lineNumber))
  // `open`: what was paid after all, and went from the patient's or the write-off back to open.
  return (['patient', 'write_off', 'charged', 'open'] as const).flatMap((account) => {
    const back = Math.min(excess, Math.max(0, netOf(position, 'settlement', account, lineNumber)))
    excess -= back
    return move({ claimId, lineNumber }, account, 'denied', back)
  })
}

function total(position: ClaimPosition, account: LedgerAccount, lineNumber?: number | null): Minor {
  return LAYERS.reduce((net, layer) => net + netOf(position, layer, account, lineNumber), 0)
}
