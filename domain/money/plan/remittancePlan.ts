import { sum } from '../../amounts.ts'
import { grouped } from '../../grouped.ts'
import { type ClaimPosition, emptyPosition } from '../claimPosition.ts'
import { compact, type Entry, negated } from '../ledger.ts'
import type { Remittance } from '../remittance.ts'
import type { PlacedClaim } from '../remittanceLines.ts'
import { type ClaimPlan, claimPlan, type HeldBecause, type PartPlan } from './claimPlan.ts'
import type { PlacedPart } from './takeBack.ts'

/**
 * What a remittance posts. Each list is a ledger transaction of its own and sums to zero; an empty
 * one is not posted.
 */
export interface RemittancePlan {
  /** Takes back what decisions posted of claims that the remittance now itemises. */
  reversal: Entry[]
  /** Takes back settlements of what is no longer denied. */
  settlement: Entry[]
  /** The money itself, the claims' side and the remittance's own. */
  posting: Entry[]
  /** Places in `claims` whose money went to suspense: no claim of ours, or held. */
  suspended: number[]
  /** Of those, the ones whose claim is known, and why they are not posted on it. */
  held: { index: number; claimId: string; because: HeldBecause }[]
  /** Places of reversals whose amounts are not those that were taken back. */
  differing: number[]
  /** Places of payments and reversals that undo each other: they say nothing of the claim. */
  undone: number[]
  /** Parts of earlier remittances that waited in suspense and can be posted now, in order. */
  resumed: PartPlan<WaitingLine>[]
}

/**
 * A line of an earlier remittance that waits in suspense for what it takes back or follows, with
 * what is said of the payment that it came with.
 */
export interface WaitingLine extends PlacedPart {
  remittanceId: string
  sequence: number
  payer: string
  traceNumber: string
  paidOn: string
  currency: string
}

interface OwnPart extends PlacedPart {
  index: number
}

/**
 * Plans the posting of a balanced remittance. `placed` says for each of its claims which claim of
 * ours it is, null for none; `positions` is how their ledgers stand, `waiting` what waits for them.
 * Nothing is clipped: an overpayment makes `open` negative, a take-back makes the whole negative.
 */
export function remittancePlan(
  remittance: Remittance,
  placed: (PlacedClaim | null)[],
  positions: ReadonlyMap<string, ClaimPosition>,
  waiting: readonly WaitingLine[] = [],
): RemittancePlan {
  const plan: RemittancePlan = {
    reversal: [],
    settlement: [],
    posting: [],
    suspended: unmatched(remittance, placed),
    held: [],
    differing: [],
    undone: [],
    resumed: [],
  }
  for (const [claimId, parts] of grouped(partsOf(remittance, placed), (part) => part.place.claimId)) {
    const position = positions.get(claimId) ?? emptyPosition(claimId)
    const waits = waiting.filter(({ place }) => place.claimId === claimId)
    add(plan, claimId, claimPlan<OwnPart | WaitingLine>(position, [...waits, ...parts]))
  }
  plan.suspended.sort((a, b) => a - b)
  plan.posting = compact(plan.posting)
  plan.posting.push(...ownSide(remittance, plan.suspended))
  return plan
}

function add(plan: RemittancePlan, claimId: string, own: ClaimPlan<OwnPart | WaitingLine>): void {
  for (const planned of own.posted) {
    const { part } = planned
    if (isWaiting(part)) {
      plan.resumed.push({ ...planned, part })
      continue
    }
    plan.reversal.push(...planned.reversal)
    plan.settlement.push(...planned.settlement)
    plan.posting.push(...planned.posting)
    if (planned.differs) plan.differing.push(part.index)
    if (planned.undone) plan.undone.push(part.index)
  }
  for (const { part, because } of own.held) {
    if (isWaiting(part)) continue
    plan.suspended.push(part.index)
    plan.held.push({ index: part.index, claimId, because })
  }
}

function isWaiting(part: OwnPart | WaitingLine): part is WaitingLine {
  return 'remittanceId' in part
}

/** The remittance's own side; `allocated` stands with its claims. */
function ownSide({ amount, claims, providerAdjustments }: Remittance, suspended: number[]): Entry[] {
  const own = (account: Entry['account'], value: number): Entry => ({
    account,
    amount: value,
    claimId: null,
    lineNumber: null,
  })
  return compact([
    own('remitted', negated(amount)),
    own('suspense', sum(suspended.map((index) => claims[index]?.paid ?? 0))),
    own('provider_adjustment', negated(sum(providerAdjustments.map((each) => each.amount)))),
  ])
}

function unmatched({ claims }: Remittance, placed: (PlacedClaim | null)[]): number[] {
  return claims.flatMap((claim, index) => (claim.kind !== 'not_ours' && !placed[index] ? [index] : []))
}

function partsOf({ claims }: Remittance, placed: (PlacedClaim | null)[]): OwnPart[] {
  return claims.flatMap((claim, index) => {
    const place = placed[index]
    return place && claim.kind !== 'not_ours' ? [{ index, claim, place }] : []
  })
}
