import { createHash } from 'node:crypto'
import type { DocumentKind } from '../../domain/claim.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'
import { lockDraft } from './editDraft.ts'

/** A paper of a claim, without its bytes. */
export interface Attachment {
  attachmentId: string
  kind: DocumentKind
  mediaType: string
  fileName: string
  sha256: string
  size: number
  tooth: string | null
  capturedOn: string | null
}

export interface NewAttachment extends Pick<Attachment, 'kind' | 'mediaType' | 'fileName' | 'tooth' | 'capturedOn'> {
  bytes: Buffer
}

/**
 * Adds a paper to a draft, or to a claim whose papers the provider has asked for: a supplement
 * carries it there. The same bytes twice are one attachment: the first stays as it is.
 */
export async function addAttachment(
  tx: Tx,
  claim: { organisationId: string; claimId: string; now: Date },
  wanted: NewAttachment,
): Promise<{ kind: 'added'; attachment: Attachment; isNew: boolean } | Refused> {
  const draft = await lockDraft(tx, claim, claim.claimId)
  if (draft.kind === 'refused' && !(await wantsDocuments(tx, claim))) return draft
  const sha256 = createHash('sha256').update(wanted.bytes).digest()
  const inserted = await tx
    .insertInto('attachments')
    .values({
      organisation_id: claim.organisationId,
      id: newId(),
      claim_id: claim.claimId,
      kind: wanted.kind,
      media_type: wanted.mediaType,
      file_name: wanted.fileName,
      sha256,
      size: wanted.bytes.length,
      tooth: wanted.tooth,
      captured_on: wanted.capturedOn,
      bytes: wanted.bytes,
      created_at: claim.now,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'claim_id', 'sha256']).doNothing())
    .returning('id')
    .executeTakeFirst()
  const stored = (await attachmentsOf(tx, claim.organisationId, claim.claimId)).find(
    (each) => each.sha256 === sha256.toString('hex'),
  )
  if (stored === undefined) throw new Error(`claim ${claim.claimId}: an attachment vanished while the claim was locked`)
  return { kind: 'added', attachment: stored, isNew: inserted !== undefined }
}

/**
 * The provider has asked for papers of the claim, and has not got them. `lockDraft` has locked its
 * row.
 */
async function wantsDocuments(tx: Tx, { organisationId, claimId }: { organisationId: string; claimId: string }) {
  const row = await tx
    .selectFrom('claims')
    .select('state')
    .where('organisation_id', '=', organisationId)
    .where('id', '=', claimId)
    .where('closed_because', 'is', null)
    .executeTakeFirst()
  return ((row?.state ?? {}) as Partial<ClaimState>).documentsRequestedAt != null
}

export async function removeAttachment(
  tx: Tx,
  claim: { organisationId: string; claimId: string },
  attachmentId: string,
): Promise<{ kind: 'removed' } | Refused> {
  const draft = await lockDraft(tx, claim, claim.claimId)
  if (draft.kind === 'refused') return draft
  const removed = await tx
    .deleteFrom('attachments')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('id', '=', attachmentId)
    .returning('id')
    .executeTakeFirst()
  if (removed !== undefined) return { kind: 'removed' }
  return refused('attachment-not-found', `the claim has no attachment ${attachmentId}`)
}

export async function attachmentsOf(tx: Tx, organisationId: string, claimId: string): Promise<Attachment[]> {
  const rows = await tx
    .selectFrom('attachments')
    .select(['id', 'kind', 'media_type', 'file_name', 'sha256', 'size', 'tooth', 'captured_on'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    attachmentId: row.id,
    kind: row.kind,
    mediaType: row.media_type,
    fileName: row.file_name,
    sha256: row.sha256.toString('hex'),
    size: row.size,
    tooth: row.tooth,
    capturedOn: row.captured_on,
  }))
}

/**
 * The bytes for a download, with the name that they came with; null when the claim has no such
 * attachment.
 */
export async function attachmentBytes(
  tx: Tx,
  organisationId: string,
  claimId: string,
  attachmentId: string,
): Promise<{ mediaType: string; fileName: string; bytes: Buffer } | null> {
  const row = await tx
    .selectFrom('attachments')
    .select(['media_type', 'file_name', 'bytes'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('id', '=', attachmentId)
    .executeTakeFirst()
  return row === undefined ? null : { mediaType: row.media_type, fileName: row.file_name, bytes: row.bytes }
}
