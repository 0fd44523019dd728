import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common'

/**
 * How a claim's workflow is started, whatever starts it first: the API's submit, a person's action,
 * or a late notice.
 */
export const CLAIM_WORKFLOW = 'claimLifecycle'

/** Given at start they cost nothing; the workflow upserts only what changes. */
export function claimSearchAttributes(claim: { organisationId: string; providerId: string }): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: defineSearchAttributeKey('ClaimStatus', SearchAttributeType.KEYWORD), value: 'SUBMITTED' },
    { key: defineSearchAttributeKey('ClaimProvider', SearchAttributeType.KEYWORD), value: claim.providerId },
    { key: defineSearchAttributeKey('ClaimOrganisation', SearchAttributeType.KEYWORD), value: claim.organisationId },
    { key: defineSearchAttributeKey('ClaimAttention', SearchAttributeType.BOOL), value: false },
  ])
}
