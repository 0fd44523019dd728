import { sql } from 'kysely'
import { type ClaimState, NEW_CLAIM } from '../../domain/claims/claimState.ts'
import type { Deadline, DeadlineRules } from '../../domain/claims/deadlines.ts'
import type { BatchCalendar } from '../../domain/delivery/batchCalendar.ts'
import type { Tx } from '../connect.ts'
import { hasOtherHmo } from '../coordination/hasOtherHmo.ts'
import { pipelined } from '../pipelined.ts'

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
  const row = await tx
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
    .where('c.id', '=', claimId)
    .forUpdate('c')
    .executeTakeFirst()
  if (!row) return null
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
    organisationId,
    claimId,
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

/**
 * Writes the projection of a claim: the columns that lists and filters read, and the whole state.
 */
export async function saveClaim(
  tx: Tx,
  claim: LockedClaim,
  next: { state: ClaimState; deadline: Deadline | null; attention: boolean; waitingFor: string; now: Date },
): Promise<void> {
  const { state, deadline } = next
  await pipelined(
    tx,
    tx
      .updateTable('claims')
      .set({
        status: state.status,
        payment_status: state.payment,
        delivery: state.delivery,
        rejected_at: state.rejectedAt,
        closed_because: state.closed,
        state: JSON.stringify(state),
        submitted_at: state.submittedAt,
        deadline_kind: deadline?.kind ?? null,
        deadline_starts_at: deadline?.startsAt ?? null,
        deadline_due_at: deadline?.dueAt ?? null,
        deadline_level: deadline?.level ?? 0,
        attention: next.attention,
        waiting_for: next.waitingFor,
        updated_at: next.now,
        closed_at: state.closed === null ? null : sql`coalesce(closed_at, ${next.now})`,
      })
      .where('organisation_id', '=', claim.organisationId)
      .where('id', '=', claim.claimId),
  )
}
