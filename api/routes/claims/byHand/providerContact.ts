import { z } from 'zod'
import { type EvidenceFile, findEvidence } from '../../../../db/claims/evidence.ts'
import type { Tx } from '../../../../db/connect.ts'
import { Problem } from '../../../http/problems.ts'
import { id, words } from '../../../http/schemas.ts'

/**
 * How and from whom a person learned what the provider said; part of every request that reports it.
 */
export const providerContact = {
  channel: z.enum(['phone', 'portal', 'email', 'letter', 'visit', 'other']),
  saidBy: words(200).meta({ description: "who said it: the provider's person or page" }),
  callNumber: words(100).optional(),
  evidenceId: id.optional().meta({ description: 'a file kept with the claim before: POST …/evidence' }),
}

/**
 * The evidence file that a request names, as the timeline shows it; nothing when it names none. Its
 * name may hold a patient's and stays with the file.
 */
export async function evidenceNamed(
  tx: Tx,
  claim: { organisationId: string; claimId: string },
  evidenceId: string | undefined,
): Promise<{ evidence?: Omit<EvidenceFile, 'fileName'> }> {
  if (evidenceId === undefined) return {}
  const found = await findEvidence(tx, claim.organisationId, claim.claimId, evidenceId)
  if (found === null) throw new Problem('unknown-evidence', `the claim has no file ${evidenceId}`)
  const { fileName: _mayNameThePatient, ...evidence } = found
  return { evidence }
}
