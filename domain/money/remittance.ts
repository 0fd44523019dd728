import { countable, type Minor, sum } from '../amounts.ts'
import type { Reference, Said } from '../claim.ts'
import type { Marks, MemberCorrection } from '../inbox/marks.ts'
import type { Adjustment } from './lineDecision.ts'

/** One payment by the provider for one or many claims. Amounts in minor units of `currency`. */
export interface Remittance {
  /** Who pays, as the document names it (tax id or payer id). */
  payer: string
  /**
   * Check or transfer number. The identity of money is payer + number + amount + currency + day
   * (domain/money/identity).
   */
  traceNumber: string
  /** YYYY-MM-DD */
  paidOn: string
  currency: string
  /** What arrives at the bank. Negative is a take-back. */
  amount: Minor
  claims: RemittanceClaim[]
  /**
   * Provider-level adjustments. Positive takes money away, negative gives (source: X12 835 PLB).
   */
  providerAdjustments: ProviderAdjustment[]
  said: Said[]
  /**
   * The document states no amount of the payment: `amount` is what it shows of it so far, and a
   * later document may show more.
   */
  summed?: true
  /**
   * Which edition of which resource it is, where the provider keeps one resource for one payment: a
   * newer edition takes the place of an older one (source: FHIR meta.versionId).
   */
  edition?: { resource: string; version: number }
}

export interface RemittanceClaim {
  /** Our submission number as it came back, if it did. */
  submissionNumber?: string
  /**
   * The number, and the control numbers of the lines, are those of the claim's first sending, which
   * its corrections keep: the newest correction that has these services may be meant.
   */
  keepsNumbers?: true
  references: Reference[]
  /** `reversal` takes an earlier decision back with negated amounts. */
  kind: 'payment' | 'reversal' | 'not_ours'
  /**
   * `denied` when the provider says the claim as a whole is denied. A claim paid 0 is not denied by
   * that fact. `pending`: under review as a whole, its reasons decide nothing yet (source: CLP02 5,
   * 10, 13, 15, 16, 17, 27; X12 RFI 1733).
   */
  outcome: 'processed' | 'denied' | 'pending'
  charged: Minor
  paid: Minor
  patientResponsibility: Minor | null
  /** Claim-level adjustments; the lines carry their own. */
  adjustments: Adjustment[]
  /** Empty when the provider pays the claim as a whole. */
  lines: RemittanceLine[]
  /**
   * True when the document gives adjustments: then charge − adjustments = paid must hold. False:
   * amounts paid only.
   */
  itemised: boolean
  /**
   * The format takes back only money: what was refused is said anew, without a reversal of the
   * refusal before (national XML). Absent: nothing is said anew without a reversal.
   */
  restates?: true
  said: Said[]
  /** What the document says of patient, days and payee; charges and codes are the claim's own. */
  marks?: Omit<Marks, 'charged' | 'lines'>
  /** What the provider says that we have wrong of the member. */
  correction?: MemberCorrection
}

export interface RemittanceLine {
  /** Line control number as sent, or null when the provider gave none. */
  controlNumber: string | null
  code: string
  charged: Minor
  paid: Minor
  adjustments: Adjustment[]
  /**
   * The code that it was paid as, when the provider restated ours (source: X12 835 SVC01, SVC06).
   */
  paidAs?: string
  /** Day of the service, YYYY-MM-DD, where the document says it. */
  day?: string
  /** The payer added it: we claimed no such service. Known once the claim is. */
  added?: true
}

export interface ProviderAdjustment {
  reason: Said
  reference: string
  amount: Minor
}

/**
 * A rule of balance that a remittance breaks, and where: 0-based places in `claims` and its
 * `lines`; neither is about the payment as a whole. `difference` is what the document says less
 * what it adds up to; null for amounts too large to be compared.
 */
export interface RemittanceProblem {
  rule: 'line-balance' | 'claim-balance' | 'payment-balance' | 'amount-range'
  claim?: number
  line?: number
  difference: Minor | null
}

/**
 * The balance of a remittance, without any tolerance (source: X12 835 TR3, section 1.10.2.1). R1,
 * line: charge − adjustments = paid. R2, claim: charge − adjustments of claim and lines = paid, and
 * the lines add up to the claim. R3, payment: claims − provider adjustments = amount. R1 and R2
 * hold for claims that give their adjustments; what is not ours can't have paid anything. Empty: it
 * balances. Never throws: amounts beyond all counting are a problem by name.
 */
export function checkRemittance(remittance: Remittance): RemittanceProblem[] {
  const [tooLarge] = beyondRange(remittance)
  if (tooLarge !== undefined) return [tooLarge]
  const paid = sum(remittance.claims.map((claim) => claim.paid))
  const taken = sum(remittance.providerAdjustments.map((each) => each.amount))
  return [
    ...remittance.claims.flatMap(claimProblems),
    ...problem({ rule: 'payment-balance' }, remittance.amount - (paid - taken)),
  ]
}

/** "claim 3, line 2" as a person counts. */
export function placeOf({ claim, line }: RemittanceProblem): string {
  if (claim === undefined) return 'the payment as a whole'
  return line === undefined ? `claim ${claim + 1}` : `claim ${claim + 1}, line ${line + 1}`
}

function beyondRange({ amount, claims, providerAdjustments }: Remittance): RemittanceProblem[] {
  const own = [amount, ...providerAdjustments.map((each) => each.amount)]
  if (countable([...own, ...claims.flatMap(amountsOf)])) return []
  const claim = claims.findIndex((each) => !countable(amountsOf(each)))
  return [{ rule: 'amount-range', ...(claim === -1 ? {} : { claim }), difference: null }]
}

function amountsOf({ charged, paid, adjustments, lines }: RemittanceClaim): Minor[] {
  const reasons = [adjustments, ...lines.map((line) => line.adjustments)].flat()
  return [charged, paid, ...reasons.map((each) => each.amount), ...lines.flatMap((line) => [line.charged, line.paid])]
}

function claimProblems(claim: RemittanceClaim, index: number): RemittanceProblem[] {
  if (claim.kind === 'not_ours') return problem({ rule: 'claim-balance', claim: index }, claim.paid)
  if (!claim.itemised) return []
  const { lines } = claim
  const where = { rule: 'claim-balance', claim: index } as const
  const adjusted = adjustedOf(claim.adjustments) + sum(lines.map((line) => adjustedOf(line.adjustments)))
  return [
    ...lines.flatMap((line, number) =>
      problem(
        { rule: 'line-balance', claim: index, line: number },
        line.paid - (line.charged - adjustedOf(line.adjustments)),
      ),
    ),
    ...problem(where, claim.paid - (claim.charged - adjusted)),
    // With claim-level adjustments the lines pay more than the claim does; their charges always add
    // up.
    ...(lines.length === 0 ? [] : problem(where, claim.charged - sum(lines.map((line) => line.charged)))),
  ]
}

function adjustedOf(adjustments: Adjustment[]): Minor {
  return sum(adjustments.map((each) => each.amount))
}

function problem(where: Omit<RemittanceProblem, 'difference'>, difference: Minor): RemittanceProblem[] {
  return difference === 0 ? [] : [{ ...where, difference }]
}
