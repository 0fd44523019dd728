import { api } from '../api.ts'
import { worker } from '../worker.ts'
import { activitiesWith } from './defects/defects.ts'
import { failpointsFrom } from './failpoint.ts'

/**
 * One process of the deployment, steered by CLAIMHUB_FAILPOINT and CLAIMHUB_PLANTED_DEFECT, which
 * the product's own commands refuse. Only whoever starts this program instead of theirs can do so;
 * a variable alone can't.
 */
export async function serve(part: string | undefined): Promise<void> {
  const { CLAIMHUB_FAILPOINT, CLAIMHUB_PLANTED_DEFECT, ...env } = process.env
  const failpoint = failpointsFrom(CLAIMHUB_FAILPOINT)
  if (part === 'worker') return worker(env, { failpoint, ...activitiesWith(CLAIMHUB_PLANTED_DEFECT) })
  if (part === 'api') return api(env, { failpoint })
  throw new Error(`chaos runs a worker or an api, not ${part}`)
}
