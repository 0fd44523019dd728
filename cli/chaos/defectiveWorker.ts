import { sql } from 'kysely'
import { createProviderActivities } from '../../activities/createActivities.ts'
import { runWorker } from '../../activities/worker/runWorker.ts'
import { settingsFrom } from '../../platform/settings.ts'
import { announce, asked } from '../stack/serve.ts'

/**
 * A worker with a planted defect: an interchange whose fate is unknown is simply sent again, as if there were no lease and no UNKNOWN. The audit
 * must find what it does; a gauge that never goes red measures nothing.
 */
export async function defectiveWorker(): Promise<void> {
  const running = await runWorker(settingsFrom(process.env), (deps) => ({
    ...createProviderActivities(deps),
    resolveDelivery: async ({ organisationId, interchangeId }) => {
      await deps.databases.within(organisationId, (tx) =>
        sql`update interchanges set state = 'READY', lease_until = null, mark = null
            where organisation_id = ${organisationId} and id = ${interchangeId} and state in ('SENDING', 'UNKNOWN')`.execute(
          tx,
        ),
      )
      return { kind: 'not_sent', retryInMs: 0 }
    },
  }))
  announce({ worker: true, defect: 'no-lease' })
  await Promise.race([asked(), running.stopped])
  running.stop()
  await running.stopped
}
