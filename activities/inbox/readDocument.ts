import type { InMessage, Notice } from '../../adapters/contract.ts'
import { type BegunDocument, beginReading, type UnprocessedDocument } from '../../db/inbox/documents.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'
import type { Decoded, DecodeJob } from './decodeDocument.ts'

/** A document that breaks its reading this often goes to a person and leaves the queue. */
export const TRIES = 5

export type Read =
  | { kind: 'read'; notices: Notice[]; attempts: number }
  /** `attempts`: how often it was tried, this time included. */
  | { kind: 'broke'; because: string; attempts: number }
  /** Somebody else has processed it meanwhile. */
  | { kind: 'gone' }

/**
 * Decodes one document apart from this process. The try is counted and committed before the first
 * byte is looked at: a document that takes our process with it is not tried for ever. Its body is
 * loaded when a decoder is free, so that only as many are in memory as are being read.
 */
export async function readDocument(
  deps: Deps,
  connection: ProviderConnection,
  { documentId }: UnprocessedDocument,
): Promise<Read> {
  return deps.decoder.lease(async (decode) => {
    const begun = await deps.databases.within(connection.organisationId, (tx) =>
      beginReading(tx, connection.organisationId, documentId),
    )
    if (begun === null) return { kind: 'gone' }
    const { attempts } = begun
    if (attempts > TRIES) return { kind: 'broke', because: `${TRIES} tries to read it came to no end`, attempts }
    const decoded = await decode(jobOf(deps, connection, begun))
    if (decoded.kind === 'done') return { kind: 'read', notices: decoded.answer, attempts }
    deps.log.error({ documentId, attempts, ...logged(decoded) }, 'a document could not be read')
    return { kind: 'broke', because: BECAUSE[decoded.kind], attempts }
  })
}

/** A message for its adapter, with what the connection says of itself. */
export function decodeJob(deps: Deps, connection: ProviderConnection, message: InMessage): DecodeJob {
  const { settings, mode, currency, zone } = connection
  const now = deps.clock.now().toISOString()
  return { adapterId: connection.adapter.declaration.id, message, settings, mode, currency, now, zone }
}

function jobOf(deps: Deps, connection: ProviderConnection, { head, body }: BegunDocument): DecodeJob {
  return decodeJob(deps, connection, { ...head, body: new Uint8Array(body) } as unknown as InMessage)
}

/** For the worklist, in our words only: what the decoder said may name a patient. */
const BECAUSE: Record<Exclude<Decoded['kind'], 'done'>, string> = {
  threw: 'it breaks our reading',
  overtime: 'reading it takes too long',
  died: 'reading it takes too much memory, or ends our reader',
  too_large: 'it says more than can be taken in at once',
}

function logged(decoded: Exclude<Decoded, { kind: 'done' }>): Record<string, string> {
  return decoded.kind === 'threw' ? { ended: decoded.kind, error: decoded.error } : { ended: decoded.kind }
}
