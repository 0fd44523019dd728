import type { Route } from '../../http/route.ts'
import { moneyRoutes } from '../money/claimPayments.ts'
import { restRoutes } from '../money/settleRest.ts'
import { attachmentRoutes } from './attachments.ts'
import { filingRoutes } from './byHand/manualFiling.ts'
import { statusRoutes } from './byHand/manualStatus.ts'
import { deliveryOutcomeRoutes } from './deliveryOutcome.ts'
import { documentRoutes } from './documents.ts'
import { draftRoutes } from './drafts.ts'
import { evidenceRoutes } from './evidence.ts'
import { importingRoutes } from './importClaim.ts'
import { readingRoutes } from './readClaims.ts'
import { submittingRoutes } from './submit.ts'
import { supplementRoutes } from './supplements.ts'

/** Claims, in the order of their life. */
export const claimRoutes: readonly Route[] = [
  ...readingRoutes,
  ...draftRoutes,
  ...attachmentRoutes,
  ...submittingRoutes,
  ...supplementRoutes,
  ...evidenceRoutes,
  ...deliveryOutcomeRoutes,
  ...filingRoutes,
  ...statusRoutes,
  ...moneyRoutes,
  ...restRoutes,
  ...documentRoutes,
  ...importingRoutes,
]
