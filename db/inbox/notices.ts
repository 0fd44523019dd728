import { sql } from 'kysely'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/**
 * A notice of a document, matched to its claim. `sequence` is its place in the document: the same
 * notice is stored once.
 */
export interface NewNotice {
  sequence: number
  claimId: string
  submissionId: string | null
  event: ClaimEvent
}

/** Stores notices, to be recorded on their claims; one that is there already stays as it is. */
export async function insertNotices(
  tx: Tx,
  from: { organisationId: string; connectionId: string; documentId: string },
  notices: NewNotice[],
): Promise<void> {
  if (notices.length === 0) return
  const rows = notices.map(({ sequence, claimId, submissionId, event }) => ({
    id: newId(),
    sequence,
    claim_id: claimId,
    submission_id: submissionId,
    event,
  }))
  await pipelined(
    tx,
    sql`
    insert into notices (organisation_id, id, document_id, sequence, connection_id, claim_id, submission_id, source, event)
    select ${from.organisationId}::uuid, n.id, ${from.documentId}::uuid, n.sequence, ${from.connectionId}::uuid, n.claim_id,
      n.submission_id, 'provider', n.event
    from json_to_recordset(${JSON.stringify(rows)}::json)
      as n(id uuid, sequence integer, claim_id uuid, submission_id uuid, event jsonb)
    on conflict do nothing`,
  )
}

/**
 * Stores what a person did or said about a claim; answers the notice's id for the claim's workflow.
 */
export async function insertManualNotice(
  tx: Tx,
  act: {
    organisationId: string
    claimId: string
    actor: string
    event: ClaimEvent
    act: Record<string, unknown>
    /** The sending that it is about, where it is about one. */
    submissionId?: string
  },
): Promise<string> {
  const id = newId()
  await pipelined(
    tx,
    tx.insertInto('notices').values({
      organisation_id: act.organisationId,
      id,
      claim_id: act.claimId,
      submission_id: act.submissionId ?? null,
      source: 'person',
      event: JSON.stringify(act.event),
      actor: act.actor,
      act: JSON.stringify(act.act),
    }),
  )
  return id
}
