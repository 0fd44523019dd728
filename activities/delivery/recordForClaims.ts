import { type LockedClaim, lockClaims } from '../../db/claims/lockClaim.ts'
import { recordClaims } from '../../db/claims/recordEvents.ts'
import type { Tx } from '../../db/connect.ts'
import type { InterchangeRow } from '../../db/delivery/outgoingMessages.ts'
import type { Submission } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { Transmission } from '../../workflows/activityContract.ts'
import type { ClaimSummary } from '../../workflows/activityResults.ts'
import { claimSummary } from '../claims/claimSummary.ts'
import { byPurpose } from '../claims/factByPurpose.ts'
import { type Deps, recordContext } from '../deps.ts'

/** A claim that an interchange is sent for, locked, and its submission in it. */
export interface SentClaim {
  claim: LockedClaim
  submission: Submission
}

/**
 * Locks the claims of an interchange, in the order of their ids. Done before the interchange is
 * written, for recording a notice locks in the same order, and two orders would be a deadlock.
 */
export async function lockSentClaims(
  tx: Tx,
  { organisationId, interchangeId }: Transmission,
  { submissions }: InterchangeRow,
): Promise<SentClaim[]> {
  const ids = submissions.map(({ claimId }) => claimId)
  const claims = new Map((await lockClaims(tx, organisationId, ids)).map((claim) => [claim.claimId, claim]))
  return submissions
    .toSorted((a, b) => (a.claimId < b.claimId ? -1 : 1))
    .map((submission) => {
      const claim = claims.get(submission.claimId)
      if (claim === undefined)
        throw new Error(`interchange ${interchangeId} carries claim ${submission.claimId}, which does not exist`)
      return { claim, submission }
    })
}

/** A transmission with the claims that it is for, locked. */
export interface SentFor {
  sending: Transmission
  sent: SentClaim[]
}

/**
 * Records what a sending brought about for each of its claims; answers how the claim whose workflow
 * carries it stands, null for a batch.
 */
export async function recordForClaims(
  deps: Deps,
  tx: Tx,
  { sending, sent }: SentFor,
  events: ClaimEvent[],
): Promise<ClaimSummary | null> {
  const { organisationId, claimId: carrier } = sending
  const all = sent.map(({ claim, submission }) => {
    const { declaration } = deps.adapterOf(claim.adapterId)
    const incoming = events.map((event) => ({
      event: byPurpose(submission.purpose, event, declaration),
      actor: 'provider',
      submissionId: submission.submissionId,
      ...(submission.purpose === 'void' ? { ofVoid: true as const } : {}),
    }))
    return { claim, incoming }
  })
  const { claims } = await recordClaims(tx, organisationId, all, recordContext(deps))
  const own = claims.find(({ claim }) => claim.claimId === carrier)
  return own === undefined ? null : claimSummary(deps, own)
}
