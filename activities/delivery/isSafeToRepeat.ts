import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import { isSafeToRepeat } from '../../domain/delivery/deliveryProof.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/**
 * Sending the same key and bytes again makes no second effect: the provider still remembers the
 * key.
 */
export function safeByKey(deps: Deps, connection: ProviderConnection, interchange: InterchangeRow): boolean {
  const ageMs = deps.clock.now().getTime() - (interchange.firstSentAt ?? interchange.createdAt).getTime()
  return isSafeToRepeat(interchange.proof, ageMs, connection.adapter.declaration.delivery)
}
