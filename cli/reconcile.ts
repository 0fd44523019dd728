import { reconcile } from '../activities/upkeep/reconcile.ts'
import type { ReconcileReport } from '../workflows/activityContract.ts'
import { failureLines, withDeployment } from './upkeep.ts'

/**
 * `claimhub reconcile`: one comparison of Postgres and Temporal, now. Exits 1 when a step broke for
 * somebody; the others were served all the same.
 */
export async function reconcileOnce(options: { json?: boolean }): Promise<void> {
  const report = await withDeployment(reconcile)
  const ok = report.failures.length === 0
  process.stdout.write(`${options.json ? JSON.stringify({ ok, ...report }) : wordsOf(report)}\n`)
  if (!ok) process.exitCode = 1
}

function wordsOf(report: ReconcileReport): string {
  const { failures, ...counts } = report
  const did = Object.entries(counts).map(([what, count]) =>
    typeof count === 'number' ? `${what} ${count}` : `${what} ${Object.entries(count).flat().join(' ')}`,
  )
  return `${did.join(', ')}${failureLines(failures)}`
}
