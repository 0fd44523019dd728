import { type Minor, sum } from '../amounts.ts'
import type { Entry, LedgerAccount, LedgerKind } from './ledger.ts'

/** A ledger transaction as one claim sees it: its entries on that claim, without `allocated`. */
export interface PostedOnClaim {
  kind: LedgerKind
  /** It takes the charge of a cancelled or replaced claim back, with what was decided of it. */
  withdrawal: boolean
  entries: Pick<Entry, 'account' | 'amount' | 'lineNumber'>[]
}

/**
 * True when the later transaction was computed from what the earlier one posted, so that the
 * earlier can't be taken back alone. Money that only pays stands beside decisions and other money;
 * reasons of a line are what the next decision or settlement of that line is the difference to; and
 * what was done by how much the claim was paid too much stands on all that made it so.
 */
export function standsOn(later: PostedOnClaim, earlier: PostedOnClaim): boolean {
  if (later.withdrawal) return isDecision(earlier.kind) || earlier.kind === 'settlement'
  if (of(later, 'paid') < 0 && of(earlier, 'paid') > 0) return true
  if (byOverpayment(later) && moves(earlier, 'open')) return true
  // A bill that the earlier money took back would have been taken back by this money.
  if (of(later, 'paid') > 0 && earlier.kind === 'settlement' && moves(earlier, 'open')) return true
  if (onlyMoney(later) || onlyMoney(earlier) || !sameLines(later, earlier)) return false
  switch (later.kind) {
    case 'decision':
      return earlier.kind !== 'settlement'
    case 'reversal':
      return isDecision(earlier.kind)
    case 'settlement':
      return true
    case 'charge':
    case 'payment':
    case 'remittance':
    case 'adjustment':
    case 'bank_receipt':
    case 'refund':
    case 'offset':
    case 'credit':
    case 'transfer':
      return false
  }
}

/**
 * Money that left because it was too much, a bill taken back, and the open rest that was settled.
 */
function byOverpayment(later: PostedOnClaim): boolean {
  switch (later.kind) {
    case 'refund':
    case 'offset':
    case 'credit':
      return true
    case 'settlement':
      return moves(later, 'open')
    default:
      return false
  }
}

function moves({ entries }: PostedOnClaim, account: LedgerAccount): boolean {
  return entries.some((entry) => entry.account === account && entry.amount !== 0)
}

function isDecision(kind: LedgerKind): boolean {
  return kind === 'decision' || kind === 'reversal'
}

function onlyMoney({ entries }: PostedOnClaim): boolean {
  return entries.every(({ account }) => account === 'open' || account === 'paid')
}

function of({ entries }: PostedOnClaim, account: LedgerAccount): Minor {
  return sum(entries.map((entry) => (entry.account === account ? entry.amount : 0)))
}

/** What is said of the claim as a whole is said of each line. */
function sameLines(later: PostedOnClaim, earlier: PostedOnClaim): boolean {
  const lines = new Set(earlier.entries.map(({ lineNumber }) => lineNumber))
  return lines.has(null) || later.entries.some(({ lineNumber }) => lineNumber === null || lines.has(lineNumber))
}
