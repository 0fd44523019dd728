import { allHandlersFinished, condition } from '@temporalio/workflow'
import { isSettled } from '../../domain/delivery/interchangeState.ts'
import type { ProviderActivities } from '../activityContract.ts'
import { deliverUntilResolved } from '../delivery.ts'
import type { ClaimInput } from '../messages.ts'
import { historyIsLong } from '../renewal.ts'
import type { ClaimProgress } from './progress.ts'

/** The claim's interchanges on their way, beside its turns. */
export interface Transmissions {
  /** One at a time, in order: a void never overtakes what it takes back. */
  add(interchangeId: string): void
  underWay(): boolean
  /** True when the claim should go on in a new history and nothing would be lost by it. */
  mayRenew(): boolean
}

/**
 * `underWay` is true while a call to the provider runs: its answer would be lost in a new history.
 */
export function transmissions(
  input: ClaimInput,
  provider: ProviderActivities,
  { claim, underWay: calling }: { claim: ClaimProgress; underWay(): boolean },
): Transmissions {
  const waiting: string[] = []
  let underWay = false
  // A rest is not cut short: the new history would try at once.
  let resting = false
  const mayRenew = () =>
    historyIsLong() && !calling() && !resting && !claim.unrecorded && !claim.cancelWaits() && allHandlersFinished()

  return {
    add(interchangeId) {
      waiting.push(interchangeId)
      if (!underWay) void deliverAll()
    },
    underWay: () => underWay,
    mayRenew,
  }

  async function deliverAll(): Promise<void> {
    underWay = true
    for (let interchangeId = waiting.shift(); interchangeId !== undefined; interchangeId = waiting.shift()) {
      await deliverUntilResolved({ ...input, interchangeId }, provider, {
        turn: claim.turn,
        learn: ({ claim: now }, since) => {
          if (now !== null) claim.learnBeside(now, since)
        },
        endedByNotice,
      })
    }
    underWay = false
  }

  /**
   * A claim that has arrived before speaks of another sending than this one (a void): then only the
   * end of the claim ends it. False when it is time to look: the wait is over, or a person knows
   * that the provider does not have it.
   */
  async function endedByNotice(withinMs?: number): Promise<boolean> {
    const over = () => claim.summary().closed !== null
    const resolved = () => isSettled(claim.summary().delivery)
    const ended = resolved() ? over : () => resolved() || over()
    if (withinMs === undefined) {
      await condition(ended)
      return true
    }
    resting = true
    await condition(() => ended() || claim.summary().delivery === 'RESEND', withinMs)
    resting = false
    // The next attempt is the new history's.
    await condition(() => !mayRenew())
    return ended()
  }
}
