import type { Client } from '@temporalio/client'
import { CLAIM_WORKFLOW } from '../workflows/claimStart.ts'
import { claimIdOf } from '../workflows/ids.ts'

/** The claims whose workflow runs, as Temporal's visibility knows it: a moment behind the truth. */
export async function runningClaims(client: Client): Promise<Set<string>> {
  const running = new Set<string>()
  const query = `WorkflowType = '${CLAIM_WORKFLOW}' AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) running.add(claimIdOf(workflowId))
  return running
}
