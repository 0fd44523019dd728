import { sql } from 'kysely'
import type { Tx } from '../../../../db/connect.ts'
import type { Reference } from '../../../../domain/claim.ts'
import { rank } from '../../../../domain/claims/claimState.ts'
import { Problem } from '../../../http/problems.ts'
import type { ActionTarget } from './manualActions.ts'

/** The provider's number of a claim as a person keys it. */
export function claimNumber(reference: string | undefined): Reference[] {
  return reference === undefined ? [] : [{ type: 'claim-number', value: reference }]
}

/** The provider has said that it has the claim, or has given it a number. */
export async function isReceived(tx: Tx, claim: ActionTarget): Promise<boolean> {
  if (rank(claim) > 1) return true
  const number = await tx
    .selectFrom('claim_references')
    .select('value')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('type', '=', 'claim-number')
    .limit(1)
    .executeTakeFirst()
  return number !== undefined
}

/**
 * A number of the provider's names one claim: keyed for a second one it is most likely a typing
 * error, and later answers would reach neither. Claims of one lineage share it. Throws
 * `reference-taken` with both claims, unless it is forced.
 */
export async function refuseTakenReference(
  tx: Tx,
  claim: ActionTarget,
  { reference, forced }: { reference: string | undefined; forced: boolean },
): Promise<void> {
  if (reference === undefined || forced) return
  const other = await tx
    .selectFrom('claim_references as f')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'f.organisation_id').onRef('c.id', '=', 'f.claim_id'),
    )
    .select(['c.id', 'c.claim_number'])
    .where('f.organisation_id', '=', claim.organisationId)
    .where('f.connection_id', '=', claim.connectionId)
    .where('f.type', '=', 'claim-number')
    .where('f.value', '=', reference.trim())
    .where(
      sql<boolean>`c.lineage_id <> (select lineage_id from claims where organisation_id = ${claim.organisationId} and id = ${claim.claimId})`,
    )
    .limit(1)
    .executeTakeFirst()
  if (other === undefined) return
  throw new Problem(
    'reference-taken',
    `${claim.provider}'s number ${reference} is the number of claim ${other.claim_number} already: correct one of them, or say force with a reason when the provider uses it for both`,
    { rule: 'reference-taken', claims: [claim.claimId, other.id] },
  )
}
