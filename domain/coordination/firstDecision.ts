import { type Minor, sum } from '../amounts.ts'
import { type ClaimPosition, netOf } from '../money/claimPosition.ts'
import { ADJUSTMENT_BUCKETS, type Adjustment, type AdjustmentBucket } from '../money/lineDecision.ts'
import { shares } from '../money/shares.ts'
import { codedAdjustment } from './adjustmentCodes.ts'
import type { FirstDecidedLine, FirstDecision, PayerAdjustment } from './firstPayer.ts'

/**
 * A line of the claim to the first HMO; `forLine` is the second claim's line of the same service.
 */
export interface FirstClaimLine {
  lineNumber: number
  charge: Minor
  decision: 'approved' | 'reduced' | 'denied' | 'pending' | null
  adjustments: Adjustment[]
  forLine: number | null
}

/** The claim to the first HMO as far as it is decided. */
export interface FirstClaim {
  /** YYYY-MM-DD */
  decidedOn: string
  lines: FirstClaimLine[]
  /** Its ledger by line; without rows (a test connection) the line's own decision speaks. */
  position: ClaimPosition
  /** What its remittances took from the claim as a whole, in their own words. */
  claimAdjustments: Adjustment[]
}

/** What of an amount that was not paid stays for another payer. */
const LEFT: ReadonlySet<AdjustmentBucket> = new Set(['patient', 'other_payer', 'denied'])
/** What the bank keeps was paid by the HMO. */
const OF_PAYER = ADJUSTMENT_BUCKETS.filter((bucket) => bucket !== 'bank_fee')

/**
 * What the first HMO decided, for the second one. Amounts come from the ledger, which knows
 * reversals and second payments; codes and words from the decisions, where their amounts agree.
 * What is not adjusted counts as paid: it was, or it was promised. Settlements by our own people
 * are left out: they are not the HMO's words. For every line charge = paid + adjustments, and the
 * claim's paid = the lines' paid − the claim's own adjustments (source: X12 837 TR3, balancing of
 * 2320 and 2430).
 */
export function firstDecision(claim: FirstClaim): FirstDecision {
  const wanted = claim.lines.filter((line) => line.forLine !== null)
  const whole = wanted.length === claim.lines.length
  const ofClaim = withWords(bucketsOf(claim.position, null), claim.claimAdjustments)
  const lines = wanted.map((line) => decidedLine(claim, line, whole ? [] : sharesOf(claim, ofClaim, line)))
  const adjustments = whole ? ofClaim.map(codedAdjustment) : []
  return {
    decidedOn: claim.decidedOn,
    paid: sum(lines.map(({ paid }) => paid)) - sum(adjustments.map(({ amount }) => amount)),
    adjustments,
    lines: whole ? lessClaimLevel(lines, adjustments) : lines,
  }
}

/**
 * True when the HMO has said of the line what it pays; a claim decided as a whole says it of all.
 */
export function isLineDecided(
  line: Pick<FirstClaimLine, 'decision'>,
  all: Pick<FirstClaimLine, 'decision'>[],
): boolean {
  if (line.decision === 'pending') return false
  return line.decision !== null || all.every(({ decision }) => decision === null)
}

function decidedLine(claim: FirstClaim, line: FirstClaimLine, ofClaim: Adjustment[]): FirstDecidedLine {
  const own =
    claim.position.rows.length === 0
      ? line.adjustments.filter(({ amount }) => amount !== 0)
      : withWords(bucketsOf(claim.position, line.lineNumber), line.adjustments)
  const adjustments = [...own, ...ofClaim].map(codedAdjustment)
  const paid = line.charge - sum(adjustments.map(({ amount }) => amount))
  const left = leftOf(adjustments)
  return {
    lineNumber: line.forLine ?? line.lineNumber,
    charge: line.charge,
    paid,
    allowed: paid + sumOf(adjustments, ['patient', 'withheld_tax', 'discount']),
    left,
    adjustments,
  }
}

/** The claim's own adjustments take from what the lines leave or from what is paid for them. */
function lessClaimLevel(lines: FirstDecidedLine[], adjustments: PayerAdjustment[]): FirstDecidedLine[] {
  const extra = leftOf(adjustments)
  if (extra === 0) return lines
  const parts = shares(
    extra,
    lines.map(({ paid }) => Math.max(0, paid)),
  )
  return lines.map((line, index) => ({ ...line, left: line.left + (parts[index] ?? 0) }))
}

function bucketsOf(position: ClaimPosition, lineNumber: number | null): { bucket: AdjustmentBucket; amount: Minor }[] {
  return OF_PAYER.map((bucket) => ({
    bucket,
    amount: netOf(position, 'decision', bucket, lineNumber) + netOf(position, 'money', bucket, lineNumber),
  })).filter(({ amount }) => amount !== 0)
}

/** The decision's own reasons of a bucket where they come to its amount, else the bare amount. */
function withWords(buckets: { bucket: AdjustmentBucket; amount: Minor }[], said: Adjustment[]): Adjustment[] {
  return buckets.flatMap(({ bucket, amount }) => {
    const own = said.filter((each) => each.bucket === bucket && each.amount !== 0)
    return sum(own.map((each) => each.amount)) === amount ? own : [{ bucket, amount, said: {} }]
  })
}

/** A part of what was taken from the whole claim, when only some of its lines go on. */
function sharesOf({ lines }: FirstClaim, ofClaim: Adjustment[], line: FirstClaimLine): Adjustment[] {
  const index = lines.indexOf(line)
  const weights = lines.map(({ charge }) => charge)
  return ofClaim
    .map((each) => ({ ...each, amount: shares(each.amount, weights)[index] ?? 0 }))
    .filter(({ amount }) => amount !== 0)
}

function leftOf(adjustments: PayerAdjustment[]): Minor {
  return sum(adjustments.filter(({ bucket }) => LEFT.has(bucket)).map(({ amount }) => amount))
}

function sumOf(adjustments: PayerAdjustment[], buckets: AdjustmentBucket[]): Minor {
  return sum(adjustments.filter(({ bucket }) => buckets.includes(bucket)).map(({ amount }) => amount))
}
