import { Client, Connection } from '@temporalio/client'
import { reconcile } from '../activities/upkeep/reconcile.ts'
import { adapterOf } from '../adapters/registry.ts'
import { connect } from '../db/connect.ts'
import { clockFrom } from '../platform/clock.ts'
import { dataConverterFrom } from '../platform/dataConverter.ts'
import { settingsFrom } from '../platform/settings.ts'
import { connectionOptions } from '../platform/temporalAddress.ts'

/** `claimhub reconcile`: one comparison of Postgres and Temporal, now. */
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
    const words = `started ${report.started} claims again, ended ${report.ended}, told ${report.told}, woke ${report.woken} mailboxes, warned of ${report.warned} filing limits`
    process.stdout.write(`${options.json ? JSON.stringify({ ok: true, ...report }) : words}\n`)
  } finally {
    await connection.close()
    await databases.close()
  }
}
