import type { DocumentKind } from '../../../domain/claim.ts'
import type { Adjustment, AdjustmentBucket } from '../../../domain/money/lineDecision.ts'

/**
 * Our word left, theirs right. A code that stands in no table stays a code: it never becomes a
 * state of ours.
 */

export const SYSTEMS = {
  adjudication: [
    'http://terminology.hl7.org/CodeSystem/adjudication',
    'https://harbor-health.example/fhir/adjudication',
  ],
  reason: ['https://harbor-health.example/fhir/adjudication-reason'],
  error: ['https://harbor-health.example/fhir/claim-error'],
  carc: ['https://x12.org/codes/claim-adjustment-reason-codes'],
  document: ['https://harbor-health.example/fhir/requested-document'],
  issue: ['https://harbor-health.example/fhir/issue'],
  paymentType: ['http://terminology.hl7.org/CodeSystem/payment-type'],
}
export const STAGE_EXTENSION = 'https://harbor-health.example/fhir/StructureDefinition/claim-stage'
export const ORIGINAL_EXTENSION = 'https://harbor-health.example/fhir/StructureDefinition/original-claim'

/** Where a claim that is not decided stands (extension claim-stage; NOTES.md). */
export const STAGES = {
  received: ['acknowledged'],
  in_review: ['in-review', 'medical-review'],
} as const

/**
 * What an adjudication's amount means for the line. `tax` says how much of an amount is tax and
 * takes nothing from the line (source: FHIR R4 code system `adjudication`).
 */
export const CATEGORIES = {
  payable: ['benefit'],
  charged: ['submitted'],
  allowed: ['eligible'],
  informs_only: ['eligpercent', 'tax'],
} as const

/** Adjudications that take from the line, by bucket. */
export const REDUCTIONS = {
  patient: ['copay', 'deductible', 'coinsurance', 'unallocdeduct'],
  contractual: ['contractual'],
  denied: ['noncovered', 'denied'],
  withheld_tax: ['withheld-tax'],
  other_payer: ['other-payer'],
} as const satisfies Partial<Record<AdjustmentBucket, readonly string[]>>

/** What an amount's reason says beside its bucket. */
export const REASONS = {
  duplicate: ['duplicate'],
  pending: ['pended', 'under-review'],
  other_payer_first: ['other-payer-first'],
} as const satisfies Partial<Record<NonNullable<Adjustment['means']>, readonly string[]>>

/** Why a claim was never adjudicated. */
export const ERRORS = {
  duplicate: ['duplicate'],
} as const

export const DOCUMENTS = {
  xray: ['radiograph'],
  photo: ['photograph'],
  perio_chart: ['periodontal-chart'],
  treatment_plan: ['treatment-plan'],
  referral: ['referral-letter'],
  narrative: ['narrative'],
  receipt: ['receipt'],
} as const satisfies Partial<Record<DocumentKind, readonly string[]>>

/** What an OperationOutcome's code means for a sending. */
export const ISSUES = {
  duplicate: ['duplicate-claim'],
  key_reused: ['idempotency-key-reused'],
  on_file: ['claim-on-file'],
} as const

export const PAYMENT_TYPES = {
  claim: ['payment'],
  adjustment: ['adjustment', 'advance'],
} as const
