import type { Minor } from '../amounts.ts'
import type { Said } from '../said.ts'

/**
 * Which bucket an amount that the provider did not pay belongs to. `contractual`: the clinic gives
 * it up by contract; `patient`: the patient owes it; `other_payer`: another insurer pays it;
 * `denied`: refused or reduced, open until its codes, a connection rule or a person says appeal,
 * bill patient or write off.
 */
export const ADJUSTMENT_BUCKETS = [
  'contractual',
  'patient',
  'other_payer',
  'denied',
  'withheld_tax',
  'discount',
  'bank_fee',
] as const
export type AdjustmentBucket = (typeof ADJUSTMENT_BUCKETS)[number]

/**
 * One reason why a line or claim was not paid in full. Positive reduces what is paid (source: X12
 * 835 CAS).
 */
export interface Adjustment {
  bucket: AdjustmentBucket
  amount: Minor
  said: Said
  /**
   * What the amount says beside its bucket. `pending`, `duplicate`: nothing is decided by it.
   * `other_payer_first`: another payer must be billed before this one pays. `prior_payer`: what an
   * earlier payer paid or cut. `bundled`: part of another service, which may be paid on another
   * line.
   */
  means?: 'pending' | 'duplicate' | 'other_payer_first' | 'prior_payer' | 'bundled'
}

/** What the provider decided of one line. Amounts are per line, in the claim's currency. */
export interface LineDecision {
  lineNumber: number
  outcome: 'approved' | 'reduced' | 'denied' | 'pending'
  /** What the provider pays or will pay for the line. */
  payable: Minor
  adjustments: Adjustment[]
  said?: Said[]
  /** Of a pending line: the provider has another copy of it, and decides that one. */
  duplicate?: true
  /** Of a denied or reduced line: another payer must be billed before this one pays. */
  otherPayerFirst?: true
}

/**
 * What becomes of a line that the provider denied or reduced. `bill_other_payer`: the patient's
 * other HMO is asked for it.
 */
export const LINE_SETTLEMENTS = ['appeal', 'bill_patient', 'write_off', 'bill_other_payer'] as const
export type LineSettlement = (typeof LINE_SETTLEMENTS)[number]
