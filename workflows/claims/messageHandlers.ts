import { condition, setHandler } from '@temporalio/workflow'
import type { ClaimOpening } from '../activityResults.ts'
import { cancel, type RecordResult, recordActions, type SubmitResult, submit, view, wake } from '../messages.ts'
import type { ClaimProgress } from './progress.ts'

/**
 * What others may say to a claim's workflow. No handler changes anything itself: each waits for the
 * main function.
 */
export function handleMessages(claim: ClaimProgress): void {
  setHandler(submit, async (): Promise<SubmitResult> => {
    await condition(() => claim.opening() !== null)
    return submitResult(claim.opening() as unknown as ClaimOpening)
  })
  setHandler(wake, () => {
    claim.unrecorded = true
  })
  setHandler(recordActions, async ({ noticeIds }): Promise<RecordResult> => {
    claim.want(noticeIds)
    await condition(() => claim.isRecorded(noticeIds))
    return claim.recordedEffects(noticeIds)
  })
  setHandler(cancel, async ({ noticeId }): Promise<RecordResult> => {
    const request = claim.requestCancel(noticeId)
    await condition(() => request.done !== undefined)
    return request.done as unknown as RecordResult
  })
  setHandler(view, () => {
    const latest = claim.latest()
    return {
      status: latest?.status ?? 'opening',
      delivery: latest?.delivery ?? null,
      waitingFor: latest?.waitingFor ?? 'Opening',
    }
  })
}

function submitResult(opened: ClaimOpening): SubmitResult {
  switch (opened.kind) {
    case 'refused':
      return opened.problems.length > 0
        ? { kind: 'refused', problems: opened.problems }
        : { kind: 'not_a_draft', status: opened.status }
    case 'open':
      return opened.submitted === null
        ? { kind: 'not_a_draft', status: opened.claim.status }
        : { kind: 'submitted', ...opened.submitted }
  }
}
