import { type UnwedgeReport, unwedge } from '../activities/upkeep/unwedge.ts'
import { failureLines, withDeployment } from './upkeep.ts'

/**
 * `claimhub unwedge`: starts every workflow whose task fails again and again anew from its row.
 * Exits 1 when one could not be, or could not be looked at; the others are started all the same.
 */
export async function unwedgeAll(options: { dryRun?: boolean; json?: boolean }): Promise<void> {
  const dryRun = options.dryRun ?? false
  const report = await withDeployment((deps) => unwedge(deps, { dryRun }))
  const ok = report.failures.length === 0 && report.unanswered === 0
  process.stdout.write(`${options.json ? JSON.stringify({ ok, dryRun, ...report }) : wordsOf(report, dryRun)}\n`)
  if (!ok) process.exitCode = 1
}

function wordsOf(
  { unattended, wedged, workflows, restarted, strangers, unanswered, failures }: UnwedgeReport,
  dryRun: boolean,
) {
  const byType = Object.entries(wedged).map(
    ([type, count]) => `${type}: ${count} wedged, ${unattended[type as keyof typeof unattended]} unattended`,
  )
  const named = workflows.map(({ workflowId, tries }) => `  ${workflowId}, tried ${tries} times`)
  const left = strangers.map((workflowId) => `  ${workflowId} is wedged and has no row here: left alone`)
  const did = dryRun ? `${workflows.length} would be started again` : `${restarted} started again`
  const unknown = unanswered === 0 ? [] : [`Temporal has not answered for ${unanswered} workflows: run it again`]
  return [...byType, did, ...unknown, ...named, ...left].join('\n') + failureLines(failures)
}
