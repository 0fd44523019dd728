import { getExternalWorkflowHandle } from '@temporalio/workflow'
import { claimWorkflowId } from '../ids.ts'
import { wake } from '../messages.ts'

/**
 * The original of a replacement reads that it is replaced; one whose workflow has ended needs no
 * waking.
 */
export async function wakeOriginal(claimId: string): Promise<void> {
  await getExternalWorkflowHandle(claimWorkflowId(claimId))
    .signal(wake, { noticeIds: [] })
    .catch(() => undefined)
}
