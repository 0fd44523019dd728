import type { CountByType } from '../domain/worklist/unattendedWork.ts'
import type { Cancelled, ClaimOpening, ClaimSummary, Delivered, DispatchPlan, Escalated } from './activityResults.ts'
import type { ClaimInput } from './messages.ts'

/** One interchange, to be carried to the provider. */
export interface Transmission {
  organisationId: string
  providerId: string
  interchangeId: string
  /** The claim whose workflow carries it; absent: the workflow of its batch does. */
  claimId?: string
}

/** One batch, to be carried when its cut-off comes. */
export type BatchRef = Omit<Transmission, 'claimId'>

/** One connection's answers. */
export interface MailboxRef {
  organisationId: string
  connectionId: string
  providerId: string
}

/** Local activities of a claim: they touch our own rows only, and each is idempotent. */
export interface ClaimActivities {
  openClaim(claim: ClaimInput): Promise<ClaimOpening>
  recordNotices(claim: ClaimInput, asked: string[]): Promise<ClaimSummary>
  escalate(claim: ClaimInput): Promise<Escalated>
  cancelClaim(claim: ClaimInput, noticeId: string): Promise<Cancelled>
  /** Makes sure that a workflow carries the batch. */
  startDispatch(batch: BatchRef): Promise<void>
  planDispatch(batch: BatchRef): Promise<DispatchPlan>
}

/** Activities on a provider's own queue. */
export interface ProviderActivities {
  deliver(sending: Transmission): Promise<Delivered>
  resolveDelivery(sending: Transmission): Promise<Delivered>
  askProvider(claim: ClaimInput): Promise<void>
}

export interface CollectActivities {
  /** Answers how many documents were new. */
  collect(mailbox: MailboxRef): Promise<number>
}

export interface MailboxActivities {
  /**
   * `left`: there is more to do; `restMs`: a document broke and is tried again after this many real
   * milliseconds, not sooner.
   */
  processInbox(mailbox: MailboxRef): Promise<{ left: boolean; restMs?: number }>
  /** Every claim of the batch has a notice to record. */
  notifyClaims(batch: BatchRef): Promise<void>
}

export interface ReconcileActivities {
  reconcile(): Promise<ReconcileReport>
}

/** What a comparison of Postgres and Temporal found and mended. */
export interface ReconcileReport {
  /** Open claims that had no running workflow: started again at their recorded state. */
  started: number
  /** Running workflows whose claim is closed; they are woken so that they end. */
  ended: number
  /**
   * Claims with a notice that was not recorded within a minute, or that were recorded and not
   * woken: woken.
   */
  told: number
  /** Drafts that were to be submitted over a minute ago, of which nothing came: started again. */
  submits: number
  /** Mailboxes with documents that nobody processed within a minute: woken. */
  woken: number
  /** Sendings unknown for hours without a worklist item; they have one now. */
  raised: number
  /** Overdue claims that no open item spoke of: on the worklist now. */
  overdue: number
  /** Work that has lain for over a minute, by the workflow that should have done it. */
  unattended: CountByType
  /** Workflows whose task fails again and again, by type: `claimhub unwedge` starts them again. */
  wedged: CountByType
  /** Work that lies, of which the operator has been told now. */
  silent: number
  /**
   * Batches without a running workflow, or with one that slept past the cut-off: started, or woken.
   */
  departed: number
  /** Inquiries whose sender died: given up; the next one asks again. */
  dropped: number
  /** Drafts and unclaimed visits whose filing limit came near: on the worklist now. */
  warned: number
  /** What broke, for whom; everybody else was served. */
  failures: ReconcileFailure[]
}

/** One step of a reconciliation that broke; without an organisation, the whole step did. */
export interface ReconcileFailure {
  step: string
  organisationId: string | null
  connectionId: string | null
  /** The error's name, never its words. */
  error: string
}
