import type { AdjustmentBucket } from '../../../domain/money/lineDecision.ts'

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

const REASON_KINDS = ['contractual', 'other_payer', 'patient', 'denied'] as const

/**
 * Our words left, their claim adjustment reason codes right, by the bucket they mean in the group
 * CO (source: X12 external code source 139).
 */
const REASONS: Readonly<
  Record<'contractual' | 'other_payer' | 'patient' | 'denied', Readonly<Record<string, string>>>
> = {
  contractual: {
    'capitation agreement': '24',
    'above the fee schedule': '45',
    'multiple procedures rule': '59',
    'contracted charge reduction': '131',
    sequestration: '253',
  },
  other_payer: { 'another payer comes first': '22', 'paid or cut by the payer before': '23' },
  patient: {
    deductible: '1',
    coinsurance: '2',
    copay: '3',
    'blood deductible': '66',
    'paid to the patient': '100',
    'patient refused the service': '142',
  },
  denied: {
    'code does not fit the modifier': '4',
    'lacks information': '16',
    duplicate: '18',
    'not covered by this payer': '109',
    'before coverage': '26',
    'after coverage': '27',
    'filed too late': '29',
    'patient not identified': '31',
    'not necessary': '50',
    'benefit maximum of the period': '119',
    'not covered': '96',
    'part of another service': '97',
    'lifetime maximum': '149',
    'needs a second opinion': '61',
    'no authorisation': '197',
    'authorisation exceeded': '198',
    'not covered under the plan': '204',
    'frequency limit': '272',
    'predetermination missing': '15',
    'attachment needed': '252',
    'alternate benefit': '169',
    'waiting period': '179',
    'replaced by a later claim': '129',
  },
}

/**
 * The bucket of a CAS reason. PR alone may be billed to the patient. What we don't know stays
 * `denied`, open until a person says, and is not `known`.
 */
export function bucketOf(group: string, reason: string): { bucket: AdjustmentBucket; known: boolean } {
  const meaning = BUCKETS.get(reason)
  if (meaning === undefined || !GROUPS.has(group)) return { bucket: 'denied', known: false }
  if (group === 'PR') return { bucket: 'patient', known: true }
  if (meaning === 'other_payer') return { bucket: group === 'OA' ? 'other_payer' : 'denied', known: true }
  return { bucket: meaning === 'contractual' ? 'contractual' : 'denied', known: true }
}

/** CO contract, PR patient, OA other, PI payer's decision; CR is the old group of corrections. */
const GROUPS = new Set(['CO', 'PR', 'OA', 'PI', 'CR'])

/** What CLP02 says a claim payment is. `predetermination` prices something and pays nothing. */
export type PaymentMeaning = 'processed' | 'denied' | 'reversal' | 'not_ours' | 'predetermination'

/**
 * Our word left, their claim status codes right (source: 005010X221A1 CLP02). A claim paid 0 is not
 * denied by that fact.
 */
const PAYMENTS: Readonly<Record<PaymentMeaning, readonly string[]>> = {
  processed: ['1', '2', '3', '19', '20', '21'],
  denied: ['4'],
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
const BUCKETS = new Map(
  REASON_KINDS.flatMap((kind) => Object.values(REASONS[kind]).map((code) => [code, kind] as const)),
)

function inverted<Word extends string>(table: Readonly<Record<Word, readonly string[]>>): Map<string, Word> {
  const theirs = Object.entries(table) as [Word, readonly string[]][]
  return new Map(theirs.flatMap(([ours, codes]) => codes.map((code): [string, Word] => [code, ours])))
}
