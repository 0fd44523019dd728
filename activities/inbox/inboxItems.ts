import type { AuthorisationAnswer } from '../../adapters/contract.ts'
import type { Tx } from '../../db/connect.ts'
import type { UnprocessedDocument } from '../../db/inbox/documents.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import { formatMinor } from '../../domain/amounts.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'

/** A document while its notices are stored, in the transaction that stores them. */
export interface Ingest {
  deps: Deps
  tx: Tx
  connection: ProviderConnection
  document: UnprocessedDocument
}

/**
 * Puts a document that cannot be read, or not to its end, on the worklist; `because` is in our own
 * words.
 */
export async function raiseUnreadable({ deps, tx, connection, document }: Ingest, because: string): Promise<void> {
  const { documentId } = document
  const words = { provider: connection.adapter.declaration.name, because }
  await raiseItem(tx, raisingOf(deps, connection), { kind: 'unreadable-document', ids: { documentId }, words })
}

/** Puts a notice about something that we do not know on the worklist, with the number it names. */
export async function raiseUnmatched(
  { deps, tx, connection, document }: Ingest,
  sequence: number,
  reference: string | undefined,
): Promise<void> {
  const { documentId } = document
  const words = { provider: connection.adapter.declaration.name, about: named(reference) }
  await raiseItem(tx, raisingOf(deps, connection), { kind: 'unmatched-notice', ids: { documentId, sequence }, words })
}

/**
 * The practice app owns authorisations: a person puts the answer on the patient's record there,
 * and the sync brings it here.
 */
export async function raiseAuthorisationAnswered(
  { deps, tx, connection, document }: Ingest,
  { granted, number, requestId, validFrom, validUntil, amount, said }: AuthorisationAnswer,
): Promise<void> {
  const { connectionId } = connection
  const provider = connection.adapter.declaration.name
  const limit = amount === null ? null : `${connection.currency} ${formatMinor(amount, connection.currency)}`
  const words = granted
    ? { granted, provider, number, requestId, validFrom, validUntil, limit }
    : { granted, provider, requestId, codes: said.flatMap(({ code }) => code ?? []).join(', ') }
  const raising = { ...raisingOf(deps, connection), documentId: document.documentId }
  await raiseItem(tx, raising, { kind: 'authorisation-answered', ids: { connectionId, number, requestId }, words })
}

function raisingOf(deps: Deps, { organisationId, connectionId }: ProviderConnection) {
  return { organisationId, connectionId, now: deps.clock.now() }
}

/**
 * A number by which people look for a claim. What does not look like one may be a patient's name
 * in the wrong place.
 */
function named(reference: string | undefined): string {
  if (reference === undefined || reference === '') return 'a claim without a reference'
  const isNumber = /^[A-Za-z0-9 ._/:-]{1,60}$/.test(reference) && /\d/.test(reference)
  return isNumber ? `reference ${reference}` : 'a reference that is no number'
}
