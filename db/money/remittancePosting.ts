import { formatMinor } from '../../domain/amounts.ts'
import { grouped } from '../../domain/grouped.ts'
import { type ClaimBalances, claimBalances, type Entry } from '../../domain/money/ledger.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import type { PlacedClaim } from '../../domain/money/remittanceLines.ts'
import { type RemittancePlan, remittancePlan } from '../../domain/money/remittancePlan.ts'
import type { Tx } from '../connect.ts'
import { positionsOf } from './ledgerPositions.ts'
import { post } from './ledgerPost.ts'
import type { PlacedClaims } from './placeClaims.ts'
import { type RemittanceItem, raiseForRemittance } from './remittanceAttention.ts'
import type { ArrivedRemittance, PayableClaim } from './remittanceRows.ts'

export interface PostedPlan {
  /** As it was posted: null also for what went to suspense though a claim was found. */
  placed: (PlacedClaim | null)[]
  balances: Map<string, ClaimBalances>
}

/**
 * Plans and posts a balanced remittance and puts what needs a person on the worklist. The claims
 * are locked.
 */
export async function postPlan(
  tx: Tx,
  arrived: ArrivedRemittance & PlacedClaims & Omit<PlanHeader, 'currency'> & { traceUsed: boolean },
): Promise<PostedPlan> {
  const { organisationId, remittance } = arrived
  const positions = await positionsOf(tx, organisationId, [...arrived.claims.keys()], 'in one sum')
  const plan = remittancePlan(remittance, arrived.placed, positions)
  await postLists(tx, { ...arrived, currency: remittance.currency }, plan)
  await raiseForRemittance(tx, arrived, itemsOf(arrived, plan))
  const suspended = new Set(plan.suspended)
  const entries = grouped(
    [...plan.reversal, ...plan.settlement, ...plan.posting].filter((entry) => entry.claimId !== null),
    (entry) => entry.claimId ?? '',
  )
  const balances = new Map<string, ClaimBalances>()
  for (const { claimId, rows } of positions.values()) {
    balances.set(claimId, claimBalances([...rows, ...(entries.get(claimId) ?? [])]))
  }
  return { placed: arrived.placed.map((place, index) => (suspended.has(index) ? null : place)), balances }
}

/** What the ledger transactions of one plan have in common. */
export interface PlanHeader {
  organisationId: string
  currency: string
  remittanceId: string
  actor: string
  reason?: string
  kind: 'remittance' | 'payment' | 'adjustment'
  /** Idempotency key of the money's transaction; the others' keys begin with it. */
  key: string
  now: Date
}

/** The three ledger transactions of a plan; whichever has no entries is left out. */
export async function postLists(
  tx: Tx,
  header: PlanHeader,
  lists: Pick<RemittancePlan, 'reversal' | 'settlement' | 'posting'>,
): Promise<void> {
  const { organisationId, currency, remittanceId, actor, reason, kind, key, now } = header
  const shared = { organisationId, currency, remittanceId, actor, now, ...(reason === undefined ? {} : { reason }) }
  await post(tx, { ...shared, kind: 'reversal', idempotencyKey: `${key}:reversal` }, lists.reversal)
  await post(tx, { ...shared, kind, idempotencyKey: key }, lists.posting)
  await post(tx, { ...shared, kind: 'settlement', idempotencyKey: `${key}:settlement` }, lists.settlement)
}

function itemsOf(
  arrived: ArrivedRemittance & PlacedClaims & { remittanceId: string; traceUsed: boolean },
  plan: RemittancePlan,
): RemittanceItem[] {
  const { connectionId, remittance } = arrived
  const { traceNumber } = remittance
  const reused: RemittanceItem[] = arrived.traceUsed
    ? [
        {
          kind: 'remittance-same-trace',
          dedupeKey: `remittance-same-trace:${connectionId}:${traceNumber}`,
          because: `Remittance ${traceNumber} was posted, but another payment with the same number was posted before: check that it is not the same money`,
        },
      ]
    : []
  return [...reused, ...plan.suspended.flatMap((index) => suspenseItem(arrived, index)), ...overItems(arrived, plan)]
}

function suspenseItem(
  { remittance, remittanceId, placed }: ArrivedRemittance & PlacedClaims & { remittanceId: string },
  index: number,
): RemittanceItem[] {
  const { traceNumber, currency } = remittance
  const claim = remittance.claims[index]
  if (claim === undefined) return []
  const reference = claim.submissionNumber ?? claim.references[0]?.value
  const what = reference === undefined ? 'a claim without a reference' : `reference ${reference}`
  const why = (placed[index] ?? null) === null ? 'matches none of our claims' : 'takes back what was never posted'
  return [
    {
      kind: 'suspense',
      dedupeKey: suspenseKey(remittanceId, index),
      because: `Remittance ${traceNumber}: ${formatMinor(claim.paid, currency)} ${currency} for ${what} ${why}; the money is in suspense`,
    },
  ]
}

/** One item per suspended line; allocating the line closes it. */
export function suspenseKey(remittanceId: string, sequence: number): string {
  return `suspense:${remittanceId}:${sequence}`
}

/**
 * Money for a claim that is over is booked, and a person must see it. The key is that of the
 * conflict which the claim itself raises, so that there is one item.
 */
function overItems(arrived: ArrivedRemittance & PlacedClaims, plan: RemittancePlan): RemittanceItem[] {
  const paid = plan.posting.filter((entry: Entry) => entry.account === 'allocated')
  return paid.flatMap(({ claimId, amount }) => {
    const claim = claimId === null ? undefined : arrived.claims.get(claimId)
    return claim === undefined || amount === 0 || !isOver(claim) ? [] : [overItem(arrived.remittance, claim)]
  })
}

function isOver({ status, closed }: PayableClaim): boolean {
  return status === 'REJECTED' || status === 'CANCELLED' || status === 'DRAFT' || closed === 'replaced'
}

function overItem({ traceNumber }: Remittance, { claimId, claimNumber, status, closed }: PayableClaim): RemittanceItem {
  return {
    kind: 'conflict-money_posted',
    dedupeKey: `conflict-money_posted:${claimId}`,
    claimId,
    because: `Claim ${claimNumber}: remittance ${traceNumber} moved money, but the claim is ${closed === 'replaced' ? 'replaced' : status}; it is booked`,
  }
}
