import type { Adjustment } from '../../../domain/money/lineDecision.ts'

/**
 * Our word left, their denial codes right. Whatever stands in no table, known or not, is `denied`:
 * it stays open until a person says what becomes of it.
 */
const DENIALS = {
  // Deductible or co-pay not collected from the member.
  patient: ['COPY-001'],
  // A claim, or a payment for the service, that is there already.
  duplicate: ['DUPL-001', 'DUPL-002'],
} as const

export function meaningOfDenial(denialCode: string): Pick<Adjustment, 'bucket' | 'means'> {
  const is = (codes: readonly string[]) => codes.includes(denialCode)
  if (is(DENIALS.duplicate)) return { bucket: 'denied', means: 'duplicate' }
  return { bucket: is(DENIALS.patient) ? 'patient' : 'denied' }
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
