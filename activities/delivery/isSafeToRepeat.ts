import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'
import { PARTLY_REFUSED } from './finishDelivery.ts'

/** The provider forgets a key after its window; an hour before that we stop relying on it. */
const KEY_MARGIN_HOURS = 1

/** Sending the same key and bytes again makes no second effect: the provider still remembers the key. Past the window it must be looked up (B15). */
export function safeByKey(deps: Deps, line: ProviderConnection, interchange: InterchangeRow): boolean {
  const { keyWindowHours, unknownPolicy } = line.adapter.declaration.delivery
  if (keyWindowHours === 0 || unknownPolicy !== 'resend' || interchange.because === PARTLY_REFUSED) return false
  const age = deps.clock.now().getTime() - (interchange.firstSentAt ?? interchange.createdAt).getTime()
  return age < (keyWindowHours - KEY_MARGIN_HOURS) * 3_600_000
}
