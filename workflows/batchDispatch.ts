import { condition, continueAsNew, setCurrentDetails, setHandler } from '@temporalio/workflow'
import type { BatchRef } from './activityContract.ts'
import { claimActivities, mailboxActivities, providerActivities } from './activityProxies.ts'
import type { Delivered } from './activityResults.ts'
import { deliverUntilResolved } from './delivery.ts'
import { dispatchNow } from './messages.ts'
import { historyIsLong } from './renewal.ts'

/**
 * Carries one batch: rests until its cut-off, or until somebody lets it leave now, then sends it as a claim's own workflow sends a claim, and tells the
 * claims in it. What is in it and when it leaves stands in Postgres; this workflow may be started again at any time.
 */
export async function batchDispatch(batch: BatchRef): Promise<string> {
  let hurried = false
  setHandler(dispatchNow, () => {
    hurried = true
  })
  const { timings, leavesInMs, leavesAt } = await claimActivities().planDispatch(batch)
  if (leavesInMs > 0) {
    setCurrentDetails(`leaves at ${leavesAt}`)
    await condition(() => hurried, leavesInMs)
  }
  setCurrentDetails('leaving')
  const { notifyClaims } = mailboxActivities()
  let told: Delivered['kind'] | null = null
  await deliverUntilResolved(batch, providerActivities(batch.providerId, timings), {
    turn: () => 0,
    learn: async ({ kind }) => {
      if (kind === told) return
      await notifyClaims(batch)
      told = kind
    },
    endedByNotice: async (withinMs) => {
      // What a person files by hand is the claims' own news from here on; else the row is looked at again, at the latest after this time.
      if (withinMs === undefined) return true
      hurried = false
      await condition(() => hurried, withinMs)
      if (historyIsLong()) await continueAsNew<typeof batchDispatch>(batch)
      return false
    },
  })
  return told ?? 'settled'
}
