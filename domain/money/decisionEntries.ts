import { type Minor, sum } from '../amounts.ts'
import { type ClaimPosition, chargedLines, netOf } from './claimPosition.ts'
import { compact, type Entry, move } from './ledger.ts'
import type { AdjustmentBucket, LineDecision } from './lineDecision.ts'

/** A decision says all of these: what it doesn't name is zero. */
const DECIDED: readonly AdjustmentBucket[] = ['contractual', 'patient', 'other_payer', 'denied']
/** These belong to a payment: a decision that is silent about them leaves them as they are. */
const ONLY_WHEN_NAMED: readonly AdjustmentBucket[] = ['withheld_tax', 'discount', 'bank_fee']

/**
 * Moves what a decision says from open into its buckets: the difference to what earlier decisions
 * and payments posted, so that the same decision again moves nothing. Of two decisions about one
 * line the later counts; pending lines and lines that the claim doesn't have move nothing.
 */
export function decisionEntries(position: ClaimPosition, decisions: LineDecision[]): Entry[] {
  const charged = chargedLines(position)
  const last = [...new Map(decisions.map((line) => [line.lineNumber, line])).values()]
  const decided = last.filter((line) => line.outcome !== 'pending' && charged.includes(line.lineNumber))
  const complete = charged.every((number) => decided.some((line) => line.lineNumber === number))
  const buckets = [...DECIDED, ...ONLY_WHEN_NAMED.filter((bucket) => decided.some((line) => names(line, bucket)))]
  return compact(buckets.flatMap((bucket) => bucketEntries(position, decided, bucket, complete)))
}

/**
 * The provider decided the claim as a whole: that outcome for each of its lines. Approved takes
 * back what was denied before and leaves the other reasons as they are, because nothing new is said
 * of them.
 */
export function wholeDecision(position: ClaimPosition, outcome: 'approved' | 'denied'): LineDecision[] {
  return chargedLines(position).map((lineNumber, index) => {
    const keeps = (bucket: AdjustmentBucket) => ({
      bucket,
      amount: posted(position, bucket, lineNumber) + (index === 0 ? posted(position, bucket, null) : 0),
      said: {},
    })
    const adjustments = outcome === 'denied' ? [] : DECIDED.filter((bucket) => bucket !== 'denied').map(keeps)
    return { lineNumber, outcome, payable: 0, adjustments }
  })
}

/**
 * An amount that a payment posted on the claim as a whole (`line` null) may be the very amount that
 * the decision now names by line: it is used up before anything new is posted, and what is left of
 * it is taken back only when the decision names every line.
 */
function bucketEntries(
  position: ClaimPosition,
  decided: LineDecision[],
  bucket: AdjustmentBucket,
  complete: boolean,
): Entry[] {
  const { claimId } = position
  let unplaced = posted(position, bucket, null)
  const entries: Entry[] = []
  for (const line of decided) {
    const missing = targetOf(position, line, bucket) - posted(position, bucket, line.lineNumber)
    const used = missing > 0 && unplaced > 0 ? Math.min(missing, unplaced) : 0
    unplaced -= used
    entries.push(...move({ claimId, lineNumber: line.lineNumber }, 'open', bucket, missing - used))
  }
  if (complete) entries.push(...move({ claimId, lineNumber: null }, bucket, 'open', unplaced))
  return entries
}

function posted(position: ClaimPosition, bucket: AdjustmentBucket, lineNumber: number | null): Minor {
  return netOf(position, 'decision', bucket, lineNumber) + netOf(position, 'money', bucket, lineNumber)
}

/**
 * A line that is denied or reduced without saying why leaves its rest in `denied`, where a person
 * sees it.
 */
function targetOf(position: ClaimPosition, line: LineDecision, bucket: AdjustmentBucket): Minor {
  const named = sum(line.adjustments.filter((each) => each.bucket === bucket).map((each) => each.amount))
  if (bucket !== 'denied' || line.outcome === 'approved') return named
  const charge = netOf(position, 'charge', 'open', line.lineNumber)
  const rest = charge - line.payable - sum(line.adjustments.map((each) => each.amount))
  return named + Math.max(0, rest)
}

function names(line: LineDecision, bucket: AdjustmentBucket): boolean {
  return line.adjustments.some((each) => each.bucket === bucket)
}
