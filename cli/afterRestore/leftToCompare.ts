import { sql } from 'kysely'
import type { Tx } from '../../db/connect.ts'
import { claimsUnderWay } from '../../db/delivery/underWay.ts'

/** What is still to be read or looked at before an organisation is compared; all zero: nothing. */
export interface LeftToCompare {
  /** Connections whose source has not been read once more, by id, with why collecting fails. */
  mailboxes: { connectionId: string; because: string | null }[]
  documents: number
  notices: number
  /** Doubtful sendings that nobody has looked for yet. */
  sendings: number
}

export async function leftToCompare(tx: Tx, organisationId: string): Promise<LeftToCompare> {
  const mailboxes = await tx
    .selectFrom('mailboxes as m')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'm.organisation_id').onRef('n.id', '=', 'm.connection_id'),
    )
    .select(['m.connection_id as connectionId', 'm.failing_because as because'])
    .where('m.organisation_id', '=', organisationId)
    .where('m.reread', '=', true)
    .where('n.stopped_because', 'is', null)
    .where((where) => where.or([where('n.enabled', '=', true), claimsUnderWay('n')]))
    .execute()
  const { rows } = await sql<Omit<LeftToCompare, 'mailboxes'>>`
    select (select count(*)::integer from documents where organisation_id = ${organisationId} and direction = 'in' and processed_at is null) as documents,
      (select count(*)::integer from notices where organisation_id = ${organisationId} and claim_id is not null and recorded_at is null
        and held_at is null) as notices,
      (select count(*)::integer from interchanges i join connections n on n.organisation_id = i.organisation_id and n.id = i.connection_id
        where i.organisation_id = ${organisationId} and i.state in ('UNKNOWN', 'SENDING') and i.doubted_at is not null and i.lookups = 0
          and n.enabled and n.stopped_because is null and not exists (select from attention_items a
            where a.organisation_id = i.organisation_id and a.interchange_id = i.id and a.kind = 'address-changed' and a.closed_at is null)) as sendings`.execute(
    tx,
  )
  return { mailboxes, ...(rows[0] ?? { documents: 0, notices: 0, sendings: 0 }) }
}

export function nothingLeft({ mailboxes, documents, notices, sendings }: LeftToCompare): boolean {
  return mailboxes.length === 0 && documents === 0 && notices === 0 && sendings === 0
}
