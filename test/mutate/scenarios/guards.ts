import type { SCENARIOS } from '../../failureModes/scenarios.ts'
import { GUARDS_OF_DELIVERY } from './guardsOfDelivery.ts'
import { GUARDS_OF_DOORS } from './guardsOfDoors.ts'
import { GUARDS_OF_DRAFTS } from './guardsOfDrafts.ts'
import { GUARDS_OF_MONEY } from './guardsOfMoney.ts'
import { GUARDS_OF_NEWS } from './guardsOfNews.ts'

/** What the product does about a failure, and what it would be without. */
export interface Guard {
  id: keyof typeof SCENARIOS
  /** The rule, as a sentence that is no longer true once it is taken away. */
  guard: string
  file: string
  /** Stands in the file exactly once; follow it there when the code changes. */
  stands: string
  becomes: string
  /** The file whose tests with this id go red. */
  test: string
}

/** `npm run mutate -- --scenarios` takes away one after another. */
export const GUARDS: readonly Guard[] = [
  ...GUARDS_OF_DRAFTS,
  ...GUARDS_OF_DELIVERY,
  ...GUARDS_OF_NEWS,
  ...GUARDS_OF_MONEY,
  ...GUARDS_OF_DOORS,
]
