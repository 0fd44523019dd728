import type { Guard } from './guard.ts'
import { GUARDS_OF_DELIVERY } from './guardsOfDelivery.ts'
import { GUARDS_OF_DOORS } from './guardsOfDoors.ts'
import { GUARDS_OF_DRAFTS } from './guardsOfDrafts.ts'
import { GUARDS_OF_MONEY } from './guardsOfMoney.ts'
import { GUARDS_OF_NEWS } from './guardsOfNews.ts'

/** `npm run mutate -- --scenarios` takes away one after another. */
export const GUARDS: readonly Guard[] = [
  ...GUARDS_OF_DRAFTS,
  ...GUARDS_OF_DELIVERY,
  ...GUARDS_OF_NEWS,
  ...GUARDS_OF_MONEY,
  ...GUARDS_OF_DOORS,
]
