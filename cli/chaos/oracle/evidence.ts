import type { DeliveryState, Purpose } from '../../../domain/claim.ts'

/** A claim that a twin took into its books, as its ledger says. */
export interface TwinEffect {
  submissionNumber: string
  purpose: 'new' | 'replacement' | 'void' | 'supplement'
  /** Minor units of `currency`. */
  total: number
  currency: string
}

/** What a twin says that it paid about one submission, minor units of its effect's currency. */
export interface TwinPayment {
  submissionNumber: string
  paid: number
}

/** One sending of a claim, as our database has it. */
export interface OwnSubmission {
  submissionNumber: string
  claimId: string
  purpose: Purpose
  state: DeliveryState
  attempt: number
  lookups: number
  /** What was frozen to be claimed, minor units. */
  total: number
}

export interface OwnClaim {
  id: string
  claimNumber: string
  status: string
  closedBecause: string | null
  currency: string
  /** How many levels of domain/claims/escalation.ts its deadline has climbed. */
  levels: number
  /** Kinds of the open worklist items about it. */
  openItems: readonly string[]
  /** What it says that it waits for. */
  waitingFor: string
}

/** Sums of the ledger: of one claim, or of none where the money is in suspense. */
export interface OwnPosting {
  claimId: string | null
  account: 'allocated' | 'suspense'
  currency: string
  /** Minor units. */
  amount: number
}

/** What tells whether anything is still under way: the twins' ledgers and our rows. */
export interface RunProgress {
  effects: readonly TwinEffect[]
  payments: readonly TwinPayment[]
  submissions: readonly OwnSubmission[]
  claims: readonly OwnClaim[]
  postings: readonly OwnPosting[]
  /** Claim ids that the API promised with a 2xx on submit. */
  promised: readonly string[]
  /** Ids of documents that came in and were not read to their end. */
  unprocessed: readonly string[]
}

/** Everything that a run is judged by: the twins first, our database second, Temporal third. */
export interface RunEvidence extends RunProgress {
  /**
   * Submission numbers of second copies that a twin recognised, on channels without an idempotency
   * key: there only the twin's own memory kept a second one out, so it counts as doubled.
   */
  secondCopies: readonly string[]
  /** Claim ids of the running workflows. */
  running: ReadonlySet<string>
  /** What the database alone finds broken, in words, by invariant. */
  brokenRows: Readonly<Record<string, readonly string[]>>
  /** Where a patient is named that may not be, in words. */
  namedPatients: readonly string[]
}
