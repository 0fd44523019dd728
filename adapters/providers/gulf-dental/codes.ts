import type { AdjustmentBucket } from '../../../domain/money/lineDecision.ts'

/**
 * Our word left, their denial codes right. Whatever stands in no table, known or not, is `denied`:
 * it stays open until a person says what becomes of it.
 */
const DENIALS = {
  // Deductible or co-pay not collected from the member.
  patient: ['COPY-001'],
} as const satisfies Partial<Record<AdjustmentBucket, readonly string[]>>

export function bucketOf(denialCode: string): AdjustmentBucket {
  return (DENIALS.patient as readonly string[]).includes(denialCode) ? 'patient' : 'denied'
}

/**
 * What the post office's result of an upload means. Its number for a failed sign-in or an error of
 * its own says nothing of the file.
 */
const RESULTS = {
  taken: ['0', '1'],
  refused: ['2', '3'],
  unknown: ['-1', '-4'],
} as const

export type ResultMeaning = keyof typeof RESULTS

/** Null for a result that we have no word for. */
export function meaningOf(result: string): ResultMeaning | null {
  const words = Object.keys(RESULTS) as ResultMeaning[]
  return words.find((word) => (RESULTS[word] as readonly string[]).includes(result)) ?? null
}

/** In the report of a refused upload: this very file is there already. */
export const SAME_FILE = 'FILE-001'
