import { reasonRuleOf } from '../../../domain/money/adjustmentReasons.ts'
import type { Adjustment, AdjustmentBucket, LineDecision } from '../../../domain/money/lineDecision.ts'
import { ourWord } from '../../formats/ourWord.ts'

/**
 * Our word left, theirs right. A word that stands in no table stays theirs: it never becomes a
 * state of ours.
 */

export const RESULTS = {
  // ON-FILE answers a copy: the claim is there, under the number that the row gives.
  accepted: ['ACCEPTED', 'ON-FILE'],
  rejected: ['REJECTED'],
} as const

export const DECISIONS = {
  approved: ['APPROVED'],
  reduced: ['REDUCED'],
  denied: ['DENIED'],
} as const satisfies Partial<Record<LineDecision['outcome'], readonly string[]>>

/** What each part of the charge that is not paid means. */
const REASONS = {
  contractual: ['C01', 'C02'],
  patient: ['M01', 'M02', 'M03'],
  denied: ['D01', 'D02', 'D03', 'D04', 'D05', 'D06'],
  withheld_tax: ['W01'],
} as const satisfies Partial<Record<AdjustmentBucket, readonly string[]>>

/**
 * The bucket of a reason, of Cordillera's own list or a claim adjustment reason code (`OA-18`).
 * What we don't know stays `denied`, open until a person says, and is not `known`.
 */
export function bucketOf(reason: string): Pick<Adjustment, 'means' | 'bucket'> & { known: boolean } {
  const bucket = ourWord(REASONS, reason)
  if (bucket !== null) return { bucket, known: true }
  const rule = reasonRuleOf(reason)
  if (rule === null) return { bucket: 'denied', known: false }
  const { bucket: own, means } = rule
  return { bucket: own, known: true, ...(means === undefined ? {} : { means }) }
}
