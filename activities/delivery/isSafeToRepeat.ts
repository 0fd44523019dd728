import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import { isSafeToRepeat } from '../../domain/delivery/deliveryProof.ts'
import type { Deps } from '../deps.ts'
import { addressOf, type ProviderConnection } from '../providerConnection.ts'

/** The two addresses of an interchange that went to another one than its connection has now. */
export interface MovedAddress {
  before: string
  after: string
}

/**
 * What the provider has at one address says nothing about another: neither a key nor a look can
 * settle what was sent to the old one (failure B20). Null: it went where the connection sends now.
 */
export function movedAddress(connection: ProviderConnection, { sentTo }: InterchangeRow): MovedAddress | null {
  const after = addressOf(connection)
  return sentTo === null || after === null || sentTo === after ? null : { before: sentTo, after }
}

/**
 * Sending the same key and bytes again makes no second effect: the provider still remembers the
 * key.
 */
export function safeByKey(deps: Deps, connection: ProviderConnection, interchange: InterchangeRow): boolean {
  if (movedAddress(connection, interchange) !== null) return false
  const ageMs = deps.clock.now().getTime() - (interchange.firstSentAt ?? interchange.createdAt).getTime()
  return isSafeToRepeat(interchange.proof, ageMs, connection.adapter.declaration.delivery)
}
