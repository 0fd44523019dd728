import { sql } from 'kysely'
import { noticeFailed } from '../../db/claims/heldNotices.ts'
import { lockClaim } from '../../db/claims/lockClaim.ts'
import { type RecordedClaim, recordEvents } from '../../db/claims/recordEvents.ts'
import type { Tx } from '../../db/connect.ts'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import { pipelined } from '../../db/pipelined.ts'
import type { ClaimSummary } from '../../workflows/activityResults.ts'
import { wakeClaims } from '../../workflows/client/wakeClaims.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import { type Deps, recordContext, TRIES_BEFORE_PERSON } from '../deps.ts'
import { claimSummary } from './claimSummary.ts'
import { byPurpose } from './factByPurpose.ts'

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
    const { recorded, noticeIds, cancelsWanted } = await recordPending(deps, tx, input)
    const now = claimSummary(deps, recorded, noticeIds)
    const before = asked.filter((id) => !noticeIds.includes(id))
    const effects = [...now.effects, ...(await effectsOf(tx, organisationId, claimId, before))]
    return { told: { ...now, cancelsWanted, effects }, alsoArrived: recorded.alsoArrived }
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
  const pending = await deps.databases.within(organisationId, (tx) => unrecordedNotices(tx, organisationId, claimId))
  const notices = pending.filter((notice) => !isWishToCancel(notice))
  if (notices.length === 0) throw error
  for (const { id } of notices) {
    try {
      const { recorded } = await deps.databases.within(organisationId, (tx) => recordPending(deps, tx, input, id))
      await wakeNeighbours(deps, input, recorded.alsoArrived)
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

async function recordPending(
  deps: Deps,
  tx: Tx,
  { organisationId, claimId }: ClaimInput,
  only?: string,
): Promise<{ recorded: RecordedClaim; noticeIds: string[]; cancelsWanted: string[] }> {
  const claim = await lockClaim(tx, organisationId, claimId)
  if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
  const all = await unrecordedNotices(tx, organisationId, claimId)
  const pending = only === undefined ? all : all.filter(({ id }) => id === only)
  // A wish to cancel is carried out, not recorded: it has an activity of its own. Its own message
  // may never come, when the API was killed in between.
  const cancelsWanted = pending.filter(isWishToCancel).map((notice) => notice.id)
  const notices = pending.filter((notice) => !isWishToCancel(notice))
  const { declaration } = deps.adapterOf(claim.adapterId)
  const incoming = notices.map((notice) => ({
    event: byPurpose(notice.purpose, notice.event, declaration),
    actor: notice.actor ?? (notice.source === 'person' ? 'person' : notice.source),
    noticeId: notice.id,
    ...(notice.submission_id === null ? {} : { submissionId: notice.submission_id }),
    ...(notice.act === null ? {} : { act: notice.act }),
    ...(notice.purpose === 'void' ? { ofVoid: true as const } : {}),
  }))
  const recorded = await recordEvents(tx, claim, incoming, recordContext(deps))
  const noticeIds = notices.map((notice) => notice.id)
  if (noticeIds.length > 0) {
    await pipelined(
      tx,
      sql`
      update notices set recorded_at = ${deps.clock.now()}, effect = recorded.effect
      from unnest(${noticeIds}::uuid[], ${recorded.effects}::text[]) as recorded(id, effect)
      where notices.organisation_id = ${organisationId} and notices.id = recorded.id`,
    )
  }
  return { recorded, noticeIds, cancelsWanted }
}

/** In the order in which they were stored, within a document in the document's order. */
async function unrecordedNotices(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('notices as n')
    .leftJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'n.organisation_id').onRef('s.id', '=', 'n.submission_id'),
    )
    .select(['n.id', 'n.event', 'n.source', 'n.actor', 'n.act', 'n.submission_id', 's.purpose'])
    .where('n.organisation_id', '=', organisationId)
    .where('n.claim_id', '=', claimId)
    .where('n.recorded_at', 'is', null)
    .where('n.held_at', 'is', null)
    .orderBy('n.created_at')
    .orderBy('n.document_id')
    .orderBy('n.sequence')
    .orderBy('n.id')
    .execute()
}

function isWishToCancel({ act }: { act: Record<string, unknown> | null }): boolean {
  return act?.['kind'] === 'cancel'
}
