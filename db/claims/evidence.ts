import { createHash } from 'node:crypto'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'

/** A file that a person keeps as proof of what the provider said, without its bytes. */
export interface EvidenceFile {
  evidenceId: string
  mediaType: string
  fileName: string
  sha256: string
  size: number
}

/**
 * Keeps a file with a submitted claim. The same bytes twice are one file: the first stays as it is.
 * The caller holds the claim's row.
 */
export async function addEvidence(
  tx: Tx,
  claim: { organisationId: string; claimId: string; actor: string; now: Date },
  file: { mediaType: string; fileName: string; bytes: Buffer },
): Promise<{ evidence: EvidenceFile; isNew: boolean }> {
  const sha256 = createHash('sha256').update(file.bytes).digest()
  const inserted = await tx
    .insertInto('evidence')
    .values({
      organisation_id: claim.organisationId,
      id: newId(),
      claim_id: claim.claimId,
      media_type: file.mediaType,
      file_name: file.fileName,
      sha256,
      size: file.bytes.length,
      bytes: file.bytes,
      added_by: claim.actor,
      created_at: claim.now,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'claim_id', 'sha256']).doNothing())
    .returning('id')
    .executeTakeFirst()
  const row = await files(tx, claim.organisationId, claim.claimId)
    .where('sha256', '=', sha256)
    .executeTakeFirstOrThrow()
  return { evidence: evidenceOf(row), isNew: inserted !== undefined }
}

/** One file of a claim; null when the claim has no such file. */
export async function findEvidence(
  tx: Tx,
  organisationId: string,
  claimId: string,
  evidenceId: string,
): Promise<EvidenceFile | null> {
  const row = await files(tx, organisationId, claimId).where('id', '=', evidenceId).executeTakeFirst()
  return row === undefined ? null : evidenceOf(row)
}

/** The bytes for a download; null when the claim has no such file. */
export async function evidenceBytes(
  tx: Tx,
  organisationId: string,
  claimId: string,
  evidenceId: string,
): Promise<{ mediaType: string; fileName: string; bytes: Buffer } | null> {
  const row = await files(tx, organisationId, claimId).select('bytes').where('id', '=', evidenceId).executeTakeFirst()
  return row === undefined ? null : { mediaType: row.media_type, fileName: row.file_name, bytes: row.bytes }
}

function files(tx: Tx, organisationId: string, claimId: string) {
  return tx
    .selectFrom('evidence')
    .select(['id', 'media_type', 'file_name', 'sha256', 'size'])
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
}

function evidenceOf(row: {
  id: string
  media_type: string
  file_name: string
  sha256: Buffer
  size: number
}): EvidenceFile {
  return {
    evidenceId: row.id,
    mediaType: row.media_type,
    fileName: row.file_name,
    sha256: row.sha256.toString('hex'),
    size: row.size,
  }
}
