import { sql } from 'kysely'
import { lockClaim } from '../db/claimState.ts'
import type { Tx } from '../db/connect.ts'
import { type RecordedClaim, recordEvents } from '../db/record.ts'
import type { ClaimInput } from '../workflows/messages.ts'
import { claimNow } from './claimNow.ts'
import { type Deps, recordContext } from './deps.ts'
import type { ClaimNow } from './outcomes.ts'

/**
 * Records every notice of the claim that is not recorded yet. Idempotent: a notice is recorded once, whoever asks. `asked` names notices whose
 * effect somebody waits for, also when another turn has recorded them before.
 */
export async function recordNews(
  deps: Deps,
  { organisationId, claimId }: ClaimInput,
  asked: string[],
): Promise<ClaimNow> {
  return deps.databases.within(organisationId, async (tx) => {
    const { recorded, noticeIds } = await recordPending(deps, tx, organisationId, claimId)
    const now = claimNow(deps, recorded, noticeIds)
    const before = asked.filter((id) => !noticeIds.includes(id))
    const cancelsWanted = await wishesToCancel(tx, organisationId, claimId)
    return {
      ...now,
      cancelsWanted,
      effects: [...now.effects, ...(await effectsOf(tx, organisationId, claimId, before))],
    }
  })
}

/** A wish that was stored and whose message never came: the API was killed in between. */
async function wishesToCancel(tx: Tx, organisationId: string, claimId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('notices')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('recorded_at', 'is', null)
    .where(sql<boolean>`act ->> 'kind' = 'cancel'`)
    .execute()
  return rows.map((row) => row.id)
}

async function effectsOf(
  tx: Tx,
  organisationId: string,
  claimId: string,
  noticeIds: string[],
): Promise<ClaimNow['effects']> {
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

export async function recordPending(
  deps: Deps,
  tx: Tx,
  organisationId: string,
  claimId: string,
): Promise<{ recorded: RecordedClaim; noticeIds: string[] }> {
  const claim = await lockClaim(tx, organisationId, claimId)
  if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
  const notices = await tx
    .selectFrom('notices')
    .select(['id', 'event', 'source', 'actor', 'act', 'submission_id'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('recorded_at', 'is', null)
    // A wish to cancel is carried out, not recorded: it has an activity of its own.
    .where(sql<boolean>`coalesce(act ->> 'kind', '') <> 'cancel'`)
    // A wish to cancel is carried out, not recorded: it has an activity of its own.
    .where(sql<boolean>`coalesce(act ->> 'kind', '') <> 'cancel'`)
    .orderBy('created_at')
    .orderBy('document_id')
    .orderBy('sequence')
    .orderBy('id')
    .execute()
  const incoming = notices.map((notice) => ({
    event: notice.event,
    actor: notice.actor ?? (notice.source === 'person' ? 'person' : notice.source),
    noticeId: notice.id,
    ...(notice.submission_id === null ? {} : { submissionId: notice.submission_id }),
    ...(notice.act === null ? {} : { act: notice.act }),
  }))
  const recorded = await recordEvents(tx, claim, incoming, recordContext(deps))
  const noticeIds = notices.map((notice) => notice.id)
  if (noticeIds.length > 0) {
    await sql`
      update notices set recorded_at = ${deps.clock.now()}, effect = recorded.effect
      from unnest(${noticeIds}::uuid[], ${recorded.effects}::text[]) as recorded(id, effect)
      where notices.organisation_id = ${organisationId} and notices.id = recorded.id`.execute(tx)
  }
  return { recorded, noticeIds }
}
