import { sql } from 'kysely'
import { createProviderActivities } from '../../activities/createActivities.ts'
import type { Deps } from '../../activities/deps.ts'

/**
 * Defects that the audit must find; without them nobody knows whether it finds anything. Each
 * exchanges what a worker does with providers.
 */
const DEFECTS: Record<string, typeof createProviderActivities> = {
  // An interchange whose fate is unknown is simply sent again, as if there were no lease and no
  // UNKNOWN.
  'no-lease': (deps: Deps) => ({
    ...createProviderActivities(deps),
    resolveDelivery: async ({ organisationId, interchangeId }) => {
      await deps.databases.within(organisationId, (tx) =>
        sql`with unsettled as (
              update interchanges set state = 'READY', lease_until = null
              where organisation_id = ${organisationId} and id = ${interchangeId} and state in ('SENDING', 'UNKNOWN') returning id)
            update interchange_messages m set fate = 'prepared', mark = null from unsettled
            where m.organisation_id = ${organisationId} and m.interchange_id = unsettled.id`.execute(tx),
      )
      return { kind: 'not_sent', retryInMs: 0 }
    },
  }),
}

/**
 * The activities of a worker with this defect; without a name, of a sound one. Throws one sentence
 * for a defect that nobody knows.
 */
export function activitiesWith(defect: string | undefined): typeof createProviderActivities {
  if (!defect) return createProviderActivities
  const planted = DEFECTS[defect]
  if (planted === undefined)
    throw new Error(`there is no defect ${defect} to plant; there are ${Object.keys(DEFECTS).join(', ')}`)
  return planted
}
