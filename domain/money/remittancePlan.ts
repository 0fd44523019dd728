import { type Minor, sum } from '../amounts.ts'
import { grouped } from '../grouped.ts'
import { after, type ClaimPosition, emptyPosition, entriesOf, netOf } from './claimPosition.ts'
import { compact, type Entry, negated, reversalOf } from './ledger.ts'
import { settledByMoney } from './overpayment.ts'
import type { Remittance, RemittanceClaim } from './remittance.ts'
import type { PlacedClaim } from './remittanceLines.ts'
import { excessSettlement } from './settlementEntries.ts'

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
  /**
   * Places in `claims` whose money went to suspense: no claim of ours, or a reversal of what was
   * never posted.
   */
  suspended: number[]
}

/**
 * Plans the posting of a balanced remittance. `placed` says for each of its claims which claim of
 * ours it is, null for none; `positions` is how their ledgers stand. Nothing is clipped: an
 * overpayment makes `open` negative, a take-back makes the whole negative.
 */
export function remittancePlan(
  remittance: Remittance,
  placed: (PlacedClaim | null)[],
  positions: ReadonlyMap<string, ClaimPosition>,
): RemittancePlan {
  const plan: RemittancePlan = { reversal: [], settlement: [], posting: [], suspended: unmatched(remittance, placed) }
  for (const [claimId, parts] of grouped(partsOf(remittance, placed), (part) => part.place.claimId)) {
    const position = positions.get(claimId) ?? emptyPosition(claimId)
    const unseen = neverSeen(position, parts)
    plan.suspended.push(...unseen.map((part) => part.index))
    const own = claimPlan(
      position,
      parts.filter((part) => !unseen.includes(part)),
    )
    plan.reversal.push(...own.reversal)
    plan.settlement.push(...own.settlement)
    plan.posting.push(...own.posting)
  }
  plan.suspended.sort((a, b) => a - b)
  plan.posting.push(...ownSide(remittance, plan.suspended))
  return plan
}

interface Part {
  index: number
  claim: RemittanceClaim
  place: PlacedClaim
}

/**
 * What the parts of a remittance post on one claim, without the remittance's own side except
 * `allocated`.
 */
export function claimPlan(
  position: ClaimPosition,
  parts: Pick<Part, 'claim' | 'place'>[],
): Pick<RemittancePlan, 'reversal' | 'settlement' | 'posting'> {
  const posting = compact(parts.flatMap(({ claim, place }) => claimEntries(claim, place)))
  const itemised = parts.filter(({ claim }) => claim.itemised)
  const paid = sum(parts.map(({ claim }) => claim.paid))
  if (itemised.length === 0) {
    return { reversal: [], settlement: settledByMoney(after(position, 'money', posting), paid), posting }
  }
  const speaksOf = linesOf(itemised)
  const replaced = entriesOf(position, 'decision').filter(
    ({ lineNumber }) => lineNumber === null || speaksOf === 'all' || speaksOf.has(lineNumber),
  )
  const reversal = reversalOf(replaced)
  const now = after(after(position, 'decision', reversal), 'money', posting)
  const excess = excessSettlement(now)
  return {
    reversal,
    settlement: compact([...excess, ...settledByMoney(after(now, 'settlement', excess), paid)]),
    posting,
  }
}

/**
 * The lines that an itemised payment names; all lines when it is about the claim as a whole, or
 * about a line that cannot be identified.
 */
function linesOf(parts: Pick<Part, 'claim' | 'place'>[]): Set<number> | 'all' {
  const whole = parts.some(({ claim }) => claim.lines.length === 0 || claim.adjustments.length > 0)
  const numbers = parts.flatMap(({ place }) => place.lineNumbers)
  const known = numbers.filter((number) => number !== null)
  return whole || known.length < numbers.length ? 'all' : new Set(known)
}

/**
 * A claim's part: what was paid and, of an itemised one, why the rest was not, both out of `open`.
 * Amounts that the lines don't account for belong to the claim as a whole, or to its only line.
 */
function claimEntries(claim: RemittanceClaim, { claimId, lineNumbers, soleLine }: PlacedClaim): Entry[] {
  const entry = (account: Entry['account'], amount: Minor, lineNumber: number | null): Entry => ({
    account,
    amount,
    claimId,
    lineNumber: lineNumber ?? soleLine,
  })
  const explain = (paid: Minor, adjustments: RemittanceClaim['adjustments'], line: number | null) => {
    const counted = claim.itemised ? adjustments : []
    return [
      entry('open', negated(paid + sum(counted.map((each) => each.amount))), line),
      entry('paid', paid, line),
      ...counted.map((each) => entry(each.bucket, each.amount, line)),
    ]
  }
  const rest = claim.paid - sum(claim.lines.map((line) => line.paid))
  return [
    ...claim.lines.flatMap((line, index) => explain(line.paid, line.adjustments, lineNumbers[index] ?? null)),
    ...explain(rest, claim.adjustments, null),
    { account: 'allocated', amount: claim.paid, claimId, lineNumber: null },
  ]
}

/** The remittance's own side; `allocated` stands with its claims. */
function ownSide({ amount, claims, providerAdjustments }: Remittance, suspended: number[]): Entry[] {
  const own = (account: Entry['account'], value: Minor): Entry => ({
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

/**
 * Reversals that would take back more than was ever posted, also after this remittance's other
 * parts (a correction may stand before or after the reversal, in one document or in two): nobody
 * can say what they mean, so they wait in suspense.
 */
function neverSeen(position: ClaimPosition, parts: Part[]): Part[] {
  const payments = parts.filter(({ claim }) => claim.kind === 'payment')
  let paid = netOf(position, 'money', 'paid') + sum(payments.map(({ claim }) => claim.paid))
  let explained = netOf(position, 'money', 'open') + openBy(payments)
  return parts.filter((part) => {
    if (part.claim.kind !== 'reversal') return false
    const opened = openBy([part])
    if (paid + part.claim.paid < 0 || explained + opened > 0) return true
    paid += part.claim.paid
    explained += opened
    return false
  })
}

function openBy(parts: Part[]): Minor {
  const entries = parts.flatMap(({ claim, place }) => claimEntries(claim, place))
  return sum(entries.filter(({ account }) => account === 'open').map(({ amount }) => amount))
}

function unmatched({ claims }: Remittance, placed: (PlacedClaim | null)[]): number[] {
  return claims.flatMap((claim, index) => (claim.kind !== 'not_ours' && !placed[index] ? [index] : []))
}

function partsOf({ claims }: Remittance, placed: (PlacedClaim | null)[]): Part[] {
  return claims.flatMap((claim, index) => {
    const place = placed[index]
    return place && claim.kind !== 'not_ours' ? [{ index, claim, place }] : []
  })
}
