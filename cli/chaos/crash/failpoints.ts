// Loaded for what they declare: every place to die at, of the worker and of the API.
import '../../../activities/createActivities.ts'
import '../../../activities/worker/schedules.ts'
import '../../../adapters/transports/index.ts'
import '../../../api/routes/all.ts'
import { declaredFailpoints, type Failpoint } from '../../../platform/effects/durableEffect.ts'

/** Every failpoint of the product. */
export function allFailpoints(): Failpoint[] {
  return declaredFailpoints()
}
