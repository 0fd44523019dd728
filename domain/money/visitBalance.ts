import { type Minor, sum } from '../amounts.ts'
import type { LedgerAccount } from './ledger.ts'

/**
 * A procedure of the visit; `claimed` is its line on a live claim (submitted, neither cancelled nor
 * replaced), if there is one.
 */
export interface BilledProcedure {
  /** The clinic's own price for it. */
  fee: Minor
  claimed: { amount: Minor } | null
}

/**
 * A submitted claim that has procedures of the visit, with its ledger. A claim may have lines of
 * other visits too.
 */
export interface VisitClaim {
  /**
   * False: cancelled or replaced. Its charge and reasons count no more, money that was paid for it
   * does: it is still here.
   */
  live: boolean
  decided: boolean
  lines: { lineNumber: number; amount: Minor; ofVisit: boolean }[]
  /** Net by line and account; line null is the claim as a whole. */
  entries: { lineNumber: number | null; account: LedgerAccount; amount: Minor }[]
}

/**
 * What the visit is worth and who has paid or owes what of it, minor units of the visit's currency.
 */
export interface VisitBalance {
  /** Fees; of claimed procedures the claimed amount. */
  fees: Minor
  /** What of the fees is on no claim: the patient's from the start. */
  unclaimed: Minor
  /** What the patient has paid already. */
  receipts: Minor
  /** What the HMO paid, also for claims that were cancelled or replaced since. */
  paid: Minor
  contractual: Minor
  /** Withheld tax, discounts, bank fees and write-offs: the clinic's loss, not the patient's. */
  givenUp: Minor
  /** Denied, and nobody has said what becomes of it. */
  denied: Minor
  /** fees − receipts − paid − contractual − givenUp: what nobody has paid or given up yet. */
  balance: Minor
  /** The patient's part by the HMO's decisions and by what was billed to the patient. */
  patientShare: Minor
  /**
   * What is left of that share when receipts have covered what was never claimed. Never below zero,
   * never more than the share.
   */
  patientOwes: Minor
}

const GIVEN_UP: readonly LedgerAccount[] = ['withheld_tax', 'discount', 'bank_fee', 'write_off']

/**
 * The visit's balance falls by what the HMO paid and what is contractual; only the patient's part
 * is billed to the patient.
 */
export function visitBalance(procedures: BilledProcedure[], receipts: Minor, claims: VisitClaim[]): VisitBalance {
  const live = claims.filter((claim) => claim.live)
  const of = (...accounts: LedgerAccount[]) => sum(live.map((claim) => shareOfVisit(claim, accounts)))
  const fees = sum(procedures.map(({ fee, claimed }) => claimed?.amount ?? fee))
  const unclaimed = sum(procedures.map(({ fee, claimed }) => (claimed === null ? fee : 0)))
  const paid = sum(claims.map((claim) => shareOfVisit(claim, ['paid'])))
  const [contractual, givenUp, denied] = [of('contractual'), of(...GIVEN_UP), of('denied')]
  const patientShare = sum(live.map((claim) => (claim.decided ? shareOfVisit(claim, ['patient']) : 0)))
  const receiptsForShare = Math.max(0, receipts - unclaimed)
  return {
    fees,
    unclaimed,
    receipts,
    paid,
    contractual,
    givenUp,
    denied,
    balance: fees - receipts - paid - contractual - givenUp,
    patientShare,
    patientOwes: Math.max(0, patientShare - receiptsForShare),
  }
}

/**
 * One total per currency, in the order of their codes: amounts of two currencies are never added
 * up.
 */
export function totalsByCurrency(
  balances: (VisitBalance & { currency: string })[],
): (VisitBalance & { currency: string })[] {
  const currencies = [...new Set(balances.map(({ currency }) => currency))].sort()
  return currencies.map((currency) => {
    const own = balances.filter((balance) => balance.currency === currency)
    const of = (part: keyof VisitBalance) => sum(own.map((balance) => balance[part]))
    return {
      currency,
      fees: of('fees'),
      unclaimed: of('unclaimed'),
      receipts: of('receipts'),
      paid: of('paid'),
      contractual: of('contractual'),
      givenUp: of('givenUp'),
      denied: of('denied'),
      balance: of('balance'),
      patientShare: of('patientShare'),
      patientOwes: of('patientOwes'),
    }
  })
}

/** What stands on the visit's own lines, and its share of what stands on the claim as a whole. */
function shareOfVisit(claim: VisitClaim, accounts: LedgerAccount[]): Minor {
  const own = new Set(claim.lines.flatMap((line) => (line.ofVisit ? [line.lineNumber] : [])))
  const entries = claim.entries.filter((entry) => accounts.includes(entry.account))
  const onLines = sum(
    entries.map(({ lineNumber, amount }) => (lineNumber !== null && own.has(lineNumber) ? amount : 0)),
  )
  const onClaim = sum(entries.map(({ lineNumber, amount }) => (lineNumber === null ? amount : 0)))
  return onLines + (onClaim === 0 ? 0 : visitsPart(claim, onClaim))
}

/**
 * By what is still to be explained of each line: a payment of the whole claim pays the lines that
 * were not denied.
 */
function visitsPart({ lines, entries }: VisitClaim, amount: Minor): Minor {
  const open = lines.map(({ lineNumber, amount: charge }) => {
    const explained = entries.filter((entry) => entry.lineNumber === lineNumber && !isCharge(entry.account))
    return Math.max(0, charge - sum(explained.map((entry) => entry.amount)))
  })
  const weights = open.some((weight) => weight > 0) ? open : lines.map((line) => line.amount)
  const parts = shares(amount, weights)
  return sum(lines.map((line, index) => (line.ofVisit ? (parts[index] ?? 0) : 0)))
}

function isCharge(account: LedgerAccount): boolean {
  return account === 'charged' || account === 'open'
}

/**
 * Splits an amount by weights without losing a unit: whole parts first, the rest one by one from
 * the first. The same lines, the same split.
 */
export function shares(amount: Minor, weights: Minor[]): Minor[] {
  const total = BigInt(sum(weights))
  if (total === 0n) return weights.map((_, index) => (index === 0 ? amount : 0))
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / total))
  const step = Math.sign(amount)
  let rest = Math.abs(amount - sum(parts))
  return parts.map((part, index) => {
    if (rest === 0 || weights[index] === 0) return part
    rest -= 1
    return part + step
  })
}
