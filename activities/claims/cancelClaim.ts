import { HELD, noticeFailed } from '../../db/claims/heldNotices.ts'
import { type LockedClaim, lockClaim } from '../../db/claims/lockClaim.ts'
import { recordEvents } from '../../db/claims/recordEvents.ts'
import type { Tx } from '../../db/connect.ts'
import { removeFromBatch } from '../../db/delivery/batchMembership.ts'
import { type ClaimSending, claimSendings, recallUnsent } from '../../db/delivery/claimTransmissions.ts'
import { allocateInterchange } from '../../db/delivery/interchanges.ts'
import { voidUnderWay } from '../../db/delivery/voidUnderWay.ts'
import { claimNumberOf } from '../../db/inbox/matchClaims.ts'
import { isDatabaseAway } from '../../db/isDatabaseAway.ts'
import type { ClaimEvent } from '../../domain/claims/claimEvents.ts'
import { isSettled, nothingLeft } from '../../domain/delivery/interchangeState.ts'
import { durableEffect } from '../../platform/effects/durableEffect.ts'
import { newId, newSubmissionNumber } from '../../platform/ids.ts'
import type { Cancelled } from '../../workflows/activityResults.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import { type Deps, recordContext, TRIES_BEFORE_PERSON } from '../deps.ts'
import { claimSummary } from './claimSummary.ts'

const CANCEL = durableEffect({
  name: 'cancel',
  in: 'worker',
  after: 'the cancel is committed, with a void where one is needed, and the void has not gone',
})

/**
 * Carries out a person's cancel. What has not left is stopped and has no effect at the provider;
 * what may have left is voided where the adapter has a void, and stays as it is where it has none.
 * Never "cancelled" with an effect (failure B17).
 */
export async function cancelClaim(deps: Deps, input: ClaimInput, noticeId: string): Promise<Cancelled> {
  try {
    const cancelled = await carryOut(deps, input, noticeId)
    CANCEL.after()
    return cancelled
  } catch (error) {
    if (isDatabaseAway(error)) throw error
    return holdWish(deps, input, noticeId, error)
  }
}

/**
 * A wish that breaks down is tried again up to a bound; then it is set aside for a person, and the
 * claim's other notices are recorded.
 */
async function holdWish(
  deps: Deps,
  { organisationId, claimId }: ClaimInput,
  noticeId: string,
  error: unknown,
): Promise<Cancelled> {
  const bound = { tries: TRIES_BEFORE_PERSON, now: deps.clock.now() }
  const held = await deps.databases.within(organisationId, (tx) =>
    noticeFailed(tx, { organisationId, claimId, noticeId, of: 'cancel' }, bound),
  )
  deps.log.error(
    { claimId, noticeId, held, error: error instanceof Error ? error.name : 'unknown' },
    'a wish to cancel could not be carried out',
  )
  if (!held) throw error
  return deps.databases.within(organisationId, async (tx) => {
    const claim = await lockClaim(tx, organisationId, claimId)
    if (claim === null) throw error
    const now = claimSummary(deps, await recordEvents(tx, claim, [], recordContext(deps)))
    return { claim: { ...now, effects: [{ noticeId, effect: HELD }] }, interchangeId: null }
  })
}

async function carryOut(deps: Deps, { organisationId, claimId }: ClaimInput, noticeId: string): Promise<Cancelled> {
  return deps.databases.within(organisationId, async (tx) => {
    const claim = await lockClaim(tx, organisationId, claimId)
    if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
    const notice = await tx
      .selectFrom('notices')
      .select(['event', 'actor', 'act', 'recorded_at', 'effect'])
      .where('organisation_id', '=', organisationId)
      .where('id', '=', noticeId)
      .executeTakeFirstOrThrow()
    const sendings = await claimSendings(tx, organisationId, claimId)
    const voids = sendings.filter((each) => each.purpose === 'void')
    const pendingVoid = voids.find((each) => !isSettled(each.state))?.interchangeId ?? null
    if (notice.recorded_at !== null) {
      const now = claimSummary(deps, await recordEvents(tx, claim, [], recordContext(deps)))
      return {
        claim: { ...now, effects: [{ noticeId, effect: notice.effect ?? 'noted' }] },
        interchangeId: pendingVoid,
      }
    }
    const stopped = hasNoEffect(claim, sendings)
    if (stopped) await stop(tx, organisationId, sendings, deps.clock.now())
    const effect = stopped ? 'cancelled' : canVoid(deps, claim, sendings) ? 'void_sent' : 'cannot_cancel'
    const event: ClaimEvent = stopped
      ? { ...notice.event, fact: { type: 'cancelled', voided: false } }
      : { ...notice.event, fact: { type: 'asked' } }
    const incoming = [
      {
        event,
        actor: notice.actor ?? 'person',
        noticeId,
        ...(notice.act === null ? {} : { act: { ...notice.act, cancel: effect } }),
      },
    ]
    const recorded = await recordEvents(tx, claim, incoming, recordContext(deps))
    const another = effect === 'void_sent' && (await voidUnderWay(tx, organisationId, claimId)) === null
    const interchangeId = another ? await allocateVoid(deps, tx, claim) : effect === 'void_sent' ? pendingVoid : null
    await tx
      .updateTable('notices')
      .set({ recorded_at: deps.clock.now(), effect })
      .where('organisation_id', '=', organisationId)
      .where('id', '=', noticeId)
      .execute()
    return { claim: { ...claimSummary(deps, recorded), effects: [{ noticeId, effect }] }, interchangeId }
  })
}

/**
 * True when the provider has nothing of the claim that a cancel would leave there: no byte of it
 * left, or it fell before review. A claim that was filed elsewhere is at the provider although we
 * never sent it.
 */
function hasNoEffect(claim: LockedClaim, sendings: ClaimSending[]): boolean {
  if (claim.state.status === 'REJECTED' && claim.state.rejectedAt === 'front_end') return true
  return sendings.length > 0 && sendings.every(nothingLeft)
}

/** Stops what has not left: an interchange of the claim's own ends, a batch goes on without it. */
async function stop(tx: Tx, organisationId: string, sendings: ClaimSending[], now: Date): Promise<void> {
  const because = 'cancelled before it was sent'
  const open = sendings.filter((each) => !isSettled(each.state))
  const own = open.filter((each) => !each.departs).map((each) => each.interchangeId)
  await recallUnsent(tx, organisationId, own, { because, now })
  for (const { interchangeId, submissionId } of open.filter((each) => each.inBatch))
    await removeFromBatch(tx, { organisationId, interchangeId, submissionId, to: { kind: 'recalled', because }, now })
}

/** A void names the sending that it takes back: without one of ours there is nothing to name. */
function canVoid(deps: Deps, claim: LockedClaim, sendings: ClaimSending[]): boolean {
  const { purposes } = deps.adapterOf(claim.adapterId).declaration
  return claim.state.closed === null && purposes.includes('void') && sendings.some((each) => each.purpose !== 'void')
}

/** A void is a submission of its own, with its own number, that names the sending it takes back. */
async function allocateVoid(deps: Deps, tx: Tx, claim: LockedClaim): Promise<string> {
  const original = await tx
    .selectFrom('submissions')
    .select('frozen')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('purpose', 'not in', ['void', 'supplement'])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const reference = await claimNumberOf(tx, claim.organisationId, claim.claimId)
  const submission = {
    ...original.frozen,
    submissionId: newId(),
    submissionNumber: newSubmissionNumber(),
    purpose: 'void' as const,
    originalSubmissionNumber: original.frozen.submissionNumber,
    ...(reference === null ? {} : { originalReference: reference }),
    attachments: [],
  }
  return allocateInterchange(tx, {
    organisationId: claim.organisationId,
    connectionId: claim.connectionId,
    kind: 'submission',
    adapterVersion: deps.adapterOf(claim.adapterId).declaration.version,
    submissions: [submission],
    now: deps.clock.now(),
  })
}
