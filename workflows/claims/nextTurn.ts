import { condition } from '@temporalio/workflow'
import type { ClaimProgress } from './progress.ts'
import type { Transmissions } from './transmissions.ts'

export type Turn = 'cancel' | 'record' | 'escalate' | 'renew' | 'wait' | 'close'

/** Waits until there is something to do for the claim: a cancel first, then notices, then the deadline. */
export async function nextTurn(claim: ClaimProgress, sending: Transmissions): Promise<Turn> {
  const { closed, dueInMs } = claim.summary()
  const asked = () => claim.unrecorded || claim.cancelWaits()
  if (closed !== null && !asked() && !sending.underWay()) return 'close'
  if (sending.mayRenew()) return 'renew'
  // Read anew each time: the delivery of a void closes the claim while this waits.
  const woken = () => asked() || (claim.summary().closed !== null && !sending.underWay()) || sending.mayRenew()
  const inTime =
    dueInMs === null ? await condition(woken).then(() => true) : await condition(woken, Math.max(dueInMs, 1))
  if (!asked() && inTime) return 'wait'
  claim.beginTurn()
  if (claim.cancelWaits()) return 'cancel'
  return claim.unrecorded ? 'record' : 'escalate'
}
