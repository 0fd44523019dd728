import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import type { Asked } from './candidateClaims.ts'
import { namingReferences, numberOf, type SoughtClaim } from './matchClaims.ts'

/**
 * Locks every claim that a document may name, with what it replaces or is replaced by, in the order
 * of their ids. For a document whose parts lock claims one after the other: taken in different
 * orders by two documents, the locks would be a deadlock.
 */
export async function lockNamedClaims(
  tx: Tx,
  { organisationId, connectionId }: Asked,
  sought: SoughtClaim[],
): Promise<void> {
  const numbers = [...new Set(sought.flatMap(numberOf))]
  const references = sought.flatMap(namingReferences)
  await sql`
    with named as (
      select s.claim_id as id from submissions s
      where s.organisation_id = ${organisationId} and s.connection_id = ${connectionId} and s.submission_number = any(${numbers}::text[])
      union
      select n.id from claims n
      where n.organisation_id = ${organisationId} and n.connection_id = ${connectionId} and n.claim_number = any(${numbers}::text[])
      union
      select r.claim_id from claim_references r
      join json_to_recordset(${JSON.stringify(references)}::json) as w(type text, value text) on r.type = w.type and r.value = w.value
      where r.organisation_id = ${organisationId} and r.connection_id = ${connectionId}),
    lineages as (
      select n.lineage_id from claims n join named on named.id = n.id where n.organisation_id = ${organisationId})
    select count(*) from (
      select c.id from claims c where c.organisation_id = ${organisationId} and c.id in (
        select id from named union select lineage_id from lineages
        union select l.id from claims l join lineages on lineages.lineage_id = l.lineage_id
          where l.organisation_id = ${organisationId} and l.replaces_claim_id is not null)
      order by c.id for no key update of c) locked`.execute(tx)
}
