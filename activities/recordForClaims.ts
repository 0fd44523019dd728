import { type LockedClaim, lockClaim } from '../db/claimState.ts'
import type { Tx } from '../db/connect.ts'
import type { InterchangeRow } from '../db/outgoing.ts'
import { recordEvents } from '../db/record.ts'
import type { Submission } from '../domain/claim.ts'
import type { ClaimEvent } from '../domain/events.ts'
import { asVoid } from './asVoid.ts'
import { claimNow } from './claimNow.ts'
import type { Sending } from './createActivities.ts'
import { type Deps, recordContext } from './deps.ts'
import type { ClaimNow } from './outcomes.ts'

/** The claim that an interchange is sent for, locked, and its submission in it. */
export interface SentClaim {
  claim: LockedClaim
  submission: Submission
}

/**
 * Locks the claim of a sending. Before its interchange is written: news of the claim locks in the same order, and two orders would be a deadlock.
 */
export async function lockSentClaim(tx: Tx, sending: Sending, interchange: InterchangeRow): Promise<SentClaim> {
  const { organisationId, claimId, interchangeId } = sending
  const submission = interchange.submissions.find((each) => each.claimId === claimId)
  const claim = await lockClaim(tx, organisationId, claimId)
  if (submission === undefined || claim === null)
    throw new Error(`interchange ${interchangeId} does not carry claim ${claimId}`)
  return { claim, submission }
}

/** Records what a sending brought about; answers how the claim stands. */
export async function recordForClaims(deps: Deps, tx: Tx, sent: SentClaim, events: ClaimEvent[]): Promise<ClaimNow> {
  const { claim, submission } = sent
  const isVoid = submission.purpose === 'void'
  const incoming = events.map((event) => ({
    event: isVoid ? asVoid(event) : event,
    actor: 'provider',
    submissionId: submission.submissionId,
    ...(isVoid ? { ofVoid: true as const } : {}),
  }))
  return claimNow(deps, await recordEvents(tx, claim, incoming, recordContext(deps)))
}
