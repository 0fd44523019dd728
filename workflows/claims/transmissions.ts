import { condition } from '@temporalio/workflow'
import type { DeliveryState } from '../../domain/claim.ts'
import type { ProviderActivities } from '../activityContract.ts'
import { deliverUntilResolved } from '../delivery.ts'
import type { ClaimInput } from '../messages.ts'
import type { ClaimProgress } from './progress.ts'

/** The claim's interchanges on their way, beside its turns. */
export interface Transmissions {
  /** One at a time, in order: a void never overtakes what it takes back. */
  add(interchangeId: string): void
  underWay(): boolean
}

export function transmissions(input: ClaimInput, provider: ProviderActivities, claim: ClaimProgress): Transmissions {
  const waiting: string[] = []
  let underWay = false
  return {
    add(interchangeId) {
      waiting.push(interchangeId)
      if (!underWay) void deliverAll()
    },
    underWay: () => underWay,
  }

  async function deliverAll(): Promise<void> {
    underWay = true
    for (let interchangeId = waiting.shift(); interchangeId !== undefined; interchangeId = waiting.shift()) {
      await deliverUntilResolved({ ...input, interchangeId }, provider, {
        turn: claim.turn,
        learn: ({ claim: now }, since) => {
          if (now !== null) claim.learnBeside(now, since)
        },
        endedByNotice: (withinMs) => endedByNotice(claim, withinMs),
      })
    }
    underWay = false
  }
}

/** Whether a delivery in this state has ended, one way or the other. */
const IS_OVER = {
  WAITING: false,
  READY: false,
  SENDING: false,
  UNKNOWN: false,
  RESEND: false,
  SENT: true,
  REFUSED: true,
} satisfies Record<DeliveryState, boolean>

/**
 * When the claim had arrived before, this sending is a void: then only the end of the claim ends the wait. False when it is time to look: the wait is over, or a person knows that
 * the provider does not have it.
 */
async function endedByNotice(claim: ClaimProgress, withinMs?: number): Promise<boolean> {
  const over = () => claim.summary().closed !== null
  const resolved = () => {
    const { delivery } = claim.summary()
    return delivery !== null && IS_OVER[delivery]
  }
  const ended = resolved() ? over : () => resolved() || over()
  if (withinMs === undefined) await condition(ended)
  else await condition(() => ended() || claim.summary().delivery === 'RESEND', withinMs)
  return ended()
}
