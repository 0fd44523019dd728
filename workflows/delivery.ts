import { sleep } from '@temporalio/workflow'
import type { ProviderActivities, Transmission } from './activityContract.ts'
import type { Delivered } from './activityResults.ts'

/** Whoever carries an interchange: a claim's main function, or the departure of a batch. */
export interface Carrier {
  /** Which turn it is: what an activity says is as old as its start. */
  turn(): number
  learn(outcome: Learned, since: number): void | Promise<void>
  /**
   * True once a notice has resolved the sending, at the latest after this time; without a time it
   * waits for the notice.
   */
  endedByNotice(withinMs?: number): Promise<boolean>
}

/** An outcome after which the claims stand differently. */
export type Learned = Extract<Delivered, { kind: 'settled' | 'waiting' | 'unknown' }>

/**
 * When an activity itself breaks down (worker killed, queue unserved) nobody knows what left: look
 * before anything else.
 */
const LOOK_AFTER_BREAKDOWN_MS = 2_000

/**
 * Carries one interchange to a known end: SENT or REFUSED. `taken | refused | unknown | not sent`
 * each have their own next step; an UNKNOWN is looked up and waited for, never sent again on a
 * guess. News that proves the arrival ends it as well.
 */
export async function deliverUntilResolved(
  sending: Transmission,
  provider: ProviderActivities,
  carrier: Carrier,
): Promise<void> {
  let next: 'deliver' | 'look' = 'deliver'
  for (;;) {
    const since = carrier.turn()
    const outcome = await attempt(
      next === 'deliver' ? () => provider.deliver(sending) : () => provider.resolveDelivery(sending),
    )
    switch (outcome.kind) {
      case 'settled':
        await carrier.learn(outcome, since)
        return
      case 'not_sent':
        await sleep(Math.max(outcome.retryInMs, 1))
        next = 'deliver'
        break
      case 'waiting':
        await carrier.learn(outcome, since)
        await carrier.endedByNotice()
        return
      case 'busy':
        await sleep(Math.max(outcome.lookInMs, 1))
        next = 'look'
        break
      case 'unknown':
        await carrier.learn(outcome, since)
        if (await carrier.endedByNotice(Math.max(outcome.lookInMs, 1))) return
        next = 'look'
        break
    }
  }
}

async function attempt(act: () => Promise<Delivered>): Promise<Delivered> {
  try {
    return await act()
  } catch {
    return { kind: 'unknown', lookInMs: LOOK_AFTER_BREAKDOWN_MS, claim: null }
  }
}
