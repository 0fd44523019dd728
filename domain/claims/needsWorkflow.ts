import type { ClaimState } from './claimState.ts'
import { type Deadline, sameDeadline } from './deadlines.ts'

/** What a claim's workflow goes by. */
export interface Watched {
  state: Pick<ClaimState, 'status' | 'delivery' | 'closed'>
  deadline: Deadline | null
  attention: boolean
}

/**
 * Whether a claim's workflow must read its row again: another deadline is armed, a sending has
 * ended, the claim's end has come or gone, or it shows another status or attention.
 */
export function needsWorkflow(before: Watched, after: Watched): boolean {
  return (
    !sameDeadline(before.deadline, after.deadline) ||
    before.state.delivery !== after.state.delivery ||
    before.state.closed !== after.state.closed ||
    before.state.status !== after.state.status ||
    before.attention !== after.attention
  )
}
