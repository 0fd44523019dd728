import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { type Refused, refused } from '../refused.ts'

/**
 * The authorisations of a claim (alias `c`) as JSON of domain NamedAuthorisation. Used = what the
 * practice app says was used elsewhere, and the lines that it covers on other claims of ours that
 * left and neither came to nothing nor belong to the same lineage.
 */
export const namedAuthorisations = sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'kind', a.kind, 'number', a.number, 'issuedOn', a.issued_on, 'validUntil', a.valid_until, 'codes', a.codes, 'teeth', a.teeth,
    'amount', a.amount, 'currency', a.currency, 'used', a.used + case when a.amount is null then 0 else (
      select coalesce(sum(l.amount), 0) from claim_authorisations y
      join claims x on x.organisation_id = y.organisation_id and x.id = y.claim_id
      join claim_lines l on l.organisation_id = x.organisation_id and l.claim_id = x.id
      where y.organisation_id = a.organisation_id and y.authorisation_id = a.id
        and x.lineage_id <> c.lineage_id and x.status not in ('DRAFT', 'CANCELLED')
        and x.rejected_at is distinct from 'front_end' and x.closed_because is distinct from 'replaced'
        and l.decision is distinct from 'denied'
        and (cardinality(a.teeth) = 0 or l.tooth = any (a.teeth))
        and (cardinality(a.codes) = 0 or exists (
          select from unnest(a.codes) pattern
          where l.code between split_part(pattern, '-', 1) and coalesce(nullif(split_part(pattern, '-', 2), ''), pattern)))) end)
    order by a.valid_until nulls last, a.id), '[]')
  from claim_authorisations z join authorisations a on a.organisation_id = z.organisation_id and a.id = z.authorisation_id
  where z.organisation_id = c.organisation_id and z.claim_id = c.id)`

/** Each authorisation must be the patient's with the provider; answers the refusal, or null. */
export async function unknownAuthorisation(
  tx: Tx,
  of: { organisationId: string; patientId: string; providerId: string },
  authorisationIds: string[],
): Promise<Refused | null> {
  if (authorisationIds.length === 0) return null
  const known = await tx
    .selectFrom('authorisations')
    .select('id')
    .where('organisation_id', '=', of.organisationId)
    .where('patient_id', '=', of.patientId)
    .where('provider_id', '=', of.providerId)
    .where('id', 'in', authorisationIds)
    .execute()
  const unknown = authorisationIds.find((id) => !known.some((row) => row.id === id))
  if (unknown === undefined) return null
  return refused('unknown-authorisation', `the patient has no authorisation ${unknown} with ${of.providerId}`)
}

/** Names exactly these authorisations on the claim. */
export async function setAuthorisations(
  tx: Tx,
  organisationId: string,
  claimId: string,
  authorisationIds: string[],
): Promise<void> {
  await tx
    .deleteFrom('claim_authorisations')
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
  const rows = [...new Set(authorisationIds)].map((id) => ({
    organisation_id: organisationId,
    claim_id: claimId,
    authorisation_id: id,
  }))
  if (rows.length > 0) await tx.insertInto('claim_authorisations').values(rows).execute()
}
