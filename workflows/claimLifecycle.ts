import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow'
import { claimActivities, providerActivities } from './activityProxies.ts'
import { handleMessages } from './claims/messageHandlers.ts'
import { nextTurn } from './claims/nextTurn.ts'
import { claimProgress } from './claims/progress.ts'
import { transmissions } from './claims/transmissions.ts'
import { wakeOriginal } from './claims/wakeOriginal.ts'
import type { ClaimInput } from './messages.ts'
import { watched } from './renewal.ts'

/**
 * One claim's long life: freeze, deliver, then wait for notices, a person or the deadline until nothing more is
 * expected. What happened is in Postgres; this workflow only makes sure that the next thing happens. It may be
 * started again at any time and goes on from the row.
 */
export async function claimLifecycle(input: ClaimInput): Promise<string> {
  const local = claimActivities()
  const claim = claimProgress()
  handleMessages(claim)

  const opened = await local.openClaim(input)
  claim.opened(opened)
  if (opened.kind === 'refused') {
    await condition(allHandlersFinished)
    return opened.status
  }
  const { provider, underWay } = watched(providerActivities(input.providerId, opened.timings))
  const sending = transmissions(input, provider, { claim, underWay })
  if (opened.replacedClaimId !== null) await wakeOriginal(opened.replacedClaimId)
  for (const interchangeId of opened.dispatches ?? [])
    await local.startDispatch({ organisationId: input.organisationId, providerId: input.providerId, interchangeId })
  for (const interchangeId of [opened.interchangeId, ...(opened.alsoUnresolved ?? [])])
    if (interchangeId !== null) sending.add(interchangeId)

  for (;;) {
    switch (await nextTurn(claim, sending)) {
      case 'cancel': {
        const { noticeId } = claim.oldestCancel()
        const cancelled = await local.cancelClaim(input, noticeId)
        claim.learnInTurn(cancelled.claim)
        if (cancelled.interchangeId !== null) sending.add(cancelled.interchangeId)
        claim.cancelDone(cancelled.claim)
        break
      }
      case 'record':
        claim.unrecorded = false
        claim.learnInTurn(await local.recordNotices(input, claim.wantedNotices()))
        break
      case 'escalate': {
        const escalated = await local.escalate(input)
        claim.learnInTurn(escalated.claim)
        // An inquiry that fails is tried again by the next level; the claim goes on waiting.
        if (escalated.ask) await provider.askProvider(input).catch(() => undefined)
        break
      }
      case 'renew':
        // The new history opens the claim at its row, with every sending that is not resolved.
        await continueAsNew<typeof claimLifecycle>(input)
        break
      case 'wait':
        break
      case 'close':
        await condition(allHandlersFinished)
        return claim.summary().status
    }
  }
}
