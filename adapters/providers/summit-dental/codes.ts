/**
 * What a claim status category means for us. `decided_by_payment`: the 835 decides, until then the
 * claim is in review.
 */
export type CategoryMeaning =
  | 'forwarded'
  | 'received'
  | 'rejected_front_end'
  | 'not_found'
  | 'in_review'
  | 'documents_requested'
  | 'decided_by_payment'
  | 'denied'
  | 'inquiry_failed'

/**
 * Our word left, their claim status category codes right (source: X12 external code source 507).
 */
const CATEGORIES: Readonly<Record<CategoryMeaning, readonly string[]>> = {
  // A1 says "received", which is not accepted: only A2 and A5 mean that the HMO itself has the
  // claim.
  forwarded: ['A0', 'A1'],
  received: ['A2', 'A5'],
  rejected_front_end: ['A3', 'A6', 'A7', 'A8'],
  not_found: ['A4', 'D0'],
  in_review: ['P0', 'P1', 'P2', 'P4', 'P5'],
  documents_requested: ['P3', ...Array.from({ length: 18 }, (_, number) => `R${number}`)],
  decided_by_payment: ['F0', 'F1', 'F3', 'F3F', 'F3N', 'F4'],
  denied: ['F2'],
  inquiry_failed: ['E0', 'E1', 'E2', 'E3', 'E4'],
}

/** Null for a category that we have no word for: it never becomes a known state. */
export function meaningOf(category: string): CategoryMeaning | null {
  return MEANINGS.get(category) ?? null
}

/**
 * What CLP02 says a claim payment is. `predetermination` prices something and pays nothing;
 * `pending` is under review as a whole (X12 RFI 1733).
 */
export type PaymentMeaning = 'processed' | 'denied' | 'pending' | 'reversal' | 'not_ours' | 'predetermination'

/**
 * Our word left, their claim status codes right (source: 005010X221A1 CLP02). A claim paid 0 is not
 * denied by that fact.
 */
const PAYMENTS: Readonly<Record<PaymentMeaning, readonly string[]>> = {
  processed: ['1', '2', '3', '19', '20', '21'],
  denied: ['4'],
  pending: ['5', '10', '13', '15', '16', '17', '27'],
  reversal: ['22'],
  not_ours: ['23'],
  predetermination: ['25'],
}

/** Null for a status that we have no word for. */
export function paymentMeaningOf(status: string): PaymentMeaning | null {
  return PAYMENT_MEANINGS.get(status) ?? null
}

const MEANINGS = inverted(CATEGORIES)
const PAYMENT_MEANINGS = inverted(PAYMENTS)

function inverted<Word extends string>(table: Readonly<Record<Word, readonly string[]>>): Map<string, Word> {
  const theirs = Object.entries(table) as [Word, readonly string[]][]
  return new Map(theirs.flatMap(([ours, codes]) => codes.map((code): [string, Word] => [code, ours])))
}
