import type { Route } from '../../route.ts'
import { arrivalRoutes } from './arrival.ts'
import { attachmentRoutes } from './attachments.ts'
import { documentRoutes } from './documents.ts'
import { draftRoutes } from './drafts.ts'
import { evidenceRoutes } from './evidence.ts'
import { filingRoutes } from './filing.ts'
import { importingRoutes } from './importing.ts'
import { moneyRoutes } from './money.ts'
import { readingRoutes } from './reading.ts'
import { statusRoutes } from './statusByHand.ts'
import { submittingRoutes } from './submitting.ts'
import { supplementRoutes } from './supplements.ts'

/** Claims, in the order of their life. */
export const claimRoutes: readonly Route[] = [
  ...readingRoutes,
  ...draftRoutes,
  ...attachmentRoutes,
  ...submittingRoutes,
  ...supplementRoutes,
  ...evidenceRoutes,
  ...arrivalRoutes,
  ...filingRoutes,
  ...statusRoutes,
  ...moneyRoutes,
  ...documentRoutes,
  ...importingRoutes,
]
