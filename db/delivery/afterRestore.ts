import { sql } from 'kysely'
import type { Tx } from '../connect.ts'
import { inBatch, moveInterchange } from './moveInterchange.ts'

const BECAUSE = 'the database was restored from a backup: it may have left since'

/**
 * Every sending of the organisation that had not ended may have left between the backup and the
 * restore: it is UNKNOWN, and no look that finds nothing proves that it is not there. A batch whose
 * cut-off is still to come has not left. The caller is confined to the organisation.
 */
export async function doubtUnsettled(tx: Tx, organisationId: string, now: Date): Promise<void> {
  const interchanges = sql`select u.id from interchanges u where u.organisation_id = ${organisationId} and u.kind = 'submission'
    and u.state in ('READY', 'SENDING', 'RESEND', 'WAITING') and not (${inBatch('u')} and u.leaves_at > ${now})`
  const detail = { proof: 'restored', because: BECAUSE, now } as const
  await moveInterchange(tx, 'doubt-after-restore', { organisationId, interchanges }, detail)
  // The attempt is raised: a sender of before the restore has lost its lease.
  await sql`
    update interchanges set doubted_at = ${now}, lookups = 0, attempt = attempt + 1
    where organisation_id = ${organisationId} and kind = 'submission' and state = 'UNKNOWN'`.execute(tx)
}

/** A sending that the restore made doubtful, as it stands. */
export interface DoubtedClaim {
  claimId: string
  claimNumber: string
  provider: string
  interchangeId: string
  state: 'SENT' | 'RESEND' | 'UNKNOWN' | 'REFUSED' | 'other'
  /** The provider was looked at, or need not be. */
  looked: boolean
}

/** Every claim whose sending the restore made doubtful. */
export async function doubtedClaims(tx: Tx, organisationId: string): Promise<DoubtedClaim[]> {
  const { rows } = await sql<DoubtedClaim>`
    select c.id as "claimId", c.claim_number as "claimNumber", p.name as provider, i.id as "interchangeId",
      case when i.state in ('SENT', 'RESEND', 'UNKNOWN', 'REFUSED') then i.state else 'other' end as state,
      i.state <> 'UNKNOWN' or i.lookups > 0 or exists (select from attention_items a where a.organisation_id = c.organisation_id
        and a.claim_id = c.id and a.closed_at is null and a.kind in ('delivery-unknown', 'address-changed')) as looked
    from interchanges i
    join submissions s on s.organisation_id = i.organisation_id and s.interchange_id = i.id
    join claims c on c.organisation_id = s.organisation_id and c.id = s.claim_id
    join providers p on p.id = c.provider_id
    where i.organisation_id = ${organisationId} and i.doubted_at is not null
      and i.doubted_at >= (select max(frozen_at) from send_freezes where cause = 'restored' and lifted_at is null)
    order by c.claim_number`.execute(tx)
  return rows
}
