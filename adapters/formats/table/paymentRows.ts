import type { Minor } from '../../../domain/amounts.ts'
import type { Reference, Said } from '../../../domain/claim.ts'
import type { ClaimMatch } from '../../contract.ts'
import type { CountedRow } from './readCounted.ts'

/** What a row of a payment is: our word left, the words of such lists right. */
export const PAYMENT_ROWS = {
  payment: ['PAYMENT'],
  reversal: ['REVERSAL'],
  adjustment: ['ADJUSTMENT'],
} as const

/** Whether these columns say the same in every row: then the rows are of one payment. */
export function areSame<C extends string>(rows: readonly CountedRow<C>[], columns: readonly C[]): boolean {
  const [first] = rows
  return columns.every((column) => rows.every((row) => row.cell(column) === first?.cell(column)))
}

/** The claim of a row: our number first, theirs as a fallback; empty where the row has none. */
export function matchByNumbers(ours: string, theirs: string): ClaimMatch {
  const references: Reference[] = theirs === '' ? [] : [{ type: 'claim-number', value: theirs }]
  return { ...(ours === '' ? {} : { submissionNumber: ours.toUpperCase() }), references }
}

/** A row's code and words, where it has any. */
export function saidIn(list: string, code: string, text: string): Said[] {
  if (code === '' && text === '') return []
  return [{ list, ...(code === '' ? {} : { code }), ...(text === '' ? {} : { text }) }]
}

/**
 * An adjustment of the payment itself: such rows add up to the payment, our provider adjustments
 * take away when positive.
 */
export function takenAway(paid: Minor): Minor {
  return paid === 0 ? 0 : -paid
}
