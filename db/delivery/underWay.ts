import { sql } from 'kysely'
import { MAY_BE_THERE } from '../../domain/delivery/interchangeState.ts'

/** The connection has sent claims that are not closed, or does not know whether it has. */
export function claimsUnderWay(connections: string) {
  return sql<boolean>`exists (
    select from claims c
    join submissions s on s.organisation_id = c.organisation_id and s.claim_id = c.id
    join interchanges i on i.organisation_id = s.organisation_id and i.id = s.interchange_id
    where c.organisation_id = ${sql.ref(`${connections}.organisation_id`)} and c.connection_id = ${sql.ref(`${connections}.id`)}
      and c.closed_because is null and i.state = any (${MAY_BE_THERE}::text[]))`
}
