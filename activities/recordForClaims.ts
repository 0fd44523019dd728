import { lockClaim } from '../db/claimState.ts'
import type { Tx } from '../db/connect.ts'
import { recordEvents } from '../db/record.ts'
import type { ClaimEvent } from '../domain/events.ts'
import { claimNow } from './claimNow.ts'
import type { Sending } from './createActivities.ts'
import { type Deps, recordContext } from './deps.ts'
import type { ClaimNow } from './outcomes.ts'

/** Records events for the claim that an interchange is sent for; answers how it stands. */
export async function recordForClaims(
  deps: Deps,
  tx: Tx,
  sending: Sending,
  events: ClaimEvent[],
): Promise<ClaimNow | null> {
  const { organisationId, claimId, interchangeId } = sending
  const submission = await tx
    .selectFrom('submissions')
    .select(['id', 'purpose'])
    .where('organisation_id', '=', organisationId)
    .where('interchange_id', '=', interchangeId)
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
  const claim = await lockClaim(tx, organisationId, claimId)
  if (!submission || claim === null) return null
  const facts = submission.purpose === 'void' ? events.map(asVoid) : events
  const incoming = facts.map((event) => ({ event, actor: 'provider', submissionId: submission.id }))
  return claimNow(deps, await recordEvents(tx, claim, incoming, recordContext(deps)))
}

/** A void that the provider took cancels the claim; a refused one leaves it as it is, for a person. */
function asVoid(event: ClaimEvent): ClaimEvent {
  if (event.fact.type === 'sent') return { ...event, fact: { type: 'cancelled', voided: true } }
  return { ...event, fact: { type: 'other' } }
}
