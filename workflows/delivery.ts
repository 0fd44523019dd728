import { condition, sleep } from '@temporalio/workflow'
import type { ProviderActivities, Sending } from '../activities/createActivities.ts'
import type { ClaimNow, Delivered } from '../activities/outcomes.ts'
import type { DeliveryState } from '../domain/claim.ts'

/** What the delivery learns from and tells to the claim's main function. */
interface ClaimSide {
  /** Which turn of the claim it is: what an activity says is as old as its start. */
  turn(): number
  learn(now: ClaimNow, since: number): void
  delivery(): DeliveryState | null
  closed(): boolean
}

/** When an activity itself breaks down (worker killed, queue unserved) nobody knows what left: look before anything else. */
const LOOK_AFTER_BREAKDOWN_MS = 2_000

/**
 * Carries one interchange to a known end: SENT or REFUSED. `taken | refused | unknown | not sent` each have their own next step; an UNKNOWN is
 * looked up and waited for, never sent again on a guess. News that proves the arrival ends it as well.
 */
export async function deliverUntilSettled(
  sending: Sending,
  provider: ProviderActivities,
  claim: ClaimSide,
): Promise<void> {
  let next: 'deliver' | 'look' = 'deliver'
  for (;;) {
    const since = claim.turn()
    const outcome = await attempt(
      next === 'deliver' ? () => provider.deliver(sending) : () => provider.settleDelivery(sending),
    )
    switch (outcome.kind) {
      case 'settled':
        if (outcome.claim !== null) claim.learn(outcome.claim, since)
        return
      case 'not_sent':
        await sleep(Math.max(outcome.retryInMs, 1))
        next = 'deliver'
        break
      case 'waiting':
        if (outcome.claim !== null) claim.learn(outcome.claim, since)
        await condition(settledByNews(claim))
        return
      case 'busy':
        await sleep(Math.max(outcome.lookInMs, 1))
        next = 'look'
        break
      case 'unknown':
        if (outcome.claim !== null) claim.learn(outcome.claim, since)
        if (await settledWithin(claim, outcome.lookInMs)) return
        next = 'look'
        break
    }
  }
}

/** False when it is time to look: the wait is over, or a person knows that the provider does not have it. */
async function settledWithin(claim: ClaimSide, waitMs: number): Promise<boolean> {
  const settled = settledByNews(claim)
  await condition(() => settled() || claim.delivery() === 'RESEND', Math.max(waitMs, 1))
  return settled()
}

/** A claim that has arrived before speaks of another sending than this one (a void): then only the end of the claim ends it. */
function settledByNews(claim: ClaimSide): () => boolean {
  const settled = () => claim.delivery() === 'SENT' || claim.delivery() === 'REFUSED'
  return settled() ? claim.closed : () => settled() || claim.closed()
}

async function attempt(act: () => Promise<Delivered>): Promise<Delivered> {
  try {
    return await act()
  } catch {
    return { kind: 'unknown', lookInMs: LOOK_AFTER_BREAKDOWN_MS, claim: null }
  }
}
