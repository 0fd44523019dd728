import type { Submission } from '../../domain/claim.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { newId, newSubmissionNumber } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { allocateInterchange } from '../delivery/interchanges.ts'
import { attachmentsOf } from '../drafts/attachments.ts'
import { claimNumberOf } from '../inbox/matchClaims.ts'
import { type Refused, refused } from '../refused.ts'
import { lockClaim } from './lockClaim.ts'

/** What a provider says of itself that decides about a supplement. */
interface Declared {
  name: string
  version: number
  purposes: readonly Submission['purpose'][]
}

/**
 * Makes a supplement: a sending of its own that carries the papers which no sending of the claim
 * has carried yet, and names the claim as the provider knows it. It leaves at once, by itself.
 * Refused where the provider takes none: it never goes as an original.
 */
export async function supplement(
  tx: Tx,
  { organisationId, claimId, now }: { organisationId: string; claimId: string; now: Date },
  declarationOf: (adapterId: string) => Declared,
): Promise<
  { kind: 'supplement'; interchangeId: string; submissionNumber: string; providerId: string; papers: number } | Refused
> {
  const claim = await lockClaim(tx, organisationId, claimId)
  if (claim === null) return refused('claim-not-found', `there is no claim ${claimId}`)
  const { name, version, purposes } = declarationOf(claim.adapterId)
  if (!wanted(claim.state))
    return refused('no-documents-requested', 'the provider has asked for no papers of this claim')
  if (!purposes.includes('supplement'))
    return refused('purpose-not-supported', `${name} takes no supplement: it can carry ${purposes.join(', ')}`)
  const sent = await sentSubmissions(tx, organisationId, claimId)
  const original = sent.findLast(({ purpose }) => purpose !== 'void' && purpose !== 'supplement')
  const reference = await claimNumberOf(tx, organisationId, claimId)
  if (original === undefined || reference === null)
    return refused(
      'provider-reference-missing',
      `a supplement must name the claim number of ${name}, and none is known`,
    )
  const carried = new Set(sent.flatMap(({ attachments }) => attachments.map((each) => each.attachmentId)))
  const papers = (await attachmentsOf(tx, organisationId, claimId)).filter((each) => !carried.has(each.attachmentId))
  if (papers.length === 0) return refused('no-new-attachments', 'attach first what the provider asked for')
  const { note: _note, ...rest } = original
  const submission: Submission = {
    ...rest,
    submissionId: newId(),
    submissionNumber: newSubmissionNumber(),
    purpose: 'supplement',
    originalReference: reference,
    originalSubmissionNumber: original.submissionNumber,
    attachments: papers.map(({ tooth, labels, capturedOn, ...paper }) => ({
      ...paper,
      ...(labels.length === 0 ? {} : { labels }),
      ...(tooth === null ? {} : { tooth }),
      ...(capturedOn === null ? {} : { capturedOn }),
    })),
  }
  const interchangeId = await allocateInterchange(tx, {
    organisationId,
    connectionId: claim.connectionId,
    kind: 'submission',
    adapterVersion: version,
    submissions: [submission],
    now,
    batch: { leavesAt: now, joinable: false },
  })
  const { submissionNumber } = submission
  return { kind: 'supplement', interchangeId, submissionNumber, providerId: claim.providerId, papers: papers.length }
}

function wanted({ closed, documentsRequestedAt }: ClaimState): boolean {
  return closed === null && documentsRequestedAt !== null
}

async function sentSubmissions(tx: Tx, organisationId: string, claimId: string): Promise<Submission[]> {
  const rows = await tx
    .selectFrom('submissions')
    .select('frozen')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .orderBy('id')
    .execute()
  return rows.map((row) => row.frozen)
}
