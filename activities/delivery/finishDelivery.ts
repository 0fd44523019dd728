import type { Sent } from '../../adapters/transports/transport.ts'
import type { Tx } from '../../db/connect.ts'
import { finishSending, type Lease } from '../../db/delivery/interchanges.ts'
import { type InterchangeRow, markDelivered, stopConnection } from '../../db/delivery/outgoingMessages.ts'
import { rememberReferences } from '../../db/inbox/matchClaims.ts'
import { raiseItem } from '../../db/worklist/worklistItems.ts'
import type { Reference, Said } from '../../domain/claim.ts'
import type { ClaimEvent, Fact, ProviderFact } from '../../domain/claims/claimEvents.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { Delivered } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import type { ProviderConnection } from '../providerConnection.ts'
import { lockSentClaims, recordForClaims, type SentClaim } from './recordForClaims.ts'
import { backoffMs, lookInMs, retryAtLongest } from './retryDelays.ts'

/** Evidence of an UNKNOWN that no key settles: the provider has a part, and a person must ask. */
export const PARTLY_REFUSED = 'some messages were taken and one was refused'

/** How one attempt ended: what was taken on the way, and the word that ended it. */
export interface End {
  /** Documents of the messages that the provider took in this attempt. */
  delivered: string[]
  references: Reference[]
  facts: ProviderFact[]
  said: Said[]
  answer:
    | { kind: 'taken' }
    | { kind: 'refused' }
    | Extract<Sent, { kind: 'by_hand' | 'not_sent' | 'stopped' | 'unknown' }>
}

interface Attempt {
  line: ProviderConnection
  interchange: InterchangeRow
  lease: Lease
  mayBeThere: boolean
}

/** Writes how the attempt ended, while its lease is still ours; a later owner's word is never overwritten. */
export async function concludeDelivery(
  deps: Deps,
  sending: Transmission,
  attempt: Attempt,
  end: End,
): Promise<Delivered> {
  const { organisationId } = sending
  const { line, lease, mayBeThere } = attempt
  const { answer } = end
  const now = deps.clock.now()
  const at = now.toISOString()
  return deps.databases.within(organisationId, async (tx): Promise<Delivered> => {
    const sent = await lockSentClaims(tx, sending, attempt.interchange)
    const references = sent.length > 1 ? ofAll(end.references) : end.references
    await markDelivered(tx, organisationId, end.delivered)
    const write = (state: 'SENT' | 'REFUSED' | 'UNKNOWN' | 'READY' | 'WAITING', because: string | null) =>
      finishSending(tx, organisationId, lease, { state, because, now })
    const tell = (events: ClaimEvent[]) => recordForClaims(deps, tx, sending, sent, events)
    const event = (fact: Fact): ClaimEvent => ({ fact, at, said: end.said, references: [] })
    if (answer.kind !== 'taken') await keepReferences(tx, line, sent, references, now)
    switch (answer.kind) {
      case 'taken': {
        if (!(await write('SENT', null))) return leaseLost
        const taken = { ...event({ type: 'sent' }), references }
        return { kind: 'settled', claim: await tell([taken, ...end.facts.map(event)]) }
      }
      case 'refused': {
        if (!(await write('REFUSED', 'refused by the provider'))) return leaseLost
        return { kind: 'settled', claim: await tell([event({ type: 'delivery_refused' })]) }
      }
      case 'by_hand': {
        if (!(await write('WAITING', 'a person files it'))) return leaseLost
        await askToFile(tx, line, attempt.interchange, sent, now)
        for (const { claim } of sent) claim.attention = true
        return { kind: 'waiting', claim: await tell([event({ type: 'waits', for: 'person' })]) }
      }
      case 'not_sent': {
        // This try did not leave; an earlier one may have: the interchange is what it was before.
        if (!(await write(mayBeThere ? 'UNKNOWN' : 'READY', answer.because))) return leaseLost
        return { kind: 'not_sent', retryInMs: answer.retryAfterMs ?? backoffMs(lease.attempt) }
      }
      case 'stopped': {
        if (!(await write(mayBeThere ? 'UNKNOWN' : 'READY', answer.because))) return leaseLost
        await stop(tx, line, answer.because, now)
        return retryAtLongest(deps)
      }
      case 'unknown': {
        if (!(await write('UNKNOWN', answer.because))) return leaseLost
        const claim = await tell([event({ type: 'delivery_unknown', because: answer.because })])
        const wait = Math.max(lookInMs(deps, line), backoffMs(lease.attempt), answer.retryAfterMs ?? 0)
        return { kind: 'unknown', lookInMs: wait, claim }
      }
    }
  })
}

/** On the worklist until somebody says that it is filed: nobody else carries it. One item a claim, so that each closes with its own news. */
async function askToFile(
  tx: Tx,
  line: ProviderConnection,
  interchange: InterchangeRow,
  sent: SentClaim[],
  now: Date,
): Promise<void> {
  const { organisationId, connectionId } = line
  for (const { claim } of sent) {
    const { claimId, claimNumber } = claim
    const words = { claimNumber, provider: line.adapter.declaration.name }
    const ids = { claimId, interchangeId: interchange.id }
    await raiseItem(tx, { organisationId, connectionId, now }, { kind: 'to-file', ids, words })
  }
}

/** A later attempt or news owns the interchange: its row says what to do next. */
const leaseLost: Delivered = { kind: 'busy', lookInMs: 1_000 }

/** Of the references in an answer to many claims only the batch's own holds for each of them. */
function ofAll(references: Reference[]): Reference[] {
  return references.filter((reference) => reference.type === 'batch')
}

/** What the provider called the claim in the messages that it took, also when a later message of the same sending did not get through. */
async function keepReferences(
  tx: Tx,
  { organisationId, connectionId }: ProviderConnection,
  sent: SentClaim[],
  references: Reference[],
  now: Date,
): Promise<void> {
  for (const { claim } of sent)
    await rememberReferences(tx, {
      organisationId,
      connectionId,
      claimId: claim.claimId,
      submissionId: null,
      references,
      now,
    })
}

async function stop(tx: Tx, line: ProviderConnection, because: string, now: Date): Promise<void> {
  const { organisationId, connectionId } = line
  await stopConnection(tx, organisationId, connectionId, because)
  const words = { provider: line.adapter.declaration.name, because }
  await raiseItem(tx, { organisationId, now }, { kind: 'connection-stopped', ids: { connectionId }, words })
}
