import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { ClaimStatus, DeliveryState } from '../domain/claim.ts'
import type { SubmitProblem } from '../domain/claims/requirements.ts'
import type { NoticeEffect } from '../domain/claims/step.ts'

/** What a claim's workflow starts with: ids only. */
export interface ClaimInput {
  organisationId: string
  claimId: string
  providerId: string
}

/**
 * The answer to `submit`: the claim is frozen and on its way, or stays a draft with the list of
 * what is missing.
 */
export type SubmitResult =
  | { kind: 'submitted'; submissionId: string; submissionNumber: string }
  | { kind: 'not_a_draft'; status: ClaimStatus }
  | { kind: 'refused'; problems: SubmitProblem[] }

/** Answer to `recordActions`: what the claim is after the notices were recorded. */
export interface RecordResult {
  status: ClaimStatus
  /** Per notice, in the order of the ids. */
  effects: { noticeId: string; effect: NoticeEffect }[]
}

/** Waits until the workflow's main function has frozen the claim; changes nothing itself. */
export const submit = defineUpdate<SubmitResult>('submit')
/** What a person did, stored as notices before: answers once the claim has recorded them. */
export const recordActions = defineUpdate<RecordResult, [{ noticeIds: string[] }]>('recordActions')
/** Notices of the provider or the ledger wait in Postgres. */
export const wake = defineSignal<[{ noticeIds: string[] }]>('wake')
/**
 * Cancel: stops an interchange that has not left, or sends a void where the adapter has one. The
 * notice carries who and why.
 */
export const cancel = defineUpdate<RecordResult, [{ noticeId: string }]>('cancel')

export interface ClaimView {
  status: ClaimStatus | 'opening'
  delivery: DeliveryState | null
  waitingFor: string
}
export const view = defineQuery<ClaimView>('view')

/** The workflow that carries a batch. */
export const DISPATCH_WORKFLOW = 'batchDispatch'
/** Lets a batch leave now; its cut-off in Postgres was moved before. */
export const dispatchNow = defineSignal('dispatchNow')

/** Wakes an inbox; carries nothing, the inbox reads its documents from Postgres. */
export const wakeInbox = defineSignal('wake')
