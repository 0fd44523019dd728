import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** A notice of a document, matched to its claim. `sequence` is its place in the document: the same notice is stored once. */
export interface NewNotice {
  sequence: number
  claimId: string
  submissionId: string | null
  event: ClaimEvent
}

/** Stores notices for the claims' workflows to record; one that is there already stays as it is. */
export async function insertNotices(
  tx: Tx,
  from: { organisationId: string; connectionId: string; documentId: string },
  notices: NewNotice[],
): Promise<void> {
  if (notices.length === 0) return
  await pipelined(
    tx,
    tx
      .insertInto('notices')
      .values(
        notices.map((notice) => ({
          organisation_id: from.organisationId,
          id: newId(),
          document_id: from.documentId,
          sequence: notice.sequence,
          connection_id: from.connectionId,
          claim_id: notice.claimId,
          submission_id: notice.submissionId,
          source: 'provider' as const,
          event: JSON.stringify(notice.event),
        })),
      )
      .onConflict((conflict) => conflict.doNothing()),
  )
}

/** Stores what a person did or said about a claim; answers the notice's id for the claim's workflow. */
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
