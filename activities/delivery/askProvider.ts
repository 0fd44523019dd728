import { durableEffect } from '../../platform/effects/durableEffect.ts'
import { signalInbox } from '../../workflows/client/wakeInbox.ts'
import type { ClaimInput } from '../../workflows/messages.ts'
import type { Deps } from '../deps.ts'
import { heartbeating, isHeld, loadConnection } from '../providerConnection.ts'
import { exchangeInquiry } from './inquiry.ts'

const REPLIES_BELL = durableEffect({
  name: 'replies_bell',
  in: 'worker',
  channels: ['http'],
  before: 'the replies are stored, and their inbox is asleep',
})

/**
 * The first level of a passed deadline: asks the provider where the claim is. Its answer comes back
 * as a document, as every notice does.
 */
export async function askProvider(deps: Deps, { organisationId, claimId, providerId }: ClaimInput): Promise<void> {
  const open = await deps.databases.within(organisationId, async (tx) => {
    const submission = await tx
      .selectFrom('submissions')
      .select(['frozen', 'connection_id'])
      .where('organisation_id', '=', organisationId)
      .where('claim_id', '=', claimId)
      .where('purpose', '<>', 'supplement')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    return (
      submission && {
        submission: submission.frozen,
        connection: await loadConnection(deps, tx, organisationId, submission.connection_id),
      }
    )
  })
  if (!open || isHeld(open.connection)) return
  const replies = await heartbeating(deps.timings.heartbeatMs / 3, () =>
    exchangeInquiry(deps, open.connection, [open.submission]),
  )
  if (replies.length === 0) return
  REPLIES_BELL.before(open.connection.adapter.declaration.transport)
  await signalInbox(deps.client, { organisationId, connectionId: open.connection.connectionId, providerId })
}
