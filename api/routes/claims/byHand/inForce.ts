import { isDecided } from '../../../../domain/claims/claimState.ts'
import { Problem } from '../../../http/problems.ts'
import type { ActionTarget } from './manualActions.ts'

/**
 * A decision in force, and a claim that is closed, are changed only by who says so and why: a click
 * on the wrong claim must not tear what is settled.
 */
export function refuseInForce(claim: ActionTarget): void {
  const { status, closed, decisionImplied } = claim
  const decided = isDecided({ status }) && !decisionImplied
  if (closed === null && !decided) return
  const stands = closed === null ? `decided (${status})` : `closed (${closed})`
  const detail = `the claim is ${stands}: say force with a reason if it is meant`
  throw new Problem('decision-in-force', detail, { claimStatus: status, closed })
}

/** The same for acts that only a closed claim is guarded against. */
export function refuseClosed(claim: ActionTarget): void {
  if (claim.closed !== null) refuseInForce(claim)
}
