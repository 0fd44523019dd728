import type { Client } from '@temporalio/client'
import { claimIdOf, claimWorkflowId, MAIN_QUEUE } from '../ids.ts'
import { type ClaimInput, wake } from '../messages.ts'
import { CLAIM_WORKFLOW, claimSearchAttributes } from './claimStart.ts'

/**
 * Signals in flight at once: enough to hide the round trip, few enough to leave the server for
 * people.
 */
const IN_FLIGHT = 32

/** How a claim's workflow is started by a signal. */
export function claimStartOptions(claim: ClaimInput) {
  return {
    workflowId: claimWorkflowId(claim.claimId),
    taskQueue: MAIN_QUEUE,
    args: [claim] as [ClaimInput],
    // A closed claim's workflow has ended; a late notice or a person's action starts it again from
    // its row.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: claimSearchAttributes(claim),
  }
}

/** Signals one claim that there is something to read; starts its workflow where it has ended. */
export async function wakeClaim(client: Client, claim: ClaimInput): Promise<void> {
  await client.workflow.signalWithStart(CLAIM_WORKFLOW, {
    ...claimStartOptions(claim),
    signal: wake,
    signalArgs: [{ noticeIds: [] }],
  })
}

/** Wakes many claims of one provider, some at a time. */
export async function wakeClaims(
  client: Client,
  provider: { organisationId: string; providerId: string },
  claimIds: string[],
): Promise<void> {
  const { organisationId, providerId } = provider
  const queue = [...claimIds]
  const wakeNext = async (): Promise<void> => {
    for (let claimId = queue.pop(); claimId !== undefined; claimId = queue.pop())
      await wakeClaim(client, { organisationId, claimId, providerId })
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, claimIds.length) }, wakeNext))
}

/** The claims whose workflow runs, as Temporal's visibility knows it: a moment behind the truth. */
export async function runningClaims(client: Client): Promise<Set<string>> {
  const running = new Set<string>()
  const query = `WorkflowType = '${CLAIM_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) running.add(claimIdOf(workflowId))
  return running
}
