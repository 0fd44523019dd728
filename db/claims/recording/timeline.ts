import { sql } from 'kysely'
import type { ClaimState } from '../../../domain/claims/claimState.ts'
import type { Advanced } from '../../../domain/claims/step.ts'
import { newId } from '../../../platform/ids.ts'
import type { Tx } from '../../connect.ts'
import { pipelined } from '../../pipelined.ts'
import type { IncomingEvent } from '../incomingEvent.ts'
import type { LockedClaim } from '../lockClaim.ts'
import type { LineOutcome } from './saveLineOutcomes.ts'

/** One claim while its events are recorded. */
export interface Recording {
  /** As it was locked. */
  claim: LockedClaim
  incoming: IncomingEvent[]
  /** As it stands after the events so far. */
  state: ClaimState
  steps: AdvancedClaim[]
  /** How many of the steps are in the timeline. */
  written: number
  /** What is still to be written into the claim's lines. */
  outcomes: LineOutcome[]
}

/** One event, and what it did to the claim. */
export interface AdvancedClaim {
  before: LockedClaim
  arrived: IncomingEvent
  advanced: Advanced
}

/** A recording of which nothing is done. */
export function recordingOf({ claim, incoming }: { claim: LockedClaim; incoming: IncomingEvent[] }): Recording {
  return { claim, incoming, state: claim.state, steps: [], written: 0, outcomes: [] }
}

const CHUNK = 2_000

/** Writes the steps that are not in the timelines yet, of each claim in order. */
export async function insertTimeline(
  tx: Tx,
  organisationId: string,
  recordings: Recording[],
  now: Date,
): Promise<void> {
  const rows = recordings.flatMap((recording) => {
    const steps = recording.steps.slice(recording.written)
    recording.written = recording.steps.length
    return steps.map(eventRow)
  })
  for (let from = 0; from < rows.length; from += CHUNK) {
    await pipelined(
      tx,
      sql`
      insert into claim_events (organisation_id, id, claim_id, notice_id, submission_id, type, fact, said, effect, from_status, to_status,
        implied, actor, act, happened_at, recorded_at)
      select ${organisationId}::uuid, e.id, e.claim_id, e.notice_id, e.submission_id, e.type, e.fact, e.said, e.effect, e.from_status,
        e.to_status, e.implied, e.actor, e.act, e.happened_at, ${now}::timestamptz
      from rows from (json_to_recordset(${JSON.stringify(rows.slice(from, from + CHUNK))}::json) as (id uuid, claim_id uuid, notice_id uuid,
        submission_id uuid, type text, fact jsonb, said jsonb, effect text, from_status text, to_status text, implied text[], actor text,
        act jsonb, happened_at timestamptz)) with ordinality as e(id, claim_id, notice_id, submission_id, type, fact, said, effect,
        from_status, to_status, implied, actor, act, happened_at, place)
      order by e.place`,
    )
  }
}

function eventRow({ before, arrived, advanced }: AdvancedClaim) {
  const { event, act } = arrived
  return {
    id: newId(),
    claim_id: before.claimId,
    notice_id: arrived.noticeId ?? null,
    submission_id: arrived.submissionId ?? null,
    type: event.fact.type,
    fact: event.fact,
    said: event.said,
    effect: advanced.effect,
    from_status: before.state.status,
    to_status: advanced.state.status,
    implied: advanced.implied,
    actor: arrived.actor,
    act: act ?? null,
    happened_at: event.at,
  }
}
