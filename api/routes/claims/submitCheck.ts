import { shownStatus } from '../../../db/claims/shownStatus.ts'
import type { Tx } from '../../../db/connect.ts'
import { checkDraft } from '../../../db/drafts/checkDraft.ts'
import { composeSubmission } from '../../../db/drafts/composeSubmission.ts'
import type { ShownStatus } from '../../../domain/claim.ts'
import type { SubmitProblem } from '../../../domain/claims/requirements.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem } from '../../http/problems.ts'

export interface CheckedDraft {
  providerId: string
  status: ShownStatus
  problems: SubmitProblem[]
  /** They keep nothing from leaving. */
  warnings: SubmitProblem[]
}

/** What keeps a draft from leaving, by the provider's declaration; freeze checks the same again. */
export async function checkedDraft(
  tx: Tx,
  { deps, organisationId, claimId, now }: { deps: ApiDeps; organisationId: string; claimId: string; now: Date },
): Promise<CheckedDraft> {
  const claim = await tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select(['c.status', 'c.submit_asked_at', 'c.provider_id', 'p.adapter_id', 'c.connection_id'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
  if (claim === undefined) throw new Problem('claim-not-found', 'there is no such claim')
  const { provider_id: providerId } = claim
  const status = shownStatus(claim)
  if (status !== 'DRAFT') return { providerId, status, problems: [], warnings: [] }
  const composed = await composeSubmission(tx, organisationId, claimId)
  // Deleted between the two reads.
  if (composed === null) throw new Problem('claim-not-found', 'there is no such claim')
  const adapter = deps.adapterOf(claim.adapter_id)
  const draft = { organisationId, claimId, connectionId: claim.connection_id, now }
  return { providerId, status, ...(await checkDraft(tx, adapter, composed, draft)) }
}
