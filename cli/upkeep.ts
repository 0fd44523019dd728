import { Client, Connection } from '@temporalio/client'
import type { ReconcileDeps } from '../activities/upkeep/reconcile.ts'
import { adapterOf } from '../adapters/registry.ts'
import { connect } from '../db/connect.ts'
import { clockFrom } from '../platform/clock.ts'
import { dataConverterFrom } from '../platform/dataConverter.ts'
import { settingsFrom } from '../platform/settings.ts'
import { connectionOptions } from '../platform/temporalAddress.ts'
import type { ReconcileFailure } from '../workflows/activityContract.ts'

/**
 * Runs work on the deployment's database and Temporal, with the settings of its processes, and
 * closes both.
 */
export async function withDeployment<T>(work: (deps: ReconcileDeps) => Promise<T>): Promise<T> {
  const settings = settingsFrom(process.env)
  const databases = connect(settings.database)
  const connection = await Connection.connect(connectionOptions(settings.temporal))
  try {
    const client = new Client({
      connection,
      namespace: settings.temporal.namespace,
      dataConverter: dataConverterFrom(settings.codecKey),
    })
    return await work({ databases, client, clock: clockFrom(settings.clock), adapterOf })
  } finally {
    await connection.close()
    await databases.close()
  }
}

/** What broke, for whom, a line each. */
export function failureLines(failures: ReconcileFailure[]): string {
  return failures
    .map(({ step, organisationId, error }) => `\n  ${step} broke for ${organisationId ?? 'everybody'}: ${error}`)
    .join('')
}
