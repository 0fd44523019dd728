import { createHash } from 'node:crypto'
import { type AttachmentLabel, type DocumentKind, labelsOf } from '../../domain/claim.ts'
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
  /** Further kinds and teeth that it is for. */
  labels: AttachmentLabel[]
  capturedOn: string | null
}

export interface NewAttachment extends Pick<Attachment, 'mediaType' | 'fileName' | 'capturedOn'> {
  /** What it is for: at least one. */
  labels: [AttachmentLabel, ...AttachmentLabel[]]
  bytes: Buffer
}

/**
 * Adds a paper to a draft, or to a claim whose papers the provider has asked for: a supplement
 * carries it there. The same bytes twice are one attachment, which is for what both say.
 */
export async function addAttachment(
  tx: Tx,
  claim: { organisationId: string; claimId: string; now: Date },
  wanted: NewAttachment,
): Promise<{ kind: 'added'; attachment: Attachment; isNew: boolean } | Refused> {
  const draft = await lockDraft(tx, claim, claim.claimId)
  if (draft.kind === 'refused' && !(await wantsDocuments(tx, claim))) return draft
  const [first, ...others] = wanted.labels
  const sha256 = createHash('sha256').update(wanted.bytes).digest()
  const inserted = await tx
    .insertInto('attachments')
    .values({
      organisation_id: claim.organisationId,
      id: newId(),
      claim_id: claim.claimId,
      kind: first.kind,
      media_type: wanted.mediaType,
      file_name: wanted.fileName,
      sha256,
      size: wanted.bytes.length,
      tooth: first.tooth ?? null,
      labels: JSON.stringify(others),
      captured_on: wanted.capturedOn,
      bytes: wanted.bytes,
      created_at: claim.now,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'claim_id', 'sha256']).doNothing())
    .returning('id')
    .executeTakeFirst()
  const bySha = async () => storedOf(tx, claim, (each) => each.sha256 === sha256.toString('hex'))
  const stored = await bySha()
  if (inserted !== undefined) return { kind: 'added', attachment: stored, isNew: true }
  const before = labelsOf(withTooth(stored))
  const more = wanted.labels.filter((label) => !before.some((each) => isSame(each, label)))
  if (more.length > 0) await writeLabels(tx, claim, stored.attachmentId, [...before, ...more])
  return { kind: 'added', attachment: await bySha(), isNew: false }
}

/** What the file is for from now on, instead of what was said of it before. */
export async function relabelAttachment(
  tx: Tx,
  claim: { organisationId: string; claimId: string; now: Date },
  attachmentId: string,
  labels: AttachmentLabel[],
): Promise<{ kind: 'relabelled'; attachment: Attachment } | Refused> {
  const draft = await lockDraft(tx, claim, claim.claimId)
  if (draft.kind === 'refused' && !(await wantsDocuments(tx, claim))) return draft
  const isThere = (await attachmentsOf(tx, claim.organisationId, claim.claimId)).some(
    (each) => each.attachmentId === attachmentId,
  )
  if (!isThere) return refused('attachment-not-found', `the claim has no attachment ${attachmentId}`)
  await writeLabels(tx, claim, attachmentId, labels)
  const attachment = await storedOf(tx, claim, (each) => each.attachmentId === attachmentId)
  return { kind: 'relabelled', attachment }
}

async function writeLabels(
  tx: Tx,
  { organisationId, claimId }: { organisationId: string; claimId: string },
  attachmentId: string,
  labels: AttachmentLabel[],
): Promise<void> {
  const [first, ...others] = labels.filter((label, at) => labels.findIndex((each) => isSame(each, label)) === at)
  if (first === undefined) throw new RangeError('an attachment is for something')
  await tx
    .updateTable('attachments')
    .set({ kind: first.kind, tooth: first.tooth ?? null, labels: JSON.stringify(others) })
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .where('id', '=', attachmentId)
    .execute()
}

async function storedOf(
  tx: Tx,
  { organisationId, claimId }: { organisationId: string; claimId: string },
  which: (attachment: Attachment) => boolean,
): Promise<Attachment> {
  const stored = (await attachmentsOf(tx, organisationId, claimId)).find(which)
  if (stored === undefined) throw new Error(`claim ${claimId}: an attachment vanished while the claim was locked`)
  return stored
}

function withTooth({ kind, tooth, labels }: Attachment) {
  return tooth === null ? { kind, labels } : { kind, tooth, labels }
}

function isSame(a: AttachmentLabel, b: AttachmentLabel): boolean {
  return a.kind === b.kind && a.tooth === b.tooth
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
    .select(['id', 'kind', 'media_type', 'file_name', 'sha256', 'size', 'tooth', 'labels', 'captured_on'])
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
    labels: row.labels,
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
