import type { ClaimToTell } from '../../../db/money/undo/undoNotices.ts'
import type { ApiDeps } from '../../deps.ts'

/** At once: enough to hide the round trip, few enough to leave the server for others. */
const IN_FLIGHT = 16

/**
 * Wakes the claims that an act touched beside the one that it is about. Those that are not reached
 * because Temporal goes away are woken when it is reconciled.
 */
export async function wakeOthers(deps: ApiDeps, claims: ClaimToTell[]): Promise<void> {
  const queue = [...claims]
  const wakeNext = async (): Promise<void> => {
    for (let claim = queue.pop(); claim !== undefined; claim = queue.pop()) {
      const { organisationId, claimId, providerId } = claim
      await deps.workflows.wake({ organisationId, claimId, providerId })
    }
  }
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, queue.length) }, wakeNext))
}
