import { sql } from 'kysely'
import type { Purpose } from '../../domain/claim.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import type { Effect } from '../../domain/claims/step.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import type { NoticesTable } from '../schema/inboxTables.ts'

/** A notice that its claim has not recorded, with the purpose of the sending that it is about. */
export interface PendingNotice {
  id: string
  claimId: string
  submissionId: string | null
  purpose: Purpose | null
  event: ClaimEvent
  source: NoticesTable['source']
  actor: string | null
  act: Record<string, unknown> | null
}

/**
 * What is to be recorded of claims, in the order in which it was stored, within a document in the
 * document's order.
 */
export async function pendingNotices(tx: Tx, organisationId: string, claimIds: string[]): Promise<PendingNotice[]> {
  const { rows } = await sql<PendingNotice>`
    select n.id, n.claim_id as "claimId", n.submission_id as "submissionId", s.purpose, n.event, n.source, n.actor, n.act
    from notices n left join submissions s on s.organisation_id = n.organisation_id and s.id = n.submission_id
    where n.organisation_id = ${organisationId} and n.claim_id = any(${claimIds}::uuid[])
      and n.recorded_at is null and n.held_at is null
    order by n.created_at, n.document_id, n.sequence, n.id`.execute(tx)
  return rows
}

/** The notices are in their claims' timelines, with these effects. */
export async function noticesRecorded(
  tx: Tx,
  organisationId: string,
  recorded: { id: string; effect: Effect }[],
  now: Date,
): Promise<void> {
  if (recorded.length === 0) return
  await pipelined(
    tx,
    sql`
    update notices set recorded_at = ${now}, effect = recorded.effect
    from unnest(${recorded.map(({ id }) => id)}::uuid[], ${recorded.map(({ effect }) => effect)}::text[]) as recorded(id, effect)
    where notices.organisation_id = ${organisationId} and notices.id = recorded.id`,
  )
}
