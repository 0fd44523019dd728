import { Client, Connection } from '@temporalio/client'
import { reconcile } from '../activities/upkeep/reconcile.ts'
import { adapterOf } from '../adapters/registry.ts'
import { connect } from '../db/connect.ts'
import { clockFrom } from '../platform/clock.ts'
import { dataConverterFrom } from '../platform/dataConverter.ts'
import { settingsFrom } from '../platform/settings.ts'
import { connectionOptions } from '../platform/temporalAddress.ts'
import type { ReconcileReport } from '../workflows/activityContract.ts'

/**
 * `claimhub reconcile`: one comparison of Postgres and Temporal, now. Exits 1 when a step broke for
 * somebody; the others were served all the same.
 */
export async function reconcileOnce(options: { json?: boolean }): Promise<void> {
  const settings = settingsFrom(process.env)
  const databases = connect(settings.database)
  const connection = await Connection.connect(connectionOptions(settings.temporal))
  try {
    const client = new Client({
      connection,
      namespace: settings.temporal.namespace,
      dataConverter: dataConverterFrom(settings.codecKey),
    })
    const report = await reconcile({ databases, client, clock: clockFrom(settings.clock), adapterOf })
    const ok = report.failures.length === 0
    process.stdout.write(`${options.json ? JSON.stringify({ ok, ...report }) : wordsOf(report)}\n`)
    if (!ok) process.exitCode = 1
  } finally {
    await connection.close()
    await databases.close()
  }
}

function wordsOf(report: ReconcileReport): string {
  const { failures, ...counts } = report
  const did = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  const broke = failures.map(
    ({ step, organisationId, error }) => `\n  ${step} broke for ${organisationId ?? 'everybody'}: ${error}`,
  )
  return `${did.join(', ')}${broke.join('')}`
}
