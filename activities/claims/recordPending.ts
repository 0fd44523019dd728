import type { LockedClaim } from '../../db/claims/lockClaim.ts'
import { type RecordedClaim, recordClaims } from '../../db/claims/recordEvents.ts'
import type { Tx } from '../../db/connect.ts'
import { noticesRecorded, type PendingNotice } from '../../db/inbox/pendingNotices.ts'
import { type Deps, recordContext } from '../deps.ts'
import { byPurpose } from './factByPurpose.ts'

/** A locked claim with the notices that are to be recorded of it, in order. */
export interface PendingClaim {
  claim: LockedClaim
  notices: PendingNotice[]
}

/** The claims with what became of each notice, in the order of the notices. */
export interface RecordedPending {
  claims: RecordedClaim[]
  alsoArrived: string[]
}

/** Records notices of locked claims of one organisation, each claim named once. */
export async function recordPending(
  deps: Deps,
  tx: Tx,
  organisationId: string,
  pending: PendingClaim[],
): Promise<RecordedPending> {
  const context = recordContext(deps)
  const all = pending.map(({ claim, notices }) => {
    const { declaration } = deps.adapterOf(claim.adapterId)
    const incoming = notices.map((notice) => ({
      event: byPurpose(notice.purpose, notice.event, declaration),
      actor: notice.actor ?? (notice.source === 'person' ? 'person' : notice.source),
      noticeId: notice.id,
      ...(notice.submissionId === null ? {} : { submissionId: notice.submissionId }),
      ...(notice.act === null ? {} : { act: notice.act }),
      ...(notice.purpose === 'void' ? { ofVoid: true as const } : {}),
    }))
    return { claim, incoming }
  })
  const recorded = await recordClaims(tx, organisationId, all, context)
  const effects = recorded.claims.flatMap(({ effects: each }, place) =>
    (pending[place]?.notices ?? []).map(({ id }, index) => ({ id, effect: each[index] ?? 'noted' })),
  )
  await noticesRecorded(tx, organisationId, effects, context.now)
  return recorded
}

/**
 * A wish to cancel is carried out, not recorded: it has an activity of its own. Its own message may
 * never come, when the API was killed in between.
 */
export function isWishToCancel({ act }: PendingNotice): boolean {
  return act?.['kind'] === 'cancel'
}
