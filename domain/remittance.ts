import type { Reference, Said } from './claim.ts'
import type { Adjustment } from './events.ts'
import type { Minor } from './money.ts'

/** One payment by the provider for one or many claims. Amounts in minor units of `currency`. */
export interface Remittance {
  /** Who pays, as the document names it (tax id or payer id). */
  payer: string
  /** Check or transfer number. The duplicate key is payer + trace + amount + date, and the content hash. */
  traceNumber: string
  /** YYYY-MM-DD */
  paidOn: string
  currency: string
  /** What arrives at the bank. Negative is a take-back. */
  amount: Minor
  claims: RemittanceClaim[]
  /** Provider-level adjustments. Positive takes money away, negative gives (source: X12 835 PLB). */
  providerAdjustments: ProviderAdjustment[]
  said: Said[]
}

export interface RemittanceClaim {
  /** Our submission number as it came back, if it did. */
  submissionNumber?: string
  references: Reference[]
  /** `reversal` takes an earlier decision back with negated amounts. */
  kind: 'payment' | 'reversal' | 'not_ours'
  /** `denied` when the provider says the claim as a whole is denied. A claim paid 0 is not denied by that fact. */
  outcome: 'processed' | 'denied'
  charged: Minor
  paid: Minor
  patientResponsibility: Minor | null
  /** Claim-level adjustments; the lines carry their own. */
  adjustments: Adjustment[]
  /** Empty when the provider pays the claim as a whole. */
  lines: RemittanceLine[]
  /** True when the document gives adjustments: then charge − adjustments = paid must hold. False: amounts paid only. */
  itemised: boolean
  said: Said[]
}

export interface RemittanceLine {
  /** Line control number as sent, or null when the provider gave none. */
  controlNumber: string | null
  code: string
  charged: Minor
  paid: Minor
  adjustments: Adjustment[]
}

export interface ProviderAdjustment {
  reason: Said
  reference: string
  amount: Minor
}
