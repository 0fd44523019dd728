import { noticeFailed } from '../../db/claims/heldNotices.ts'
import { lockClaim } from '../../db/claims/lockClaim.ts'
import type { RecordedClaim } from '../../db/claims/recordEvents.ts'
import type { Tx } from '../../db/connect.ts'
import { pendingNotices } from '../../db/inbox/pendingNotices.ts'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import type { ClaimSummary } from '../../workflows/activityResults.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import { type Deps, TRIES_BEFORE_PERSON } from '../deps.ts'
import { claimSummary } from './claimSummary.ts'
import { isWishToCancel, recordPending } from './recordPending.ts'

/**
 * Records every notice of the claim that is not recorded yet. Idempotent: a notice is recorded
 * once, whoever asks. `asked` names notices whose effect somebody waits for, also when another turn
 * has recorded them before.
 */
export async function recordNotices(deps: Deps, input: ClaimInput, asked: string[]): Promise<ClaimSummary> {
  try {
    return await recordTogether(deps, input, asked)
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    await recordApart(deps, input, error)
    return recordTogether(deps, input, asked)
  }
}

async function recordTogether(deps: Deps, input: ClaimInput, asked: string[]): Promise<ClaimSummary> {
  const { organisationId, claimId } = input
  const { told, alsoArrived } = await deps.databases.within(organisationId, async (tx) => {
    const { recorded, noticeIds, cancelsWanted, ...beside } = await recordTurn(deps, tx, input)
    const now = claimSummary(deps, recorded, noticeIds)
    const before = asked.filter((id) => !noticeIds.includes(id))
    const effects = [...now.effects, ...(await effectsOf(tx, organisationId, claimId, before))]
    return { told: { ...now, cancelsWanted, effects }, alsoArrived: beside.alsoArrived }
  })
  await wakeNeighbours(deps, input, alsoArrived)
  return told
}

/**
 * One of the notices breaks the recording: each by itself, in order, until it is found. It is tried
 * again (by throwing) up to the bound, with those behind it waiting so that the order holds; then
 * it is set aside for a person, and the others go on.
 */
async function recordApart(deps: Deps, input: ClaimInput, error: unknown): Promise<void> {
  const { organisationId, claimId } = input
  const pending = await deps.databases.within(organisationId, (tx) => pendingNotices(tx, organisationId, [claimId]))
  const notices = pending.filter((notice) => !isWishToCancel(notice))
  if (notices.length === 0) throw error
  for (const { id } of notices) {
    try {
      const { alsoArrived } = await deps.databases.within(organisationId, (tx) => recordTurn(deps, tx, input, id))
      await wakeNeighbours(deps, input, alsoArrived)
    } catch (broken) {
      if (isDatabaseAway(broken)) throw broken
      const held = await deps.databases.within(organisationId, (tx) =>
        noticeFailed(
          tx,
          { organisationId, claimId, noticeId: id, of: 'notice' },
          { tries: TRIES_BEFORE_PERSON, now: deps.clock.now() },
        ),
      )
      deps.log.error({ claimId, noticeId: id, held, error: nameOf(broken) }, 'a notice could not be recorded')
      if (!held) throw broken
    }
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown'
}

/**
 * Wakes the claims that left in the same interchange. When the worker dies before, reconcile wakes
 * them.
 */
async function wakeNeighbours(
  deps: Deps,
  { organisationId, providerId }: ClaimInput,
  alsoArrived: string[],
): Promise<void> {
  if (alsoArrived.length > 0) await wakeClaims(deps.client, { organisationId, providerId }, alsoArrived)
}

async function effectsOf(
  tx: Tx,
  organisationId: string,
  claimId: string,
  noticeIds: string[],
): Promise<ClaimSummary['effects']> {
  if (noticeIds.length === 0) return []
  const rows = await tx
    .selectFrom('notices')
    .select(['id', 'effect'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('id', 'in', noticeIds)
    .execute()
  const known = new Map(rows.map((row) => [row.id, row.effect ?? 'noted']))
  return noticeIds.map((noticeId) => ({ noticeId, effect: known.get(noticeId) ?? 'unknown' }))
}

async function recordTurn(
  deps: Deps,
  tx: Tx,
  { organisationId, claimId }: ClaimInput,
  only?: string,
): Promise<{ recorded: RecordedClaim; noticeIds: string[]; cancelsWanted: string[]; alsoArrived: string[] }> {
  const claim = await lockClaim(tx, organisationId, claimId)
  if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
  const all = await pendingNotices(tx, organisationId, [claimId])
  const pending = only === undefined ? all : all.filter(({ id }) => id === only)
  const cancelsWanted = pending.filter(isWishToCancel).map((notice) => notice.id)
  const notices = pending.filter((notice) => !isWishToCancel(notice))
  const { claims, alsoArrived } = await recordPending(deps, tx, organisationId, [{ claim, notices }])
  const [recorded] = claims
  if (recorded === undefined) throw new Error(`claim ${claimId} was recorded without an answer`)
  return { recorded, noticeIds: notices.map((notice) => notice.id), cancelsWanted, alsoArrived }
}
