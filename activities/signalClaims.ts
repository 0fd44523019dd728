import { CLAIM_WORKFLOW, claimSearchAttributes } from '../workflows/claimStart.ts'
import { claimWorkflowId, MAIN_QUEUE } from '../workflows/ids.ts'
import { news } from '../workflows/messages.ts'
import type { Deps } from './deps.ts'

/** Signals in flight at once: enough to hide the round trip, few enough to leave the server for people. */
const IN_FLIGHT = 32

/** Tells claims that there is news. A claim whose workflow has ended is started again and goes on from its row. */
export async function signalClaims(
  deps: Pick<Deps, 'client'>,
  organisationId: string,
  providerId: string,
  claimIds: string[],
): Promise<void> {
  const queue = [...claimIds]
  const signalNext = async (): Promise<void> => {
    for (let claimId = queue.pop(); claimId !== undefined; claimId = queue.pop()) {
      await deps.client.workflow.signalWithStart(CLAIM_WORKFLOW, {
        workflowId: claimWorkflowId(claimId),
        taskQueue: MAIN_QUEUE,
        args: [{ organisationId, claimId, providerId }],
        signal: news,
        signalArgs: [{ noticeIds: [] }],
        typedSearchAttributes: claimSearchAttributes({ organisationId, providerId }),
      })
    }
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, claimIds.length) }, signalNext))
}
