import { sql } from 'kysely'
import type { DeliveryState } from '../../domain/claim.ts'
import type { DeliveryProof } from '../../domain/delivery/deliveryProof.ts'
import { ruleOf } from '../../domain/delivery/interchangeState.ts'
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
    and u.state = any(${[...ruleOf('doubt-after-restore').from]}::text[]) and not (${inBatch('u')} and u.leaves_at > ${now})`
  const detail = { proof: 'restored', because: BECAUSE, now } as const
  await moveInterchange(tx, 'doubt-after-restore', { organisationId, interchanges }, detail)
  // The attempt is raised: a sender of before the restore has lost its lease.
  await tx
    .updateTable('interchanges')
    .set((eb) => ({ doubted_at: now, lookups: 0, attempt: eb('attempt', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .where('kind', '=', 'submission')
    .where('state', '=', 'UNKNOWN')
    .execute()
  await doubtMessages(tx, organisationId, now)
}

/**
 * Of the messages of doubtful sendings none has certainly not left: nobody noted the step that they
 * had come to.
 */
export async function doubtMessages(tx: Tx, organisationId: string, now: Date): Promise<void> {
  await tx
    .updateTable('interchange_messages as m')
    .from('interchanges as i')
    .set({
      fate: sql`case when m.fate = 'prepared' then 'marked' else m.fate end`,
      mark: sql`coalesce(m.mark, 'RENAMING')`,
      marked_at: sql`coalesce(m.marked_at, ${now}::timestamptz)`,
    })
    .where('m.organisation_id', '=', organisationId)
    .whereRef('i.organisation_id', '=', 'm.organisation_id')
    .whereRef('i.id', '=', 'm.interchange_id')
    .where('i.state', '=', 'UNKNOWN')
    .where('i.doubted_at', 'is not', null)
    .where('m.fate', 'in', ['prepared', 'marked'])
    .execute()
}

/** A sending that the restore made doubtful, as it stands. */
export interface DoubtedClaim {
  claimId: string
  claimNumber: string
  provider: string
  adapterId: string
  interchangeId: string
  state: DeliveryState
  proof: DeliveryProof | null
  /** Since when it may have left. */
  since: Date
}

/** Every claim whose sending the present restore made doubtful. */
export async function doubtedClaims(tx: Tx, organisationId: string): Promise<DoubtedClaim[]> {
  return tx
    .selectFrom('interchanges as i')
    .innerJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 's.organisation_id').onRef('c.id', '=', 's.claim_id'),
    )
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select(['c.id as claimId', 'c.claim_number as claimNumber', 'p.name as provider', 'p.adapter_id as adapterId'])
    .select(['i.id as interchangeId', 'i.state', 'i.delivery_proof as proof'])
    .select((eb) => eb.fn.coalesce('i.first_sent_at', 'i.created_at').as('since'))
    .where('i.organisation_id', '=', organisationId)
    .where(
      sql<boolean>`i.doubted_at >= (select max(frozen_at) from send_freezes where cause = 'restored' and lifted_at is null)`,
    )
    .orderBy('c.claim_number')
    .execute()
}
