import { type Minor, moneyInWords, sum } from '../amounts.ts'
import type { ClaimStatus, RejectedAt, Said } from '../claim.ts'
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
  | { kind: 'refused'; type: 'unknown-line' | 'wrong-amount' | 'reason-missing'; detail: string }

/** A decision as a person keys it from a letter, a page or a call. */
export interface KeyedStatus {
  status: ClaimStatus
  lines: readonly KeyedDecision[]
  /** The provider's reasons for the claim as a whole, as codes or in words. */
  said: readonly Said[]
  /** Which rejection it was, when the person says so. */
  rejectedAt: RejectedAt | null
  /** The provider's number of the claim, when the person keys it with the decision. */
  reference: string | null
}

/** What is known of the claim when somebody keys a decision of it. */
export interface KnownClaim {
  /** The provider has said that it has the claim, or has given it a number. */
  receivedByProvider: boolean
}

export type KeyedVerdict =
  | { kind: 'clear'; rejectedAt: RejectedAt | null }
  | { kind: 'refused'; type: 'lines-missing' | 'rejection-unclear' | 'reason-missing'; detail: string }

/**
 * What a decision keyed by hand must say so that it is as good as one that came by itself: a
 * decision in part says of which lines; a rejection says which of the two it was (a number of the
 * provider's or an earlier receipt means that it was reviewed), and why.
 */
export function judgeKeyed(keyed: KeyedStatus, known: KnownClaim): KeyedVerdict {
  const { status, lines, said } = keyed
  if (status === 'PARTIAL' && lines.length === 0) {
    const detail =
      'a decision in part must say what of which line: give `lines`, each approved, reduced or denied, with what is payable'
    return { kind: 'refused', type: 'lines-missing', detail }
  }
  if (status !== 'REJECTED') return { kind: 'clear', rejectedAt: null }
  const reviewed = lines.length > 0 || keyed.reference !== null || known.receivedByProvider
  const rejectedAt = keyed.rejectedAt ?? (reviewed ? 'adjudicated' : null)
  if (rejectedAt === null) {
    const detail =
      'say in `rejectedAt` which it was: `front_end` when the provider turned it back before any review (a corrected new claim follows), `adjudicated` when it denied it after review (a replacement or an appeal follows)'
    return { kind: 'refused', type: 'rejection-unclear', detail }
  }
  if (rejectedAt === 'front_end' && lines.length > 0) {
    const detail = 'lines are decided only in a review: say `adjudicated`, or leave the lines out'
    return { kind: 'refused', type: 'rejection-unclear', detail }
  }
  if (lines.length === 0 && said.length === 0)
    return { kind: 'refused', type: 'reason-missing', detail: `why was it rejected? ${WHY}` }
  return { kind: 'clear', rejectedAt }
}

const WHY =
  'Give the provider’s codes or its words in `said`, such as {"list":"CARC","code":"96"} or {"text":"not covered"}'

/**
 * Line decisions keyed by hand, made whole: charge = payable + adjustments must hold for each line,
 * because the ledger posts them. What is denied has a reason: its own, or those of the claim as a
 * whole (`said`). `charges` is by line number, in minor units of `currency`.
 */
export function completeDecisions(
  { status, lines: keyed, said }: Pick<KeyedStatus, 'status' | 'lines' | 'said'>,
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
    if (typeof whole === 'string') continue
    const explained = withReasons(whole, said)
    if (explained === null)
      return {
        kind: 'refused',
        type: 'reason-missing',
        detail: `line ${line.lineNumber}: why was it ${line.outcome}? ${WHY}, or at the line’s adjustment`,
      }
    lines.push(explained)
  }
  return { kind: 'decided', lines }
}

/** What is denied without a reason of its own has the claim's; null when there is none either. */
function withReasons(line: LineDecision, said: readonly Said[]): LineDecision | null {
  const unexplained = line.adjustments.some((each) => each.bucket === 'denied' && isEmpty(each.said))
  if (!unexplained) return line
  const [reason] = said
  if (reason === undefined) return null
  const adjustments = line.adjustments.map((each) =>
    each.bucket === 'denied' && isEmpty(each.said) ? { ...each, said: reason } : each,
  )
  return { ...line, adjustments }
}

function isEmpty(said: Said): boolean {
  return said.code === undefined && said.text === undefined
}

/** As the ledger takes it. */
export function keyedAdjustment({ bucket, amount, said }: KeyedAdjustment): Adjustment {
  return { bucket, amount, said: saidWords(said) }
}

/** Without the words that were left out. */
export function saidWords(said: KeyedAdjustment['said']): Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
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
    adjustments: [...adjustments, { bucket: 'denied', amount: rest, said: {} }],
  }
}

function contradicts(status: ClaimStatus, line: KeyedDecision): string | null {
  if (status === 'APPROVED' && line.outcome !== 'approved') return `an approved claim has no ${line.outcome} line`
  if (status === 'REJECTED' && line.outcome !== 'denied') return `a rejected claim has no ${line.outcome} line`
  return null
}
