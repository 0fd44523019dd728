import type { ClaimStatus, ClosedBecause, DeliveryState } from '../domain/claim.ts'
import type { SubmitProblem } from '../domain/claims/requirements.ts'
import type { NoticeEffect } from '../domain/claims/step.ts'

/**
 * What a claim's workflow knows of its claim: words, codes and durations; the truth is the row in
 * Postgres.
 */
export interface ClaimSummary {
  status: ClaimStatus
  delivery: DeliveryState | null
  attention: boolean
  closed: ClosedBecause | null
  /** A sentence for Temporal UI and the console, without patient data. */
  waitingFor: string
  /** Real milliseconds until the deadline's next level; null when nothing is due. */
  dueInMs: number | null
  /** Notices of people who want the claim cancelled, not yet carried out. */
  cancelsWanted?: string[]
  /** NoticeEffect of each notice recorded in this turn. */
  effects: { noticeId: string; effect: NoticeEffect }[]
}

/** Limits of calls to the provider, from the deployment's settings; real milliseconds. */
export interface Timings {
  deliverMs: number
  heartbeatMs: number
}

export type ClaimOpening =
  | { kind: 'refused'; problems: SubmitProblem[]; status: ClaimStatus }
  | {
      kind: 'open'
      claim: ClaimSummary
      timings: Timings
      /** The sending of this run's submit, or null when the claim was submitted before. */
      submitted: { submissionId: string; submissionNumber: string } | null
      /** An interchange whose delivery is not yet resolved. */
      interchangeId: string | null
      /** More of them, to be carried after the first. */
      alsoUnresolved?: string[]
      /** Batches that the claim is in, each of which must have a workflow. */
      dispatches?: string[]
      /**
       * The claim that this one replaces, or the one to the HMO that pays first, when this one
       * changed it: its workflow must be woken.
       */
      replacedClaimId: string | null
    }

/** How one attempt to deliver an interchange, or one look at an unsettled one, ended. */
export type Delivered =
  | { kind: 'settled'; claim: ClaimSummary | null }
  /** Certainly not at the provider: try again after this many real milliseconds. */
  | {
      kind: 'not_sent'
      retryInMs: number
      /**
       * There when the claims say something else than before: the carrying claim as it stands, null
       * for a batch.
       */
      claim?: ClaimSummary | null
    }
  /** May be at the provider: look again after this many real milliseconds. */
  | { kind: 'unknown'; lookInMs: number; claim: ClaimSummary | null }
  /** Waits for a cut-off or a person: a notice ends it, another try doesn't. */
  | { kind: 'waiting'; claim: ClaimSummary | null }
  /** Somebody else holds the lease. */
  | { kind: 'busy'; lookInMs: number }

/** What the workflow of a batch knows of it. */
export interface DispatchPlan {
  timings: Timings
  /** Real milliseconds until its cut-off; 0 when it has come. */
  leavesInMs: number
  /** ISO 8601 UTC, business time. */
  leavesAt: string
}

export interface Escalated {
  claim: ClaimSummary
  /** The first level: ask the provider, when it can be asked. */
  ask: boolean
}

export interface Cancelled {
  claim: ClaimSummary
  /** The void's interchange when the claim has left already. */
  interchangeId: string | null
}
