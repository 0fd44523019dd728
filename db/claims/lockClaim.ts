import { type Selectable, sql } from 'kysely'
import { type ClaimState, NEW_CLAIM } from '../../domain/claims/claimState.ts'
import type { Deadline, DeadlineRules } from '../../domain/claims/deadlines.ts'
import type { BatchCalendar } from '../../domain/delivery/batchCalendar.ts'
import type { Tx } from '../connect.ts'
import { hasOtherHmo } from '../coordination/hasOtherHmo.ts'
import { pipelined } from '../pipelined.ts'
import type { ClaimsTable } from '../schema/claimsTables.ts'
import type { ConnectionsTable } from '../schema/setupTables.ts'

/** A claim as the recorder needs it: locked for this transaction. */
export interface LockedClaim {
  organisationId: string
  claimId: string
  claimNumber: string
  providerId: string
  adapterId: string
  connectionId: string
  connectionDeadlines: Partial<DeadlineRules>
  /** Null: the claim leaves at once. */
  batchCalendar: BatchCalendar | null
  /** IANA zone of the connection. */
  zone: string
  /** IANA zone of the clinic: people read days in it. */
  clinicZone: string
  currency: string
  total: number
  mode: 'test' | 'production'
  replacesClaimId: string | null
  /** The patient has or had another HMO too. */
  hasOtherHmo: boolean
  /** Sent as to the second of two payers. */
  secondary: boolean
  attention: boolean
  /** The request to submit it was answered with 202. */
  submitPromised: boolean
  /** How often opening it has broken down since it last went well. */
  openingFailures: number
  state: ClaimState
  deadline: Deadline | null
}

/** Reads and locks one claim with its connection; null when the organisation has no such claim. */
export async function lockClaim(tx: Tx, organisationId: string, claimId: string): Promise<LockedClaim | null> {
  const [claim = null] = await lockClaims(tx, organisationId, [claimId])
  return claim
}

/**
 * The same of many claims; those that the organisation doesn't have are left out. Everybody locks
 * claims in the order of their ids, so that nobody waits for one another in a circle. A notice can
 * be stored for a locked claim: only its key is not locked.
 */
export async function lockClaims(tx: Tx, organisationId: string, claimIds: string[]): Promise<LockedClaim[]> {
  if (claimIds.length === 0) return []
  const rows = await tx
    .selectFrom('claims as c')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'c.organisation_id').onRef('n.id', '=', 'c.connection_id'),
    )
    .innerJoin('providers as p', 'p.id', 'c.provider_id')
    .innerJoin('clinics as k', (join) =>
      join.onRef('k.organisation_id', '=', 'c.organisation_id').onRef('k.id', '=', 'c.clinic_id'),
    )
    .leftJoin('enrolments as e', (join) =>
      join.onRef('e.organisation_id', '=', 'c.organisation_id').onRef('e.id', '=', 'c.enrolment_id'),
    )
    .selectAll('c')
    .select(hasOtherHmo.as('has_other_hmo'))
    .select(['n.deadlines', 'n.mode', 'n.batch_calendar', 'n.zone', 'p.adapter_id', 'k.zone as clinic_zone'])
    .select('e.priority')
    // Which adapter's version the events and postings of this transaction keep.
    .select(sql`set_config('app.adapter', p.adapter_id, true)`.as('noted_adapter'))
    .where('c.organisation_id', '=', organisationId)
    .where(sql<boolean>`c.id = any(${claimIds}::uuid[])`)
    .orderBy('c.id')
    .forNoKeyUpdate('c')
    .execute()
  return rows.map(lockedClaim)
}

type ClaimRow = Selectable<ClaimsTable> &
  Pick<Selectable<ConnectionsTable>, 'deadlines' | 'mode' | 'batch_calendar' | 'zone'> & {
    has_other_hmo: boolean
    adapter_id: string
    clinic_zone: string
    priority: string | null
  }

function lockedClaim(row: ClaimRow): LockedClaim {
  const known = row.state as Partial<ClaimState>
  const submittedAt = row.submitted_at?.toISOString() ?? null
  const state: ClaimState = {
    ...NEW_CLAIM,
    submittedAt,
    sentAt: row.imported ? submittedAt : null,
    openAmount: submittedAt === null ? 0 : row.total,
    ...known,
    status: row.status,
    payment: row.payment_status,
    delivery: row.delivery,
    rejectedAt: row.rejected_at,
    closed: row.closed_because,
  }
  return {
    organisationId: row.organisation_id,
    claimId: row.id,
    claimNumber: row.claim_number,
    providerId: row.provider_id,
    adapterId: row.adapter_id,
    connectionId: row.connection_id,
    connectionDeadlines: row.deadlines,
    batchCalendar: row.batch_calendar,
    zone: row.zone,
    clinicZone: row.clinic_zone,
    currency: row.currency,
    total: row.total,
    mode: row.mode,
    replacesClaimId: row.replaces_claim_id,
    hasOtherHmo: row.has_other_hmo,
    secondary: row.priority === 'secondary' || row.first_claim_id !== null,
    attention: row.attention,
    submitPromised: row.submit_promised,
    openingFailures: row.submit_failures,
    state,
    deadline:
      row.deadline_kind === null || row.deadline_starts_at === null
        ? null
        : {
            kind: row.deadline_kind,
            startsAt: row.deadline_starts_at.toISOString(),
            dueAt: (row.deadline_due_at ?? row.deadline_starts_at).toISOString(),
            level: row.deadline_level,
          },
  }
}

/** What a claim is after its events were recorded. */
export interface NextClaim {
  claim: LockedClaim
  state: ClaimState
  deadline: Deadline | null
  attention: boolean
  waitingFor: string
}

/**
 * Writes the projections of claims: the columns that lists and filters read, and the whole state.
 */
export async function saveClaims(tx: Tx, organisationId: string, all: NextClaim[], now: Date): Promise<void> {
  if (all.length === 0) return
  const rows = all.map(({ claim, state, deadline, attention, waitingFor }) => ({
    id: claim.claimId,
    status: state.status,
    payment_status: state.payment,
    delivery: state.delivery,
    rejected_at: state.rejectedAt,
    closed_because: state.closed,
    state,
    submitted_at: state.submittedAt,
    deadline_kind: deadline?.kind ?? null,
    deadline_starts_at: deadline?.startsAt ?? null,
    deadline_due_at: deadline?.dueAt ?? null,
    deadline_level: deadline?.level ?? 0,
    attention,
    waiting_for: waitingFor,
  }))
  await pipelined(
    tx,
    sql`
    update claims c set status = w.status, payment_status = w.payment_status, delivery = w.delivery, rejected_at = w.rejected_at,
      closed_because = w.closed_because, state = w.state, submitted_at = w.submitted_at, deadline_kind = w.deadline_kind,
      deadline_starts_at = w.deadline_starts_at, deadline_due_at = w.deadline_due_at, deadline_level = w.deadline_level,
      attention = w.attention, waiting_for = w.waiting_for, updated_at = ${now}::timestamptz,
      closed_at = case when w.closed_because is null then null else coalesce(c.closed_at, ${now}::timestamptz) end
    from json_to_recordset(${JSON.stringify(rows)}::json) as w(id uuid, status text, payment_status text, delivery text, rejected_at text,
      closed_because text, state jsonb, submitted_at timestamptz, deadline_kind text, deadline_starts_at timestamptz,
      deadline_due_at timestamptz, deadline_level integer, attention boolean, waiting_for text)
    where c.organisation_id = ${organisationId} and c.id = w.id`,
  )
}
