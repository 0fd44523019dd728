import type { Minor } from '../amounts.ts'
import type { PaymentStatus } from '../claim.ts'
import { ADJUSTMENT_BUCKETS } from './lineDecision.ts'

/**
 * The chart of accounts; the database admits these and no others. A claim of 100, of which 80
 * are paid, 15 contractual and 5 the patient's: `charged` −100, `open` 0, `paid` 80, `contractual`
 * 15, `patient` 5. Every transaction sums to zero, on the claim's side and on the remittance's side
 * (`remitted`, `allocated`, `suspense`, `provider_adjustment`, `credit`) each.
 */
export const ACCOUNTS = [
  'charged',
  'open',
  'paid',
  ...ADJUSTMENT_BUCKETS,
  'write_off',
  'taken_back',
  'remitted',
  'allocated',
  'suspense',
  'provider_adjustment',
  'bank',
  'in_transit',
  'credit',
] as const
export type LedgerAccount = (typeof ACCOUNTS)[number]

/**
 * What moved the amounts of a ledger transaction. `reversal` takes back what decisions posted.
 * `refund`, `offset`, `credit`, `transfer`: a person says where money goes that was paid beyond the
 * claim.
 */
export type LedgerKind =
  | 'charge'
  | 'decision'
  | 'payment'
  | 'remittance'
  | 'settlement'
  | 'adjustment'
  | 'reversal'
  | 'bank_receipt'
  | 'refund'
  | 'offset'
  | 'credit'
  | 'transfer'

/**
 * One line of a ledger transaction. `allocated` names its claim too, the rest of a remittance's
 * side doesn't.
 */
export interface Entry {
  account: LedgerAccount
  amount: Minor
  claimId: string | null
  /** Null: the claim as a whole. */
  lineNumber: number | null
}

/**
 * Where a claim's money stands, in the claim's currency. `charged` is the positive amount of the
 * charge.
 */
export interface ClaimBalances {
  charged: Minor
  /** Not yet explained by a payment or an adjustment. Negative: overpaid. */
  open: Minor
  paid: Minor
  contractual: Minor
  patient: Minor
  otherPayer: Minor
  /** Denied or reduced, and nobody has said yet what becomes of it. */
  denied: Minor
  withheldTax: Minor
  discount: Minor
  bankFee: Minor
  writeOff: Minor
  takenBack: Minor
  paymentStatus: PaymentStatus
}

/**
 * Adds up a claim's entries. The remittance's own side (`allocated` and the like) says nothing
 * about the claim.
 */
export function claimBalances(entries: Iterable<Pick<Entry, 'account' | 'amount'>>): ClaimBalances {
  const totals = new Map<LedgerAccount, Minor>()
  for (const { account, amount } of entries) totals.set(account, (totals.get(account) ?? 0) + amount)
  const of = (account: LedgerAccount) => totals.get(account) ?? 0
  const balances = {
    charged: negated(of('charged')),
    open: of('open'),
    paid: of('paid'),
    contractual: of('contractual'),
    patient: of('patient'),
    otherPayer: of('other_payer'),
    denied: of('denied'),
    withheldTax: of('withheld_tax'),
    discount: of('discount'),
    bankFee: of('bank_fee'),
    writeOff: of('write_off'),
    takenBack: of('taken_back'),
  }
  return { ...balances, paymentStatus: paymentStatus(balances) }
}

/**
 * PAID only when nothing is open and no denied amount is waiting for a person's decision; a claim
 * that nothing was paid for stays UNPAID.
 */
export function paymentStatus({ open, paid, denied }: Pick<ClaimBalances, 'open' | 'paid' | 'denied'>): PaymentStatus {
  if (open < 0) return 'OVERPAID'
  if (paid <= 0) return 'UNPAID'
  return open === 0 && denied === 0 ? 'PAID' : 'PART_PAID'
}

/** What the clinic charges, line by line, when the claim is submitted. */
export function chargeEntries(claimId: string, lines: { lineNumber: number; charge: Minor }[]): Entry[] {
  return compact(lines.flatMap(({ lineNumber, charge }) => move({ claimId, lineNumber }, 'charged', 'open', charge)))
}

/**
 * Two entries that move an amount from one account of a claim to another. A negative amount moves
 * back.
 */
export function move(
  { claimId, lineNumber }: { claimId: string; lineNumber: number | null },
  from: LedgerAccount,
  to: LedgerAccount,
  amount: Minor,
): [Entry, Entry] {
  return [
    { account: from, amount: negated(amount), claimId, lineNumber },
    { account: to, amount, claimId, lineNumber },
  ]
}

/**
 * An ordinary set of entries that takes others back: nothing in the ledger is ever changed or
 * deleted.
 */
export function reversalOf(entries: Entry[]): Entry[] {
  return entries.map((entry) => ({ ...entry, amount: negated(entry.amount) }))
}

/**
 * One entry per claim, line and account, none of them zero, in the order in which they first came.
 */
export function compact(entries: Entry[]): Entry[] {
  const merged = new Map<string, Entry>()
  for (const entry of entries) {
    const key = `${entry.claimId}/${entry.lineNumber}/${entry.account}`
    const before = merged.get(key)
    merged.set(key, before === undefined ? entry : { ...before, amount: before.amount + entry.amount })
  }
  return [...merged.values()].filter(({ amount }) => amount !== 0)
}

/** Never −0, which JSON and SQL don't know. */
export function negated(amount: Minor): Minor {
  return amount === 0 ? 0 : -amount
}
