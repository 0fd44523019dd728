import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'

/** One pass of a connection's inbox, and its id. */
export interface InboxPass {
  organisationId: string
  connectionId: string
  pass: string
}

/**
 * Takes over what a pass that was killed left: claims that it recorded and did not wake. Answers
 * their ids.
 */
export async function takeOverWakes(tx: Tx, { organisationId, connectionId, pass }: InboxPass): Promise<string[]> {
  const { rows } = await sql<{ claim_id: string }>`
    update claim_wakes set pass = ${pass} where organisation_id = ${organisationId} and connection_id = ${connectionId}
    returning claim_id`.execute(tx)
  return rows.map(({ claim_id }) => claim_id)
}

/** The pass is to wake these claims once the transaction has committed. */
export async function insertWakes(
  tx: Tx,
  { organisationId, connectionId, pass }: InboxPass,
  claimIds: string[],
): Promise<void> {
  if (claimIds.length === 0) return
  await pipelined(
    tx,
    sql`
    insert into claim_wakes (organisation_id, connection_id, claim_id, pass)
    select ${organisationId}::uuid, ${connectionId}::uuid, w.claim_id, ${pass}::uuid from unnest(${claimIds}::uuid[]) as w(claim_id)
    order by w.claim_id
    on conflict (organisation_id, connection_id, claim_id) do update set pass = excluded.pass, since = now()`,
  )
}

/** The pass has woken its claims; what another pass has taken over stays. */
export async function wakesDone(tx: Tx, { organisationId, connectionId, pass }: InboxPass): Promise<void> {
  await pipelined(
    tx,
    sql`
    delete from claim_wakes
    where organisation_id = ${organisationId} and connection_id = ${connectionId} and pass = ${pass}`,
  )
}

/** A claim was woken by whoever found it waiting too long; what was noted of it since stays. */
export async function staleWakeDone(tx: Tx, organisationId: string, claimId: string): Promise<void> {
  await sql`
    delete from claim_wakes where organisation_id = ${organisationId} and claim_id = ${claimId}
      and since < now() - interval '1 minute'`.execute(tx)
}
