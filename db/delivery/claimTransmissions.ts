import { sql } from 'kysely'
import type { DeliveryState, Purpose } from '../../domain/claim.ts'
import { MAY_BE_THERE } from '../../domain/delivery/interchangeState.ts'
import type { Tx } from '../connect.ts'
import { inBatch, moveInterchange } from './moveInterchange.ts'

/** One sending of a claim and how it stands. */
export interface ClaimSending {
  interchangeId: string
  submissionId: string
  submissionNumber: string
  purpose: Purpose
  state: DeliveryState
  /** It waits for the cut-off of its batch. */
  inBatch: boolean
  /** A batch's workflow carries it, not the claim's own. */
  departs: boolean
  /** At least one of the messages that carry it is, or may be, at the provider. */
  begun: boolean
}

/**
 * Every sending of a claim, oldest first; their interchanges are locked for this transaction, so
 * that no sender can take one meanwhile.
 */
export async function claimSendings(tx: Tx, organisationId: string, claimId: string): Promise<ClaimSending[]> {
  return tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select([
      'i.id as interchangeId',
      's.id as submissionId',
      's.submission_number as submissionNumber',
      's.purpose',
      stateOfSending,
      inBatch('i').as('inBatch'),
      sql<boolean>`i.leaves_at is not null`.as('departs'),
      sql<boolean>`exists (select from ${ofSubmission} and m.fate in ('marked','left','proved'))`.as('begun'),
    ])
    .where('s.organisation_id', '=', organisationId)
    .where('s.claim_id', '=', claimId)
    .orderBy('s.id')
    .forUpdate('i')
    .execute()
}

/** The messages that carry the submission `s` of the interchange `i`. */
const ofSubmission = sql`interchange_messages m where m.organisation_id = i.organisation_id and m.interchange_id = i.id
  and (s.id = any(m.claims) or s.id = any(m.papers))`

/**
 * How one claim's part of an interchange stands: of a packet it may be filed before the rest is;
 * of several messages those that carry it may be there, or have come back, before the others are
 * known.
 */
export const stateOfSending = sql<DeliveryState>`case
  when s.returned_at is not null then 'REFUSED'
  when s.filed_at is not null and i.state = 'WAITING' then 'SENT'
  when i.state = any(${MAY_BE_THERE}::text[]) and (select bool_and(m.fate in ('left','proved')) from ${ofSubmission}) then 'SENT'
  else i.state end`.as('state')

/** Ends sendings of which nothing has left; nobody can lease them any more. */
export async function recallUnsent(
  tx: Tx,
  organisationId: string,
  interchangeIds: string[],
  { because, now }: { because: string; now: Date },
): Promise<void> {
  if (interchangeIds.length === 0) return
  const interchanges = sql`select unnest(${interchangeIds}::uuid[])`
  await moveInterchange(tx, 'recall', { organisationId, interchanges }, { proof: 'recalled', because, now })
}
