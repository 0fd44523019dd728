import type { Route } from '../route.ts'
import { attentionRoutes } from './attention.ts'
import { batchRoutes } from './batches.ts'
import { claimRoutes } from './claims/all.ts'
import { connectionRoutes } from './connections.ts'
import { docsRoutes } from './docs.ts'
import { documentRoutes } from './documents.ts'
import { eventRoutes } from './events.ts'
import { healthRoutes } from './health.ts'
import { patientRoutes } from './patients.ts'
import { providerRoutes } from './providers.ts'
import { pushRoutes } from './push.ts'
import { remittanceActRoutes } from './remittanceActs.ts'
import { remittanceRoutes } from './remittances.ts'
import { suspenseRoutes } from './suspense.ts'
import { syncRoutes } from './sync.ts'
import { uploadRoutes } from './uploads.ts'
import { visitRoutes } from './visits.ts'

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
  ...remittanceActRoutes,
  ...suspenseRoutes,
  ...attentionRoutes,
  ...documentRoutes,
  ...eventRoutes,
  ...pushRoutes,
  ...healthRoutes,
  ...docsRoutes(() => ROUTES),
]
