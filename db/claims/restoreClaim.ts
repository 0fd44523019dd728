import { withMoney } from '../../domain/claims/advance.ts'
import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { Advanced, Effect } from '../../domain/claims/step.ts'
import { namesOf } from '../../domain/claims/undo/acts.ts'
import { type PastEvent, replay } from '../../domain/claims/undo/replay.ts'
import type { Tx } from '../connect.ts'
import { balancesOf, postDecision } from '../money/ledger.ts'
import { decisionOf } from './claimPosting.ts'
import type { IncomingEvent } from './incomingEvent.ts'
import type { LockedClaim } from './lockClaim.ts'
import { type LineOutcome, lineOutcomes, saveLineOutcomes } from './recording/saveLineOutcomes.ts'

/** A recorded event, with what became of it. */
interface Recorded extends PastEvent {
  effect: Effect
  noticeId: string | null
  actor: string
}

/**
 * Brings a claim back to where it would stand without what `undone` takes back: state and lines by
 * its other events, money by the ledger, where the act is reversed already. A decision that only
 * repeated the undone one, or was older than it, speaks for itself now and is posted.
 */
export async function restoreClaim(tx: Tx, claim: LockedClaim, undone: IncomingEvent): Promise<Advanced> {
  const past = await recordedEvents(tx, claim)
  const all = [...past, { event: undone.event, acts: [] }]
  const { state, effects, late, before } = replay(claim.state, all, await moneyOf(tx, claim))
  await resetLines(tx, claim)
  const inForce = past.flatMap((recorded, place) =>
    effects[place] === 'applied' || effects[place] === 'conflict'
      ? [{ ...recorded, late: late[place] ?? [], before: before[place] ?? claim.state }]
      : [],
  )
  const outcomes: LineOutcome[] = []
  for (const [place, recorded] of inForce.entries()) {
    outcomes.push(...lineOutcomes({ ...claim, state: recorded.before }, recorded.event.fact, recorded.late))
    if (claim.mode === 'production') await postUnposted(tx, claim, recorded, inForce.slice(place + 1))
  }
  await saveLineOutcomes(tx, claim.organisationId, outcomes)
  return { state: withMoney(state, await moneyOf(tx, claim)), effect: 'applied', implied: [] }
}

/** An event that holds now that another one is undone. */
interface InForce extends Recorded {
  late: readonly number[]
  before: LockedClaim['state']
}

/** Posts a decision that was not posted when it was recorded, as far as no later one speaks. */
async function postUnposted(tx: Tx, claim: LockedClaim, recorded: InForce, later: InForce[]): Promise<void> {
  const { event, effect, noticeId, actor, late } = recorded
  const decision = effect === 'repeat' || effect === 'stale' ? decisionOf(event) : null
  if (decision === null || noticeId === null) return
  const after = later.flatMap((each) => decisionOf(each.event) ?? [])
  if (after.some(({ lines }) => lines.length === 0 || decision.lines.length === 0)) return
  const spoken = new Set(after.flatMap(({ lines }) => lines.map(({ lineNumber }) => lineNumber)))
  const lines = decision.lines.filter(({ lineNumber }) => !spoken.has(lineNumber))
  if (lines.length === 0 && decision.lines.length > 0) return
  const { organisationId, claimId, currency } = claim
  const posting = { organisationId, claimId, currency, actor, now: new Date(event.at) }
  await postDecision(tx, {
    ...posting,
    ...decision,
    lines,
    late,
    receivedAs: noticeId,
    idempotencyKey: `decision:${noticeId}`,
  })
}

async function moneyOf(tx: Tx, { organisationId, claimId, mode, state }: LockedClaim) {
  // A test connection has no ledger.
  if (mode === 'test') return { ...amountsOf(state), paid: 0 }
  const { paymentStatus, open, denied, paid } = await balancesOf(tx, organisationId, claimId)
  return { payment: paymentStatus, openAmount: open, deniedAmount: denied, paid }
}

function amountsOf({ payment, openAmount, deniedAmount }: LockedClaim['state']) {
  return { payment, openAmount, deniedAmount }
}

async function recordedEvents(tx: Tx, { organisationId, claimId }: LockedClaim): Promise<Recorded[]> {
  const rows = await tx
    .selectFrom('claim_events as e')
    .leftJoin('notices as n', (join) =>
      join.onRef('n.organisation_id', '=', 'e.organisation_id').onRef('n.id', '=', 'e.notice_id'),
    )
    .select(['e.fact', 'e.happened_at', 'e.effect', 'e.notice_id', 'e.act', 'e.actor', 'n.remittance_id'])
    .where('e.organisation_id', '=', organisationId)
    .where('e.claim_id', '=', claimId)
    .orderBy('e.feed')
    .execute()
  return rows.map(({ fact, happened_at, effect, notice_id, act, actor, remittance_id }) => ({
    event: { fact, at: happened_at.toISOString(), said: [], references: [] },
    effect,
    actor,
    noticeId: notice_id,
    acts: namesOf({ noticeId: notice_id, remittanceId: remittance_id, posting: postingOf(act) }),
  }))
}

/** The key of what an act posted, as it is kept with the act. */
export function postingOf(act: Record<string, unknown> | null): string | null {
  const posting = act?.['posting']
  return typeof posting === 'string' ? posting : null
}

/**
 * A fact by which a person took something back: the recorder reads the claim's events once more.
 */
export function isUndone(fact: Fact): fact is Extract<Fact, { type: 'undone' }> {
  return fact.type === 'undone'
}

async function resetLines(tx: Tx, { organisationId, claimId }: LockedClaim): Promise<void> {
  await tx
    .updateTable('claim_lines')
    .set({ decision: null, payable: null, adjustments: '[]', settlement: null })
    .where('organisation_id', '=', organisationId)
    .where('claim_id', '=', claimId)
    .execute()
}
