import { isStatusCategory } from '../../adapters/formats/x12/codeLists.ts'

/**
 * The words of `claims[].status`. They are the domain's own where it has one, written with hyphens;
 * a code that stands in no table is printed as it is.
 */

/** CLP02 of an 835 (source: 005010X221A1; the codes of before 5010 below). */
export const PAYMENT_STATUS: Readonly<Record<string, string>> = {
  '1': 'processed-primary',
  '2': 'processed-secondary',
  '3': 'processed-tertiary',
  '4': 'denied',
  '19': 'processed-primary-forwarded',
  '20': 'processed-secondary-forwarded',
  '21': 'processed-tertiary-forwarded',
  '22': 'reversal',
  '23': 'not-ours',
  '25': 'predetermination',
  '5': 'pended',
  '10': 'received',
  '13': 'suspended',
  '15': 'suspended',
  '16': 'suspended',
  '17': 'suspended',
  '27': 'reviewed',
}

/** CLM05-3 of an 837 (source: NUBC type of bill, third digit). */
export const CLAIM_PURPOSE: Readonly<Record<string, string>> = {
  '1': 'new',
  '6': 'replacement',
  '7': 'replacement',
  '8': 'void',
}

/**
 * Left our word, right the first characters of the status category codes that it means (source: X12
 * external code source 507); the longest wins.
 */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  forwarded: ['A0', 'A1'],
  received: ['A2', 'A5'],
  'rejected-front-end': ['A3', 'A6', 'A7', 'A8'],
  'not-found': ['A4', 'D0'],
  'in-review': ['P0', 'P1', 'P2', 'P4', 'P5'],
  'documents-requested': ['P3', 'R', 'DR'],
  finalized: ['F0', 'F3', 'F3F', 'F3N', 'F4', 'F5'],
  paid: ['F1'],
  denied: ['F2'],
  'inquiry-failed': ['E0', 'E1', 'E2', 'E3', 'E4', 'X0'],
}

/** Of several statuses the weightiest counts: the first of these that is there. */
const WEIGHT = [
  'rejected-front-end',
  'denied',
  'documents-requested',
  'paid',
  'finalized',
  'in-review',
  'received',
  'forwarded',
  'not-found',
  'inquiry-failed',
]

/** Our word for one status category; the code itself where we have none. */
export function categoryWord(category: string): string {
  if (!isStatusCategory(category)) return category
  for (const length of [3, 2, 1]) {
    const start = category.slice(0, length)
    for (const [word, starts] of Object.entries(CATEGORIES)) if (starts.includes(start)) return word
  }
  return category
}

/**
 * Our word for a claim with these categories; a code that we don't know outweighs all others,
 * because it may mean anything.
 */
export function weightiestWord(categories: readonly string[]): string | null {
  const words = categories.map(categoryWord)
  return words.find((word) => !WEIGHT.includes(word)) ?? WEIGHT.find((word) => words.includes(word)) ?? null
}
