import { type Minor, moneyInWords, sum } from '../amounts.ts'
import type { ClaimStatus } from '../claim.ts'
import type { Adjustment, LineDecision } from '../money/lineDecision.ts'

/** A line as a person keys it: what isn't said of a denied or reduced line's charge is denied. */
export interface KeyedDecision {
  lineNumber: number
  outcome: LineDecision['outcome']
  payable: Minor
  adjustments: KeyedAdjustment[]
}

export interface KeyedAdjustment {
  bucket: Adjustment['bucket']
  amount: Minor
  said: { list?: string | undefined; code?: string | undefined; text?: string | undefined }
}

export type CompletedDecisions =
  | { kind: 'decided'; lines: LineDecision[] }
  | { kind: 'refused'; type: 'unknown-line' | 'wrong-amount'; detail: string }

/**
 * Line decisions keyed by hand, made whole: charge = payable + adjustments must hold for each line,
 * because the ledger posts them. `charges` is by line number, in minor
 * units of `currency`.
 */
export function completeDecisions(
  status: ClaimStatus,
  keyed: readonly KeyedDecision[],
  charges: ReadonlyMap<number, Minor>,
  currency: string,
): CompletedDecisions {
  const lines: LineDecision[] = []
  for (const line of keyed) {
    const charge = charges.get(line.lineNumber)
    if (charge === undefined || lines.some((before) => before.lineNumber === line.lineNumber)) {
      return {
        kind: 'refused',
        type: 'unknown-line',
        detail: `there is no line ${line.lineNumber}, or it is named twice`,
      }
    }
    const whole = made(line, charge, currency)
    const because = typeof whole === 'string' ? whole : contradicts(status, line)
    if (because !== null)
      return { kind: 'refused', type: 'wrong-amount', detail: `line ${line.lineNumber}: ${because}` }
    if (typeof whole !== 'string') lines.push(whole)
  }
  return { kind: 'decided', lines }
}

/** Without the words that were left out. */
export function keyedAdjustment({ bucket, amount, said }: KeyedAdjustment): Adjustment {
  return { bucket, amount, said: Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) }
}

function made(line: KeyedDecision, charge: Minor, currency: string): LineDecision | string {
  const adjustments = line.adjustments.map(keyedAdjustment)
  const decision = { lineNumber: line.lineNumber, outcome: line.outcome, payable: line.payable, adjustments }
  if (line.payable < 0 || adjustments.some((each) => each.amount < 0)) return 'amounts may not be below zero'
  if (line.outcome === 'pending') {
    return line.payable === 0 && adjustments.length === 0 ? decision : 'a pending line has no amounts yet'
  }
  if (line.outcome === 'denied' && line.payable > 0) return 'a denied line pays nothing'
  const rest = charge - line.payable - sum(adjustments.map((each) => each.amount))
  const money = (amount: Minor) => moneyInWords(amount, currency)
  if (rest < 0) return `payable and adjustments come to ${money(-rest)} more than the charge of ${money(charge)}`
  if (rest === 0) return decision
  if (line.outcome === 'approved')
    return `of the charge of ${money(charge)}, ${money(rest)} is unexplained: who bears it?`
  return {
    ...decision,
    adjustments: [...adjustments, { bucket: 'denied', amount: rest, said: { text: 'keyed by hand' } }],
  }
}

function contradicts(status: ClaimStatus, line: KeyedDecision): string | null {
  if (status === 'APPROVED' && line.outcome !== 'approved') return `an approved claim has no ${line.outcome} line`
  if (status === 'REJECTED' && line.outcome !== 'denied') return `a rejected claim has no ${line.outcome} line`
  return null
}
