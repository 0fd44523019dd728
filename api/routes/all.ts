import type { Route } from '../route.ts'
import { attentionRoutes } from './attention.ts'
import { claimRoutes } from './claims/all.ts'
import { connectionRoutes } from './connections.ts'
import { docsRoutes } from './docs.ts'
import { eventRoutes } from './events.ts'
import { healthRoutes } from './health.ts'
import { patientRoutes } from './patients.ts'
import { providerRoutes } from './providers.ts'
import { pushRoutes } from './push.ts'
import { syncRoutes } from './sync.ts'

/** Every route of the API: the router and the OpenAPI document are made of this list. */
export const ROUTES: readonly Route[] = [
  ...syncRoutes,
  ...patientRoutes,
  ...providerRoutes,
  ...connectionRoutes,
  ...claimRoutes,
  ...attentionRoutes,
  ...eventRoutes,
  ...pushRoutes,
  ...healthRoutes,
  ...docsRoutes(() => ROUTES),
]
