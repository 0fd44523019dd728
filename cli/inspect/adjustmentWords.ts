import { reasonRule } from '../../domain/money/adjustmentReasons.ts'

/**
 * Adjustments in words, for people. The words are ours; a code without words is printed as it is.
 */

/** What has happened to the amount, by reason and else by group. */
export function adjustmentWords(group: string, reason: string): string {
  return reasonRule(group, reason).words
}

export function providerAdjustmentWords(reason: string): string {
  return wordsIn(PROVIDER_REASONS, reason)
}

function wordsIn(table: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(table, code) ? (table[code] ?? '') : ''
}

const PROVIDER_REASONS: Readonly<Record<string, string>> = {
  '50': 'late charge',
  '51': 'interest penalty',
  '72': 'returned as agreed',
  '90': 'early payment discount',
  CS: 'adjustment',
  E3: 'withholding',
  FB: 'balance carried forward',
  IR: 'tax withheld',
  J1: 'not reimbursable',
  L6: 'interest',
  LE: 'levy',
  WO: 'overpayment recovered',
}
