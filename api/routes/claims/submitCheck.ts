import type { Tx } from '../../../db/connect.ts'
import { composeSubmission, problemsBeforeSubmit } from '../../../db/drafts/composeSubmission.ts'
import { memberWarnings } from '../../../db/drafts/memberWarnings.ts'
import { formatProblems } from '../../../db/drafts/trialWriting.ts'
import type { ClaimStatus } from '../../../domain/claim.ts'
import type { SubmitProblem } from '../../../domain/claims/requirements.ts'
import type { ApiDeps } from '../../deps.ts'
import { Problem } from '../../http/problems.ts'

export interface CheckedDraft {
  providerId: string
  status: ClaimStatus
  problems: SubmitProblem[]
  /** They keep nothing from leaving. */
  warnings: SubmitProblem[]
}

/** With one of these no format can be tried: it would say the same once more, in worse words. */
const UNWRITABLE: ReadonlySet<string> = new Set([
  'missing-field',
  'missing-diagnosis',
  'no-lines',
  'too-many-lines',
  'line-not-priced',
  'purpose-not-supported',
  'provider-reference-missing',
])

/** What keeps a draft from leaving, by the provider's declaration; freeze checks the same again. */
export async function checkedDraft(
  tx: Tx,
  { deps, organisationId, claimId, now }: { deps: ApiDeps; organisationId: string; claimId: string; now: Date },
): Promise<CheckedDraft> {
  const claim = await tx
    .selectFrom('claims as c')
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select(['c.status', 'c.provider_id', 'p.adapter_id', 'c.connection_id'])
    .where('c.organisation_id', '=', organisationId)
    .where('c.id', '=', claimId)
    .executeTakeFirst()
  if (claim === undefined) throw new Problem('claim-not-found', 'there is no such claim')
  const { status, provider_id: providerId } = claim
  if (status !== 'DRAFT') return { providerId, status, problems: [], warnings: [] }
  const composed = await composeSubmission(tx, organisationId, claimId)
  // Deleted between the two reads.
  if (composed === null) throw new Problem('claim-not-found', 'there is no such claim')
  const adapter = deps.adapterOf(claim.adapter_id)
  const problems = problemsBeforeSubmit(composed, adapter.declaration, now.toISOString().slice(0, 10))
  const warnings = await memberWarnings(tx, organisationId, claimId)
  if (problems.some(({ type }) => UNWRITABLE.has(type))) return { providerId, status, problems, warnings }
  const draft = { organisationId, connectionId: claim.connection_id, now }
  const all = [...problems, ...(await formatProblems(tx, adapter, composed, draft))]
  return { providerId, status, problems: all, warnings }
}
