import type { RecordedClaim } from '../../db/claims/recordEvents.ts'
import { LEVELS } from '../../domain/claims/escalation.ts'
import type { ClaimSummary } from '../../workflows/activityResults.ts'
import type { Deps } from '../deps.ts'

/**
 * What the workflow gets to know after its claim was recorded. `noticeIds` are in the order of the
 * recorded events.
 */
export function claimSummary(
  deps: Deps,
  recorded: RecordedClaim,
  noticeIds: (string | undefined)[] = [],
): ClaimSummary {
  const { claim, effects, waitingFor } = recorded
  const due = claim.deadline !== null && claim.deadline.level < LEVELS.length ? new Date(claim.deadline.dueAt) : null
  return {
    status: claim.state.status,
    delivery: claim.state.delivery,
    attention: claim.attention,
    closed: claim.state.closed,
    waitingFor,
    dueInMs: due === null ? null : Math.ceil(deps.clock.realMsUntil(due)),
    effects: effects.flatMap((effect, index) => {
      const noticeId = noticeIds[index]
      return noticeId === undefined ? [] : [{ noticeId, effect }]
    }),
  }
}
