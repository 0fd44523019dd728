import { type Minor, sum } from '../amounts.ts'
import { combineParts, type ServicePart } from '../coordination/combineParts.ts'
import { grouped } from '../grouped.ts'
import type { LedgerAccount } from './ledger.ts'
import { shares } from './shares.ts'

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
  /** The HMO; claims of two HMOs for one service say something of the same money. */
  payer?: string
  /** `service`: what tells the line's service from others, to find it on another HMO's claim. */
  lines: { lineNumber: number; amount: Minor; ofVisit: boolean; service?: string | null }[]
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
   * never more than the share or than the balance.
   */
  patientOwes: Minor
}

const WITHHELD: readonly LedgerAccount[] = ['withheld_tax', 'discount', 'bank_fee']

/**
 * The visit's balance falls by what the HMO paid and what is contractual; only the patient's part
 * is billed to the patient. `claims` stand in the order in which their HMOs pay.
 */
export function visitBalance(procedures: BilledProcedure[], receipts: Minor, claims: VisitClaim[]): VisitBalance {
  const parts = partsOfVisit(claims.filter(({ live }) => live))
  const of = (name: Exclude<keyof ServicePart, 'decided'>) => sum(parts.map((part) => part[name]))
  const fees = sum(procedures.map(({ fee, claimed }) => claimed?.amount ?? fee))
  const unclaimed = sum(procedures.map(({ fee, claimed }) => (claimed === null ? fee : 0)))
  const paid = of('paid') + sum(claims.filter(({ live }) => !live).map(paidOfVisit))
  const [contractual, denied, patientShare] = [of('contractual'), of('denied'), of('patient')]
  const givenUp = of('withheld') + of('writeOff')
  const balance = fees - receipts - paid - contractual - givenUp
  const receiptsForShare = Math.max(0, receipts - unclaimed)
  return {
    fees,
    unclaimed,
    receipts,
    paid,
    contractual,
    givenUp,
    denied,
    balance,
    patientShare,
    patientOwes: Math.min(Math.max(0, patientShare - receiptsForShare), Math.max(0, balance)),
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

/**
 * What each claim says of each of the visit's lines; of a service that two HMOs were asked for,
 * what both say together.
 */
function partsOfVisit(claims: VisitClaim[]): ServicePart[] {
  const parts = claims.flatMap((claim) =>
    linesOfClaim(claim).flatMap(({ line, part }) =>
      line.ofVisit ? [{ service: line.service ?? null, payer: claim.payer ?? null, part }] : [],
    ),
  )
  const alone = parts.filter(({ service, payer }) => service === null || payer === null)
  const shared = parts.flatMap(({ service, payer, part }) =>
    service === null || payer === null ? [] : [{ service, payer, part }],
  )
  return [
    ...alone.map(({ part }) => part),
    ...[...grouped(shared, ({ service }) => service).values()].map((ofService) =>
      [...grouped(ofService, ({ payer }) => payer).values()]
        .map((ofPayer) => ofPayer.map(({ part }) => part).reduce(addUp))
        .reduce(combineParts),
    ),
  ]
}

/** What was paid for a claim's lines of the visit. */
function paidOfVisit(claim: VisitClaim): Minor {
  return sum(linesOfClaim(claim).map(({ line, part }) => (line.ofVisit ? part.paid : 0)))
}

/** Two claims of one HMO for a service (a claim and the appeal of what was disputed) add up. */
function addUp(a: ServicePart, b: ServicePart): ServicePart {
  return {
    charge: a.charge + b.charge,
    decided: a.decided && b.decided,
    paid: a.paid + b.paid,
    contractual: a.contractual + b.contractual,
    withheld: a.withheld + b.withheld,
    writeOff: a.writeOff + b.writeOff,
    patient: a.patient + b.patient,
    denied: a.denied + b.denied,
    open: a.open + b.open,
  }
}

/**
 * A claim's lines, each with what stands on it and its share of what stands on the claim as a
 * whole.
 */
function linesOfClaim(claim: VisitClaim): { line: VisitClaim['lines'][number]; part: ServicePart }[] {
  const of = (...accounts: LedgerAccount[]) => byLine(claim, accounts)
  const [paid, contractual, patient, denied] = [of('paid'), of('contractual'), of('patient'), of('denied')]
  const [withheld, writeOff, open] = [of(...WITHHELD), of('write_off'), of('open')]
  const charged = of('charged')
  return claim.lines.map((line, index) => {
    const at = (amounts: Minor[]) => amounts[index] ?? 0
    const { decided } = claim
    return {
      line,
      part: {
        // What an appeal claims now has left this claim's charge.
        charge: at(charged) < 0 ? -at(charged) : line.amount,
        decided,
        paid: at(paid),
        contractual: at(contractual),
        withheld: at(withheld),
        writeOff: at(writeOff),
        patient: decided ? at(patient) : 0,
        denied: at(denied),
        open: at(open),
      },
    }
  })
}

function byLine(claim: VisitClaim, accounts: LedgerAccount[]): Minor[] {
  const entries = claim.entries.filter((entry) => accounts.includes(entry.account))
  const onClaim = sum(entries.map(({ lineNumber, amount }) => (lineNumber === null ? amount : 0)))
  const parts = onClaim === 0 ? [] : shares(onClaim, weightsOf(claim))
  return claim.lines.map((line, index) => {
    const own = entries.filter(({ lineNumber }) => lineNumber === line.lineNumber)
    return sum(own.map(({ amount }) => amount)) + (parts[index] ?? 0)
  })
}

/**
 * By what is still to be explained of each line: a payment of the whole claim pays the lines that
 * were not denied.
 */
function weightsOf({ lines, entries }: VisitClaim): Minor[] {
  const open = lines.map(({ lineNumber, amount: charge }) => {
    const explained = entries.filter((entry) => entry.lineNumber === lineNumber && !isCharge(entry.account))
    return Math.max(0, charge - sum(explained.map((entry) => entry.amount)))
  })
  return open.some((weight) => weight > 0) ? open : lines.map((line) => line.amount)
}

function isCharge(account: LedgerAccount): boolean {
  return account === 'charged' || account === 'open'
}
