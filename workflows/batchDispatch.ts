import { condition, continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow'
import type { BatchRef } from './activityContract.ts'
import { claimActivities, mailboxActivities, providerActivities } from './activityProxies.ts'
import type { Delivered } from './activityResults.ts'
import { deliverUntilResolved } from './delivery.ts'
import { dispatchNow } from './messages.ts'
import { historyIsLong } from './renewal.ts'

/**
 * Carries one batch: waits until its cut-off, or until a person lets it leave now, then sends it as
 * a claim's own workflow sends a claim, and notifies the claims in it. What is in it and when it
 * leaves stands in Postgres; this workflow may be started again at any time.
 */
export async function batchDispatch(batch: BatchRef): Promise<string> {
  let leavesNow = false
  setHandler(dispatchNow, () => {
    leavesNow = true
  })
  const { timings, leavesInMs, leavesAt } = await claimActivities().planDispatch(batch)
  if (leavesInMs > 0) {
    setCurrentDetails(`leaves at ${leavesAt}`)
    await condition(() => leavesNow, leavesInMs)
  }
  setCurrentDetails('leaving')
  const { notifyClaims } = mailboxActivities()
  let notified: Delivered['kind'] | null = null
  await deliverUntilResolved(batch, providerActivities(batch.providerId, timings), {
    turn: () => 0,
    learn: async ({ kind }) => {
      if (kind === notified) return
      await notifyClaims(batch)
      notified = kind
    },
    endedByNotice: async (withinMs) => {
      // When a person files it by hand, the claims themselves get the notices from here on; else
      // the row is looked at again, at the latest after this time.
      if (withinMs === undefined) return true
      leavesNow = false
      await condition(() => leavesNow, withinMs)
      if (historyIsLong()) await continueAsNew<typeof batchDispatch>(batch)
      return false
    },
  })
  return notified ?? 'settled'
}
