import type { EffectEntry } from '../effectLedger.ts'
import type { X12Claim } from './x12/readClaim.ts'
import type { Inquiry } from './x12/readInquiry.ts'

export type SummitEffect = Extract<EffectEntry, { kind: 'effect' }>

/** A claim in the books: what came in and what was said of it. */
export interface SummitClaim extends Omit<X12Claim, 'frequency'> {
  about: string
  purpose: SummitEffect['purpose']
  claimNumber: string
  scenario: string
  fate: SummitFate
  /** The claim that this one corrects, when it is in the books. */
  original: string | null
  /** ISA06, ISA08 and ISA13 it came under. */
  sender: string
  receiver: string
  control: string
  usage: 'P' | 'T'
  bytesSha256: string
  /** Business ms when it was taken. */
  at: number
  done: Set<SummitStatement>
  /** Minor units paid so far. */
  paid: number
  /** The correction that took its place. */
  supersededBy: string | null
}

/**
 * An interchange of claims or of inquiries that was read to its end; its acknowledgements or its
 * answer are due.
 */
export interface SummitInterchange {
  about: string
  kind: 'claims' | 'inquiry'
  at: number
  sender: string
  receiver: string
  control: string
  date: string
  time: string
  usage: 'P' | 'T'
  note: string
  groups: {
    code: string
    control: string
    guide: string
    transactions: { kind: string; control: string; accepted: boolean }[]
  }[]
  /** Business days until it is acknowledged; null: never. */
  answerDays: number | null
  inquiries: Inquiry[]
  /** Which file it was, so that a restart between reading and removing is no second copy. */
  file: { inode: number; modifiedMs: number }
  done: Set<SummitStatement>
}

/**
 * A file of ours as it was decided, before it is written: the same text whenever it is written
 * again.
 */
export interface OutFile {
  name: string
  at: string
  control: number
  text: string
  says: { about: string; what: SummitStatement; paid?: number }[]
  /** What the clinics then owe to Summit, by payee, to be taken from the next payment (PLB FB). */
  owed?: { payee: string; amount: number; reference: string }
}

export interface SummitBook {
  claims: Map<string, SummitClaim>
  byNumber(claimNumber: string): SummitClaim | undefined
  interchanges: Map<string, SummitInterchange>
  files: Map<string, OutFile>
  published: Set<string>
  attachments: Set<string>
  owed(payee: string): { amount: number; reference: string }
  /** The next control number of a file of ours. */
  nextControl(): number
  append(entry: EffectEntry): void
  note(at: Date, key: string, value: unknown): void
  entries(): readonly EffectEntry[]
  close(): void
}

/** What Summit will do with a claim; decided when it takes it and kept in the ledger. */
export type SummitFate =
  | 'pay'
  | 'pay-less-contract'
  | 'pay-part'
  | 'deny'
  | 'reject-member'
  | 'reject-reference'
  | 'reject-total'
  | 'silent'
  | 'halves'
  | 'twice'
  | 'void'

/** What Summit says of a claim or an interchange, each at most once. */
export type SummitStatement =
  | 'TA1'
  | '999'
  | 'answered'
  | 'forwarded'
  | 'acknowledged'
  | 'rejected'
  | 'in-review'
  | 'denied'
  | 'payment-1'
  | 'payment-2'
  | 'taken-back'
