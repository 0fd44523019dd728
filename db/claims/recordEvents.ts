import { advance } from '../../domain/claims/advance.ts'
import { type Deadline, type DeadlineRules, deadlineOf, sameDeadline } from '../../domain/claims/deadlines.ts'
import type { Effect } from '../../domain/claims/step.ts'
import { understood } from '../../domain/money/understood.ts'
import { WORDS } from '../../domain/words/words.ts'
import type { Tx } from '../connect.ts'
import { rememberReferences } from '../inbox/matchClaims.ts'
import { postToClaimLedgers, withLedgerAmounts } from './claimPosting.ts'
import { updateWorklists } from './claimWorklist.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import { type LockedClaim, type NextClaim, saveClaims } from './lockClaim.ts'
import { arrivalsProved } from './recording/arrivalsProved.ts'
import { lineOutcomes, saveLineOutcomes } from './recording/saveLineOutcomes.ts'
import { type AdvancedClaim, insertTimeline, type Recording, recordingOf } from './recording/timeline.ts'
import { isUndone, restoreClaim } from './restoreClaim.ts'

export interface RecordContext {
  now: Date
  rulesOf(claim: LockedClaim): DeadlineRules
  providerName(claim: LockedClaim): string
}

export interface RecordedClaim {
  claim: LockedClaim
  effects: Effect[]
  waitingFor: string
}

/** What is recorded of one locked claim, in order. */
export interface ClaimEvents {
  claim: LockedClaim
  incoming: IncomingEvent[]
}

export interface RecordedClaims {
  /** The claims as they are afterwards, in the order in which they were given. */
  claims: RecordedClaim[]
  /**
   * Claims that left in the same interchange, which these events prove to have arrived: they must
   * be recorded as sent too.
   */
  alsoArrived: string[]
}

/** Carries events into one locked claim, as `recordClaims` does. */
export async function recordEvents(
  tx: Tx,
  claim: LockedClaim,
  incoming: IncomingEvent[],
  context: RecordContext,
): Promise<RecordedClaim & { alsoArrived: string[] }> {
  const { claims, alsoArrived } = await recordClaims(tx, claim.organisationId, [{ claim, incoming }], context)
  const [recorded] = claims
  if (recorded === undefined) throw new Error(`claim ${claim.claimId} was recorded without an answer`)
  return { ...recorded, alsoArrived }
}

/**
 * Carries events into locked claims of one organisation, each claim named once: timeline,
 * projection, ledger, references, worklist, all in the caller's transaction. Every claim's first
 * event is carried in together, then the second ones: so the statements grow with the events of one
 * claim and not with the claims.
 */
export async function recordClaims(
  tx: Tx,
  organisationId: string,
  all: ClaimEvents[],
  context: RecordContext,
): Promise<RecordedClaims> {
  const recordings = all.map(recordingOf)
  const rounds = all.reduce((most, { incoming }) => Math.max(most, incoming.length), 0)
  const on = { organisationId, now: context.now }
  for (let round = 0; round < rounds; round += 1) await recordRound(tx, on, recordings, round)
  await insertTimeline(tx, organisationId, recordings, context.now)
  await keepWhatWasSaid(tx, organisationId, recordings, context.now)
  const alsoArrived = await arrivalsProved(tx, organisationId, recordings, context.now)
  return { claims: await project(tx, organisationId, recordings, context), alsoArrived }
}

/**
 * Carries in the event of this place of each claim that has so many: posts it to the ledger and
 * moves the state.
 */
async function recordRound(
  tx: Tx,
  { organisationId, now }: { organisationId: string; now: Date },
  recordings: Recording[],
  round: number,
): Promise<void> {
  const active = recordings.flatMap((recording) => {
    const item = recording.incoming[round]
    if (item === undefined) return []
    const fact = understood(item.event.fact, recording.claim.secondary)
    const claim = { ...recording.claim, state: recording.state }
    return [{ recording, claim, arrived: { ...item, event: { ...item.event, fact } } }]
  })
  const arrived = await withLedgerAmounts(tx, organisationId, active)
  const arrivals = active.map((each, index) => ({ ...each, arrived: arrived[index] ?? each.arrived }))
  const restored = arrivals.filter(({ arrived: { event } }) => isUndone(event.fact))
  // The events before it are read from the timeline.
  if (restored.length > 0) await insertTimeline(tx, organisationId, recordings, now)
  for (const { recording, claim, arrived: undone } of restored) {
    await saveLineOutcomes(tx, organisationId, recording.outcomes.splice(0))
    note(recording, { before: claim, arrived: undone, advanced: await restoreClaim(tx, claim, undone) })
  }
  const others = arrivals.filter(({ arrived: { event } }) => !isUndone(event.fact))
  const states = await postToClaimLedgers(tx, organisationId, others)
  for (const [index, { recording, claim, arrived: item }] of others.entries()) {
    const advanced = advance(states[index] ?? claim.state, item.event)
    const { effect, late } = advanced
    if (effect === 'applied' || effect === 'conflict')
      recording.outcomes.push(...lineOutcomes(claim, item.event.fact, late))
    note(recording, { before: claim, arrived: item, advanced })
  }
}

function note(recording: Recording, step: AdvancedClaim): void {
  recording.steps.push(step)
  recording.state = step.advanced.state
}

/** What the events say of single lines, and the numbers that the provider gave. */
async function keepWhatWasSaid(tx: Tx, organisationId: string, recordings: Recording[], now: Date): Promise<void> {
  await saveLineOutcomes(
    tx,
    organisationId,
    recordings.flatMap(({ outcomes }) => outcomes),
  )
  const learned = recordings.flatMap(({ claim: { claimId, connectionId }, steps }) =>
    steps
      .filter(({ arrived, advanced }) => advanced.effect !== 'conflict' && !isUndone(arrived.event.fact))
      .map(({ arrived: { submissionId = null, event } }) => {
        return { connectionId, claimId, submissionId, references: event.references }
      }),
  )
  await rememberReferences(tx, organisationId, learned, now)
}

/** Deadlines, worklist and rows of the claims as they stand now. */
async function project(
  tx: Tx,
  organisationId: string,
  recordings: Recording[],
  context: RecordContext,
): Promise<RecordedClaim[]> {
  const all = recordings.map(({ claim, state, incoming, steps }) => {
    const rules = { ...context.rulesOf(claim), zone: claim.clinicZone }
    const deadline = nextDeadline({ claim, state, incoming }, rules)
    const effects = steps.map(({ advanced }) => advanced.effect)
    const late = steps.map(({ advanced }) => advanced.late !== undefined)
    return { claim, recorded: { state, deadline, incoming, effects, late } }
  })
  const attention = await updateWorklists(tx, organisationId, all, context.now)
  const next = all.map(({ claim, recorded: { state, deadline } }, index): NextClaim => {
    const words = { provider: context.providerName(claim), zone: claim.clinicZone }
    const asked = attention[index] ?? claim.attention
    return { claim, state, deadline, attention: asked, waitingFor: WORDS.en.waitingFor(state, deadline, words) }
  })
  // Looking at a claim without recording anything writes nothing, unless its deadlines were changed
  // on the connection.
  const changed = next.filter(
    ({ claim, deadline }, index) =>
      (all[index]?.recorded.incoming.length ?? 0) > 0 || !sameDeadline(deadline, claim.deadline),
  )
  await saveClaims(tx, organisationId, changed, context.now)
  return next.map(({ claim, state, deadline, attention: asked, waitingFor: words }, index) => ({
    claim: { ...claim, state, deadline, attention: asked },
    effects: all[index]?.recorded.effects ?? [],
    waitingFor: words,
  }))
}

/** Each passed deadline raises the level by one before the next due date is computed. */
function nextDeadline(
  { claim, state, incoming }: Pick<Recording, 'claim' | 'state' | 'incoming'>,
  rules: DeadlineRules,
): Deadline | null {
  const { deadline: before } = claim
  const passed = incoming.filter((item) => item.event.fact.type === 'deadline_passed').length
  return deadlineOf(state, before === null ? null : { ...before, level: before.level + passed }, rules)
}
