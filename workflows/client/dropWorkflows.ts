import type { Client } from '@temporalio/client'
import { DISPATCH_WORKFLOW } from '../messages.ts'
import { CLAIM_WORKFLOW } from './claimStart.ts'

const IN_FLIGHT = 16

/**
 * Ends every workflow that claims, batches and inboxes have: after a restore Temporal remembers
 * more than the database. Each starts again from its row. Answers how many were ended.
 */
export async function dropWorkflows(client: Client, reason: string): Promise<number> {
  const types = [CLAIM_WORKFLOW, DISPATCH_WORKFLOW, 'inbox'].map((type) => `'${type}'`).join(', ')
  const ids: string[] = []
  const query = `WorkflowType IN (${types}) AND ExecutionStatus = 'Running'`
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId)
  const queue = [...ids]
  const next = async (): Promise<void> => {
    for (let id = queue.pop(); id !== undefined; id = queue.pop())
      // One that has ended meanwhile is what was wanted.
      await client.workflow
        .getHandle(id)
        .terminate(reason)
        .catch(() => undefined)
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, ids.length) }, next))
  return ids.length
}
