import type { Route } from '../http/route.ts'
import { claimRoutes } from './claims/all.ts'
import { batchRoutes } from './delivery/batches.ts'
import { documentRoutes } from './inbox/documents.ts'
import { heldMatchRoutes } from './inbox/heldMatches.ts'
import { pushRoutes } from './inbox/push.ts'
import { uploadRoutes } from './inbox/uploads.ts'
import { overpaymentRoutes } from './money/overpayments.ts'
import { remittanceActionRoutes } from './money/remittanceActions.ts'
import { remittanceRoutes } from './money/remittances.ts'
import { suspenseRoutes } from './money/suspense.ts'
import { undoRoutes } from './money/undo.ts'
import { waitingRemittanceRoutes } from './money/waitingRemittances.ts'
import { patientRoutes } from './practice/patients.ts'
import { syncRoutes } from './practice/sync.ts'
import { visitRoutes } from './practice/visits.ts'
import { connectionRoutes } from './setup/connections.ts'
import { providerRoutes } from './setup/providers.ts'
import { docsRoutes } from './system/docs.ts'
import { eventRoutes } from './system/eventFeed.ts'
import { healthRoutes } from './system/health.ts'
import { attentionRoutes } from './worklist/worklist.ts'

/** Every route of the API: the router and the OpenAPI document are made of this list. */
export const ROUTES: readonly Route[] = [
  ...syncRoutes,
  ...patientRoutes,
  ...visitRoutes,
  ...providerRoutes,
  ...connectionRoutes,
  ...batchRoutes,
  ...uploadRoutes,
  ...claimRoutes,
  ...remittanceRoutes,
  ...remittanceActionRoutes,
  ...waitingRemittanceRoutes,
  ...suspenseRoutes,
  ...overpaymentRoutes,
  ...undoRoutes,
  ...attentionRoutes,
  ...documentRoutes,
  ...heldMatchRoutes,
  ...eventRoutes,
  ...pushRoutes,
  ...healthRoutes,
  ...docsRoutes(() => ROUTES),
]
