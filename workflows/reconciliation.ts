import { proxyActivities } from '@temporalio/workflow'
import type { ReconcileActivities, ReconcileReport } from './activityContract.ts'
import { MAIN_QUEUE } from './ids.ts'

/** One comparison of Postgres and Temporal; a Schedule runs it every few minutes. */
export async function reconciliation(): Promise<ReconcileReport> {
  const { reconcile } = proxyActivities<ReconcileActivities>({
    taskQueue: MAIN_QUEUE,
    startToCloseTimeout: '5 minutes',
    // A worker that died in it must not keep the next firings away for as long.
    heartbeatTimeout: '30 seconds',
    // The next firing comes anyway.
    retry: { maximumAttempts: 2 },
  })
  return reconcile()
}
