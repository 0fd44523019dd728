import { advance } from '../../domain/claims/advance.ts'
import type { ClaimState } from '../../domain/claims/claimState.ts'
import { type Deadline, type DeadlineRules, deadlineOf } from '../../domain/claims/deadlines.ts'
import { traitsOf } from '../../domain/claims/factTraits.ts'
import type { Advanced, Effect } from '../../domain/claims/step.ts'
import { understood } from '../../domain/money/understood.ts'
import { WORDS } from '../../domain/words/words.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { arrivedBeforeCutOff } from '../delivery/batchMembership.ts'
import { proveMessages } from '../delivery/interchangeMessages.ts'
import { markArrived, markReturned } from '../delivery/interchanges.ts'
import { rememberReferences } from '../inbox/matchClaims.ts'
import { pipelined } from '../pipelined.ts'
import { postToClaimLedger, withLedgerAmounts } from './claimPosting.ts'
import { updateWorklist } from './claimWorklist.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import { type LockedClaim, saveClaim } from './lockClaim.ts'
import { isUndone, restoreClaim } from './restoreClaim.ts'
import { saveLineOutcomes } from './saveLineOutcomes.ts'

export interface RecordContext {
  now: Date
  rulesOf(claim: LockedClaim): DeadlineRules
  providerName(claim: LockedClaim): string
}

export interface RecordedClaim {
  claim: LockedClaim
  effects: Effect[]
  waitingFor: string
  /**
   * Claims that left in the same interchange, which these events prove to have arrived: they must
   * be recorded as sent too.
   */
  alsoArrived: string[]
}

/**
 * Carries events into a locked claim, in order: timeline, projection, ledger, references, worklist,
 * all in the caller's transaction. Answers the claim as it is afterwards.
 */
export async function recordEvents(
  tx: Tx,
  claim: LockedClaim,
  incoming: IncomingEvent[],
  context: RecordContext,
): Promise<RecordedClaim> {
  let state = claim.state
  let rows: EventRow[] = []
  const effects: Effect[] = []
  const late: boolean[] = []
  for (const arrived of incoming) {
    const current = { ...claim, state }
    // The events before it are read from the timeline.
    if (isUndone(arrived.event.fact)) rows = await insertEvents(tx, rows)
    const recorded = await recordOne(tx, current, arrived, context.now)
    rows.push(eventRow(current, recorded, context.now))
    effects.push(recorded.advanced.effect)
    late.push(recorded.advanced.late !== undefined)
    state = recorded.advanced.state
  }
  await insertEvents(tx, rows)
  const alsoArrived = await updateInterchanges(tx, claim, { state, incoming }, context.now)
  const rules = { ...context.rulesOf(claim), zone: claim.clinicZone }
  const deadline = nextDeadline(state, claim.deadline, incoming, rules)
  const attention = await updateWorklist(tx, claim, { state, deadline, incoming, effects, late, now: context.now })
  const words = WORDS.en.waitingFor(state, deadline, { provider: context.providerName(claim), zone: claim.clinicZone })
  // Looking at a claim without recording anything writes nothing, unless its deadlines were changed
  // on the connection.
  if (incoming.length > 0 || !sameDeadline(deadline, claim.deadline))
    await saveClaim(tx, claim, { state, deadline, attention, waitingFor: words, now: context.now })
  return { claim: { ...claim, state, deadline, attention }, effects, waitingFor: words, alsoArrived }
}

/** Answers the rows that are still to be written: none. */
async function insertEvents(tx: Tx, rows: EventRow[]): Promise<EventRow[]> {
  if (rows.length > 0) await pipelined(tx, tx.insertInto('claim_events').values(rows))
  return []
}

interface Recorded {
  arrived: IncomingEvent
  advanced: Advanced
}

/**
 * Posts one event to the ledger, moves the state, and keeps what the event says of lines and
 * numbers.
 */
async function recordOne(tx: Tx, claim: LockedClaim, item: IncomingEvent, now: Date): Promise<Recorded> {
  const fact = understood(item.event.fact, claim.secondary)
  const arrived = await withLedgerAmounts(tx, claim, { ...item, event: { ...item.event, fact } })
  const { event } = arrived
  if (isUndone(event.fact)) return { arrived, advanced: await restoreClaim(tx, claim, arrived) }
  const advanced = advance(await postToClaimLedger(tx, claim, arrived), event)
  const { effect, late } = advanced
  if (effect === 'applied' || effect === 'conflict') await saveLineOutcomes(tx, claim, event.fact, late)
  if (event.references.length > 0 && effect !== 'conflict') {
    await rememberReferences(tx, {
      organisationId: claim.organisationId,
      connectionId: claim.connectionId,
      claimId: claim.claimId,
      submissionId: arrived.submissionId ?? null,
      references: event.references,
      now,
    })
  }
  return { arrived, advanced }
}

type EventRow = ReturnType<typeof eventRow>

function eventRow(before: LockedClaim, { arrived, advanced }: Recorded, now: Date) {
  const { event, act } = arrived
  return {
    organisation_id: before.organisationId,
    id: newId(),
    claim_id: before.claimId,
    notice_id: arrived.noticeId ?? null,
    submission_id: arrived.submissionId ?? null,
    type: event.fact.type,
    fact: JSON.stringify(event.fact),
    said: JSON.stringify(event.said),
    effect: advanced.effect,
    from_status: before.state.status,
    to_status: advanced.state.status,
    implied: advanced.implied,
    actor: arrived.actor,
    act: act === undefined ? null : JSON.stringify(act),
    happened_at: event.at,
    recorded_at: now,
  }
}

/**
 * Carries over to the claim's interchanges what notices prove of them. Events of our own sender are
 * left out: it writes its interchange itself. Answers the other claims of an interchange that has
 * arrived by this.
 */
async function updateInterchanges(
  tx: Tx,
  claim: LockedClaim,
  { state, incoming }: { state: ClaimState; incoming: IncomingEvent[] },
  now: Date,
): Promise<string[]> {
  const { organisationId, claimId } = claim
  const before = claim.state
  const notices = incoming.filter((item) => item.noticeId !== undefined)
  const alsoArrived: string[] = []
  const arrival = { organisationId, claimId, now }
  if (before.delivery !== 'SENT' && state.delivery === 'SENT' && notices.length > 0) {
    if (before.delivery === 'WAITING') await arrivedBeforeCutOff(tx, claim, now)
    alsoArrived.push(...(await markArrived(tx, 'claim', arrival)))
  }
  // The provider speaks for the first time of what our sender knows to have left.
  const isAnswered = before.status === 'SUBMITTED' && state.status !== 'SUBMITTED' && state.status !== 'CANCELLED'
  if (before.delivery === 'SENT' && state.delivery === 'SENT' && isAnswered && notices.length > 0)
    await proveMessages(tx, arrival)
  const refused = notices.some((item) => item.event.fact.type === 'delivery_refused')
  if (refused && before.delivery !== 'REFUSED' && state.delivery === 'REFUSED')
    await markReturned(tx, organisationId, claimId, now)
  if (incoming.some((item) => item.ofVoid && traitsOf(item.event.fact).arrived === 'void'))
    await markArrived(tx, 'void', arrival)
  if (notices.some((item) => traitsOf(item.event.fact).arrived === 'supplement'))
    await markArrived(tx, 'supplement', arrival)
  return alsoArrived
}

function sameDeadline(a: Deadline | null, b: Deadline | null): boolean {
  return a?.kind === b?.kind && a?.startsAt === b?.startsAt && a?.dueAt === b?.dueAt && a?.level === b?.level
}

/** Each passed deadline raises the level by one before the next due date is computed. */
function nextDeadline(
  state: ClaimState,
  before: Deadline | null,
  incoming: IncomingEvent[],
  rules: DeadlineRules,
): Deadline | null {
  const passed = incoming.filter((item) => item.event.fact.type === 'deadline_passed').length
  return deadlineOf(state, before === null ? null : { ...before, level: before.level + passed }, rules)
}
