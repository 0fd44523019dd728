import { type Kysely, sql } from 'kysely'
import type { Database } from './schema.ts'

interface ClaimAddress {
  organisationId: string
  claimId: string
  providerId: string
}

/** Claims that somebody must be waiting for: submitted and not closed. */
export async function openClaims(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('claims')
    .select(['organisation_id as organisationId', 'id as claimId', 'provider_id as providerId'])
    .where('status', '<>', 'DRAFT')
    .where('closed_because', 'is', null)
    .execute()
}

/** Claims with a notice that was stored over a minute ago and is not recorded. */
export async function lostNews(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('notices as n')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'n.organisation_id').onRef('c.id', '=', 'n.claim_id'),
    )
    .select(['c.organisation_id as organisationId', 'c.id as claimId', 'c.provider_id as providerId'])
    .distinct()
    .where('n.recorded_at', 'is', null)
    .where('n.created_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
}

/** Connections with an incoming document that came in over a minute ago and is not processed. */
export async function stuckDocuments(
  across: Kysely<Database>,
): Promise<{ organisationId: string; connectionId: string; providerId: string }[]> {
  return across
    .selectFrom('documents as d')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'd.organisation_id').onRef('n.id', '=', 'd.connection_id'),
    )
    .select(['n.organisation_id as organisationId', 'n.id as connectionId', 'n.provider_id as providerId'])
    .distinct()
    .where('d.direction', '=', 'in')
    .where('d.processed_at', 'is', null)
    .where('d.stored_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
}
