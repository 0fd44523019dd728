import type { Tx } from '../../db/connect.ts'
import type { MessageOutcome, StoredMessage } from '../../db/delivery/interchangeMessages.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { isThere } from '../../domain/delivery/messageFate.ts'
import type { ClaimSummary } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'
import { recordForClaims, type SentClaim, type SentFor } from './recordForClaims.ts'

/** The messages as they stand after these outcomes. */
export function withFates(messages: StoredMessage[], outcomes: MessageOutcome[]): StoredMessage[] {
  const fates = new Map(outcomes.map(({ documentId, fate, proof }) => [documentId, { fate, proof: proof ?? null }]))
  return messages.map((message) => ({ ...message, ...fates.get(message.documentId) }))
}

/** The claims that a message carries which is not known to be there. */
export function notThere(sent: SentClaim[], messages: StoredMessage[]): SentClaim[] {
  if (messages.length === 0) return sent
  const open = new Set(messages.flatMap(({ fate, claims, papers }) => (isThere(fate) ? [] : [...claims, ...papers])))
  return sent.filter(({ submission }) => open.has(submission.submissionId))
}

/**
 * Records that nobody knows of a sending, on the claims that a message in doubt or one that has not
 * left carries. The others have arrived. Answers as `recordForClaims` does.
 */
export async function recordDoubt(
  deps: Deps,
  tx: Tx,
  { sending, sent, messages }: SentFor & { messages: StoredMessage[] },
  doubt: ClaimEvent | null,
): Promise<ClaimSummary | null> {
  const open = notThere(sent, messages)
  const arrived: ClaimEvent = { fact: { type: 'sent' }, at: deps.clock.now().toISOString(), said: [], references: [] }
  const record = (claims: SentClaim[], events: ClaimEvent[]) =>
    recordForClaims(deps, tx, { sending, sent: claims }, events)
  const there = sent.filter((each) => !open.includes(each))
  const unsaid = there.filter(({ claim }) => claim.state.delivery !== 'SENT')
  const said = await record(unsaid, [arrived])
  const asBefore = await record(
    there.filter((each) => !unsaid.includes(each)),
    [],
  )
  return (await record(open, doubt === null ? [] : [doubt])) ?? said ?? asBefore
}
