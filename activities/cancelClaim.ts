import { type LockedClaim, lockClaim } from '../db/claimState.ts'
import type { Tx } from '../db/connect.ts'
import { allocateInterchange } from '../db/interchanges.ts'
import { recordEvents } from '../db/record.ts'
import type { ClaimEvent } from '../domain/events.ts'
import { newId, newSubmissionNumber } from '../platform/ids.ts'
import type { ClaimInput } from '../workflows/messages.ts'
import { claimNow } from './claimNow.ts'
import { type Deps, recordContext } from './deps.ts'
import type { Cancelled } from './outcomes.ts'

/**
 * Carries out a person's cancel. What has not left is stopped and has no effect at the provider; what may have left is voided where the adapter
 * has a void, and stays as it is where it has none. Never "cancelled" with an effect (failure B17).
 */
export async function cancelClaim(
  deps: Deps,
  { organisationId, claimId }: ClaimInput,
  noticeId: string,
): Promise<Cancelled> {
  return deps.databases.within(organisationId, async (tx) => {
    const claim = await lockClaim(tx, organisationId, claimId)
    if (claim === null) throw new Error(`claim ${claimId} is not in the database`)
    const notice = await tx
      .selectFrom('notices')
      .select(['event', 'actor', 'act', 'recorded_at', 'effect'])
      .where('organisation_id', '=', organisationId)
      .where('id', '=', noticeId)
      .executeTakeFirstOrThrow()
    if (notice.recorded_at !== null) {
      const now = claimNow(deps, await recordEvents(tx, claim, [], recordContext(deps)))
      return {
        claim: { ...now, effects: [{ noticeId, effect: notice.effect ?? 'noted' }] },
        interchangeId: await pendingVoid(tx, claim),
      }
    }
    const stopped = await stopUnsent(tx, claim)
    const canVoid = deps.adapterOf(claim.adapterId).declaration.purposes.includes('void')
    const effect = stopped ? 'cancelled' : canVoid ? 'void_sent' : 'cannot_cancel'
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
    const interchangeId = effect === 'void_sent' ? await allocateVoid(deps, tx, claim) : null
    await tx
      .updateTable('notices')
      .set({ recorded_at: deps.clock.now(), effect })
      .where('organisation_id', '=', organisationId)
      .where('id', '=', noticeId)
      .execute()
    return { claim: { ...claimNow(deps, recorded), effects: [{ noticeId, effect }] }, interchangeId }
  })
}

/** True when every sending of the claim is stopped before its first byte: nobody can lease it any more. */
async function stopUnsent(tx: Tx, claim: LockedClaim): Promise<boolean> {
  const rows = await tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select(['i.id', 'i.state'])
    .where('s.organisation_id', '=', claim.organisationId)
    .where('s.claim_id', '=', claim.claimId)
    .forUpdate('i')
    .execute()
  const unsent = rows.every(
    (row) => row.state === 'READY' || row.state === 'WAITING' || row.state === 'RESEND' || row.state === 'REFUSED',
  )
  if (!unsent) return false
  const ids = rows.filter((row) => row.state !== 'REFUSED').map((row) => row.id)
  if (ids.length > 0) {
    await tx
      .updateTable('interchanges')
      .set({ state: 'REFUSED', because: 'cancelled before it was sent' })
      .where('organisation_id', '=', claim.organisationId)
      .where('id', 'in', ids)
      .execute()
  }
  return true
}

/** A void is a submission of its own, with its own number, that names the sending it takes back. */
async function allocateVoid(deps: Deps, tx: Tx, claim: LockedClaim): Promise<string> {
  const original = await tx
    .selectFrom('submissions')
    .select('frozen')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('purpose', '<>', 'void')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  const reference = await tx
    .selectFrom('claim_references')
    .select('value')
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('type', '=', 'claim-number')
    .orderBy('learned_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  const submission = {
    ...original.frozen,
    submissionId: newId(),
    submissionNumber: newSubmissionNumber(),
    purpose: 'void' as const,
    originalSubmissionNumber: original.frozen.submissionNumber,
    ...(reference ? { originalReference: reference.value } : {}),
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

async function pendingVoid(tx: Tx, claim: LockedClaim): Promise<string | null> {
  const row = await tx
    .selectFrom('submissions as s')
    .innerJoin('interchanges as i', (join) =>
      join.onRef('i.organisation_id', '=', 's.organisation_id').onRef('i.id', '=', 's.interchange_id'),
    )
    .select('i.id')
    .where('s.organisation_id', '=', claim.organisationId)
    .where('s.claim_id', '=', claim.claimId)
    .where('s.purpose', '=', 'void')
    .where('i.state', 'not in', ['SENT', 'REFUSED'])
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? null
}
