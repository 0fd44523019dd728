import { workflowInfo } from '@temporalio/workflow'
import type { ProviderActivities } from './activityContract.ts'

/**
 * Temporal ends a workflow at 51,200 events and slows down long before: a long life goes on in a
 * new history well below 10,240.
 */
const LONGEST_HISTORY = 8_000

/** True when the workflow should go on in a new history as soon as nothing of it is under way. */
export function historyIsLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo()
  return continueAsNewSuggested || historyLength >= LONGEST_HISTORY
}

/**
 * The provider's activities, and whether one of them is under way: its answer would be lost in a
 * new history.
 */
export function watched(provider: ProviderActivities): { provider: ProviderActivities; underWay(): boolean } {
  let calls = 0
  const counting =
    <I, O>(call: (input: I) => Promise<O>) =>
    async (input: I): Promise<O> => {
      calls += 1
      try {
        return await call(input)
      } finally {
        calls -= 1
      }
    }
  return {
    provider: {
      deliver: counting(provider.deliver),
      resolveDelivery: counting(provider.resolveDelivery),
      askProvider: counting(provider.askProvider),
    },
    underWay: () => calls > 0,
  }
}
