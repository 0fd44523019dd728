import type { Minor } from '../amounts.ts'
import type { AdjustmentBucket } from '../money/lineDecision.ts'
import type { Person, Relationship } from '../people.ts'

/** One reason why the first HMO did not pay all, with the code that another HMO understands. */
export interface PayerAdjustment {
  bucket: AdjustmentBucket
  /** X12 claim adjustment group (source: X12 835 CAS01). */
  group: string
  /** Claim adjustment reason code (source: X12 external code source 139). */
  reason: string
  amount: Minor
  /** The first HMO's own words, where it gave some. */
  text?: string
}

/** What the first HMO decided of one line. `charge` = `paid` + its adjustments. */
export interface FirstDecidedLine {
  /** The line's number on the claim to the second HMO. */
  lineNumber: number
  charge: Minor
  paid: Minor
  /** What its contract allows for the line, whoever pays it. */
  allowed: Minor
  /** What it leaves for the second HMO: neither paid nor given up by contract. */
  left: Minor
  adjustments: PayerAdjustment[]
}

export interface FirstDecision {
  /** YYYY-MM-DD */
  decidedOn: string
  /** Paid for the lines, less what it took from the claim as a whole. */
  paid: Minor
  /** Of the claim as a whole. */
  adjustments: PayerAdjustment[]
  /** One for each line of the claim to the second HMO that the first one has decided. */
  lines: FirstDecidedLine[]
}

/**
 * The HMO that pays before the one that a claim goes to. Amounts in minor units of the claim's
 * currency.
 */
export interface FirstPayer {
  providerId: string
  name: string
  /** What identifies it among payers: as its own connection names it, else its provider id. */
  payerId: string
  cover: { memberId: string; plan?: string; group?: string; relationship: Relationship; subscriber: Person }
  /** Its own number of its claim, once it gave one. */
  claimReference?: string
  /** Null: it has not decided, and a person said why the claim does not wait for it. */
  decision: FirstDecision | null
}
