import { type Kysely, sql } from 'kysely'
import { LEVELS } from '../../domain/claims/escalation.ts'
import { UNSETTLED } from '../../domain/delivery/interchangeState.ts'
import type { Kind } from '../../domain/worklist/itemContents.ts'
import type { Tx } from '../connect.ts'
import { moveInterchange } from '../delivery/moveInterchange.ts'
import type { Database } from '../schema/database.ts'

interface ClaimAddress {
  organisationId: string
  claimId: string
  providerId: string
}

/**
 * Claims that need a running workflow: submitted and not closed; those that are due soonest first.
 */
export async function openClaims(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('claims')
    .select(['organisation_id as organisationId', 'id as claimId', 'provider_id as providerId'])
    .where('status', '<>', 'DRAFT')
    .where('closed_because', 'is', null)
    .orderBy('deadline_due_at', (order) => order.asc().nullsLast())
    .execute()
}

/** Claims with a notice that was stored over a minute ago and is not recorded. */
export async function unrecordedNotices(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('notices as n')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'n.organisation_id').onRef('c.id', '=', 'n.claim_id'),
    )
    .select(['c.organisation_id as organisationId', 'c.id as claimId', 'c.provider_id as providerId'])
    .distinct()
    .where('n.recorded_at', 'is', null)
    .where('n.held_at', 'is', null)
    .where('n.created_at', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
}

/** Claims that were recorded over a minute ago and whose workflow was not woken after it. */
export async function staleWakes(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('claim_wakes as w')
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 'w.organisation_id').onRef('c.id', '=', 'w.claim_id'),
    )
    .select(['c.organisation_id as organisationId', 'c.id as claimId', 'c.provider_id as providerId'])
    .distinct()
    .where('w.since', '<', sql<Date>`now() - interval '1 minute'`)
    .execute()
}

/** Drafts that somebody wanted submitted over a minute ago, and of which nothing has come. */
export async function unfinishedSubmits(across: Kysely<Database>): Promise<ClaimAddress[]> {
  return across
    .selectFrom('claims')
    .select(['organisation_id as organisationId', 'id as claimId', 'provider_id as providerId'])
    .where('status', '=', 'DRAFT')
    .where('submit_asked_at', '<', sql<Date>`now() - interval '1 minute'`)
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

/**
 * Claims that may be overdue with nobody told: a person's level was reached, and no open item
 * speaks of it. A follow-up date may excuse them.
 */
export async function unseenOverdue(
  across: Kysely<Database>,
): Promise<(ClaimAddress & { claimNumber: string; connectionId: string })[]> {
  return across
    .selectFrom('claims as c')
    .select(['c.organisation_id as organisationId', 'c.id as claimId', 'c.provider_id as providerId'])
    .select(['c.claim_number as claimNumber', 'c.connection_id as connectionId'])
    .where('c.closed_because', 'is', null)
    .where('c.deadline_kind', 'is not', null)
    .where('c.deadline_due_at', 'is not', null)
    .where('c.deadline_level', '>', LEVELS.indexOf('billing'))
    .where(withoutItem(['stalled', 'stalled-owner']))
    .execute()
}

/** The claim `c` has no open item of these kinds. */
function withoutItem(kinds: Kind[]) {
  return sql<boolean>`not exists (select from attention_items a where a.organisation_id = c.organisation_id and a.claim_id = c.id
    and a.kind = any(${kinds}::text[]) and a.closed_at is null)`
}

/**
 * Sendings of which nobody knows whether they arrived, an hour (real time) after their bytes were
 * written, and that no open item speaks of.
 */
export async function staleUnknowns(
  across: Kysely<Database>,
): Promise<(ClaimAddress & { claimNumber: string; provider: string; connectionId: string; interchangeId: string })[]> {
  return across
    .selectFrom('interchanges as i')
    .innerJoin('submissions as s', (join) =>
      join.onRef('s.organisation_id', '=', 'i.organisation_id').onRef('s.interchange_id', '=', 'i.id'),
    )
    .innerJoin('claims as c', (join) =>
      join.onRef('c.organisation_id', '=', 's.organisation_id').onRef('c.id', '=', 's.claim_id'),
    )
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .select([
      'c.organisation_id as organisationId',
      'c.id as claimId',
      'c.provider_id as providerId',
      'p.name as provider',
      'c.claim_number as claimNumber',
      'i.connection_id as connectionId',
      'i.id as interchangeId',
    ])
    .where(
      sql<boolean>`(i.state = 'UNKNOWN' or i.state = 'SENDING' and i.lease_until < now()) and exists (select from documents d
        where d.organisation_id = i.organisation_id and d.interchange_id = i.id and d.stored_at < now() - interval '1 hour')`,
    )
    .where(withoutItem(['delivery-unknown', 'address-changed']))
    .execute()
}

/**
 * Batches that are on their way or wait for their cut-off: each must have a departure. What a
 * person files by hand is carried by nobody. `due`: the cut-off has come, and it has not left.
 */
export async function openBatches(
  across: Kysely<Database>,
  now: Date,
): Promise<{ organisationId: string; providerId: string; interchangeId: string; due: boolean }[]> {
  return across
    .selectFrom('interchanges as i')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'i.organisation_id').onRef('n.id', '=', 'i.connection_id'),
    )
    .select(['i.organisation_id as organisationId', 'n.provider_id as providerId', 'i.id as interchangeId'])
    .select(sql<boolean>`i.state = 'WAITING' and i.leaves_at <= ${now}`.as('due'))
    .where('i.leaves_at', 'is not', null)
    .where('i.state', 'in', UNSETTLED)
    .where(sql<boolean>`not (i.state = 'WAITING' and i.attempt > 0)`)
    .execute()
}

/** Inquiries whose sender died: its lease has run out and nobody carries them on. */
export async function overdueInquiries(
  across: Kysely<Database>,
): Promise<{ organisationId: string; interchangeId: string }[]> {
  return across
    .selectFrom('interchanges')
    .select(['organisation_id as organisationId', 'id as interchangeId'])
    .where('kind', '=', 'inquiry')
    .where('state', '=', 'SENDING')
    .where('lease_until', '<', sql<Date>`now()`)
    .execute()
}

/** Ends an inquiry whose sender died. Asking again is a new inquiry. */
export async function endInquiry(tx: Tx, organisationId: string, interchangeId: string, now: Date): Promise<void> {
  const because = 'the sender died while asking'
  const target = { organisationId, interchanges: interchangeId }
  await moveInterchange(tx, 'abandon-inquiry', target, { proof: 'sender_died', because, now })
}
