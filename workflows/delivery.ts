import { sleep } from '@temporalio/workflow'
import type { ProviderActivities, Transmission } from './activityContract.ts'
import type { ClaimSummary, Delivered } from './activityResults.ts'

/** What carries an interchange: a claim's main function, or the workflow of a batch. */
export interface Carrier {
  /** Which turn it is: what an activity says is as old as its start. */
  turn(): number
  learn(outcome: Learned, since: number): void | Promise<void>
  /**
   * Waits this long (real milliseconds), without a time for ever. True as soon as a notice has
   * settled the sending.
   */
  endedByNotice(withinMs?: number): Promise<boolean>
}

/**
 * An outcome after which the claims stand differently; the carrying claim as it stands, null for a
 * batch.
 */
export interface Learned {
  kind: Delivered['kind']
  claim: ClaimSummary | null
}

/**
 * When an activity itself breaks down (worker killed, queue unserved) nobody knows what left: look
 * before anything else, at a growing pace.
 */
const LOOK_AFTER_BREAKDOWN_MS = 2_000
const LONGEST_BREAKDOWN_MS = 300_000

/**
 * Carries one interchange to a known end: SENT or REFUSED. `taken | refused | unknown | not sent`
 * each have their own next step; an UNKNOWN is looked up and waited for, never sent again on a
 * guess. A notice that proves the arrival ends it as well.
 */
export async function deliverUntilResolved(
  sending: Transmission,
  provider: ProviderActivities,
  carrier: Carrier,
): Promise<void> {
  let next: 'deliver' | 'look' = 'deliver'
  let breakdowns = 0
  let early = false
  for (;;) {
    const since = carrier.turn()
    const answered = await attempt(
      next === 'deliver' ? () => provider.deliver(sending) : () => provider.resolveDelivery(sending),
    )
    breakdowns = answered === null ? breakdowns + 1 : 0
    const outcome = answered ?? brokenDown(breakdowns)
    switch (outcome.kind) {
      case 'settled':
        await carrier.learn(outcome, since)
        return
      case 'not_sent':
        if (outcome.claim !== undefined) await carrier.learn({ kind: outcome.kind, claim: outcome.claim }, since)
        // A notice ends a rest early, once: the row says whether anything is left to send. Only
        // once, because a closed claim would turn this into a busy loop.
        if (early) await sleep(Math.max(outcome.retryInMs, 1))
        early = !early && (await carrier.endedByNotice(Math.max(outcome.retryInMs, 1)))
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

/** Null: the activity itself broke down. */
async function attempt(act: () => Promise<Delivered>): Promise<Delivered | null> {
  try {
    return await act()
  } catch {
    return null
  }
}

function brokenDown(times: number): Delivered {
  const lookInMs = Math.min(LOOK_AFTER_BREAKDOWN_MS * 2 ** Math.min(times - 1, 10), LONGEST_BREAKDOWN_MS)
  return { kind: 'unknown', lookInMs, claim: null }
}
