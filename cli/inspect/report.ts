import type { ReadDetails } from './details.ts'

/**
 * What `inspect --json` prints, a line for each file; the order of the properties is the order in
 * the JSON (docs/inspect.md).
 */
export interface FileReport {
  /** The path as it was given. */
  file: string
  mediaType: string
  /** Null when the file is not readable. */
  kind: ReportKind | 'mixed' | null
  readable: boolean
  transactions: TransactionReport[]
}

export type ReportKind = 'remittance' | 'acknowledgement' | 'status' | 'claim'

export interface TransactionReport {
  kind: ReportKind | null
  controlNumber: string | null
  problems: DocumentProblem[]
  /** Whether a remittance adds up; null for what is none. */
  balanced: boolean | null
  /** Decimal text: what a remittance pays, or the sum of the claims of a claim file. */
  total: string | null
  claims: ClaimReport[]
  /** Positive takes money away. */
  providerAdjustments: { reason: string; reference: string | null; amount: string | null }[]
}

export interface ClaimReport {
  claimId: string | null
  /** The provider's number of the claim. */
  reference: string | null
  /** A word of docs/inspect.md, or the document's own code where we have no word. */
  status: string | null
  charged: string | null
  paid: string | null
  patientResponsibility: string | null
  lines: number
  adjustments: AdjustmentReport[]
  /** Of a claim file: teeth, placements, dates and dentists; absent where it says none. */
  details?: ReadDetails
  /** Of a claim: what payers decided that pay before; absent where the claim names none. */
  otherPayers?: OtherPayerReport[]
}

export interface AdjustmentReport {
  group: string
  reason: string
  amount: string | null
}

export interface OtherPayerReport {
  /** `primary`, `secondary`, `tertiary`, or the document's own code. */
  order: string | null
  payer: string | null
  /** Its own number of its claim. */
  reference: string | null
  paid: string | null
  /** Of the claim as a whole. */
  adjustments: AdjustmentReport[]
  lines: { line: number; paid: string | null; adjustments: AdjustmentReport[] }[]
}

export type ProblemCode =
  | 'segment-count'
  | 'control-number'
  | 'line-balance'
  | 'claim-balance'
  | 'payment-balance'
  | 'amount-range'
  | 'patient-balance'
  | 'notification-with-amount'
  | 'unknown-code'
  | 'missing'
  | 'malformed'

/** Something wrong with the document. `where` is a place in it, `message` a sentence. */
export interface DocumentProblem {
  code: ProblemCode
  where: string
  message: string
}

/** What a reader made of one document. */
export type Reading = { readable: true; mediaType: string; transactions: ReadTransaction[] } | Unreadable
export interface Unreadable {
  readable: false
  mediaType: string
  because: string
}

/** A transaction, with what only a person wants to see of it. */
export interface ReadTransaction {
  report: TransactionReport
  /** What it is, in words: "835 payment". */
  title: string
  /** Who, when, which numbers. */
  notes: [name: string, text: string][]
  currency: string
}

/** A transaction without content yet. */
export function emptyTransaction(kind: ReportKind | null, controlNumber: string | null): TransactionReport {
  return {
    kind,
    controlNumber: controlNumber || null,
    problems: [],
    balanced: null,
    total: null,
    claims: [],
    providerAdjustments: [],
  }
}

/** The kind that all transactions share, else `mixed`. */
export function kindOf(transactions: readonly TransactionReport[]): FileReport['kind'] {
  const kinds = new Set(transactions.flatMap(({ kind }) => (kind === null ? [] : [kind])))
  const [first, ...others] = kinds
  return first === undefined ? null : others.length > 0 ? 'mixed' : first
}
