import type { WatchedType } from '../domain/worklist/unattendedWork.ts'

/**
 * Every workflow id, task queue, schedule id and search attribute is spelled here and nowhere else.
 * Opaque ids only.
 */

/**
 * Claims' workflows, inboxes and mailboxes, and the activities that touch only our own database.
 */
export const MAIN_QUEUE = 'claimhub'
/** Calls to one provider: a queue of its own, so that one slow HMO holds up nobody else. */
export const providerQueue = (providerId: string) => `provider-${providerId}`

export const claimWorkflowId = (claimId: string) => `claim-${claimId}`
/** The claim of a claim's workflow. */
export const claimIdOf = (workflowId: string) => workflowId.slice(claimWorkflowId('').length)
export const dispatchWorkflowId = (interchangeId: string) => `dispatch-${interchangeId}`
/** The interchange of a batch dispatch. */
export const interchangeIdOf = (workflowId: string) => workflowId.slice(dispatchWorkflowId('').length)
export const inboxWorkflowId = (connectionId: string) => `inbox-${connectionId}`

/** How the ids of long-lived workflows are made of what they are about. */
const WATCHED_IDS: Record<WatchedType, (subjectId: string) => string> = {
  claimLifecycle: claimWorkflowId,
  batchDispatch: dispatchWorkflowId,
  inbox: inboxWorkflowId,
}
export const watchedWorkflowId = (type: WatchedType, subjectId: string) => WATCHED_IDS[type](subjectId)
/** The claim, interchange or connection that such a workflow is about. */
export const subjectOf = (type: WatchedType, workflowId: string) => workflowId.slice(WATCHED_IDS[type]('').length)

export const mailboxWorkflowId = (connectionId: string) => `mailbox-${connectionId}`
export const mailboxScheduleId = (connectionId: string) => `mailbox-${connectionId}`
export const isMailboxSchedule = (scheduleId: string) => scheduleId.startsWith(mailboxScheduleId(''))

export const RECONCILIATION_ID = 'reconciliation'

/**
 * Search attributes with their Temporal types; registered by `claimhub migrate` and verified when a
 * worker starts.
 */
export const SEARCH_ATTRIBUTES = {
  ClaimStatus: 'Keyword',
  ClaimProvider: 'Keyword',
  ClaimOrganisation: 'Keyword',
  ClaimAttention: 'Bool',
} as const
