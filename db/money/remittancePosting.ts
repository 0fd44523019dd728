import { moneyInWords } from '../../domain/amounts.ts'
import { grouped } from '../../domain/grouped.ts'
import { type ClaimBalances, claimBalances, type Entry } from '../../domain/money/ledger.ts'
import type { PlacedClaim } from '../../domain/money/remittanceLines.ts'
import { type RemittancePlan, remittancePlan } from '../../domain/money/remittancePlan.ts'
import type { Cause, Item, WordsOf } from '../../domain/worklist/itemContents.ts'
import type { Tx } from '../connect.ts'
import { raiseItems } from '../worklist/worklistItems.ts'
import { positionsOf } from './ledgerPositions.ts'
import { post } from './ledgerPost.ts'
import type { PlacedClaims } from './placeClaims.ts'
import type { ArrivedRemittance, PayableClaim } from './remittanceRows.ts'
import { raisePatientRefunds } from './visitItems.ts'

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
  await raiseItems(tx, arrived, itemsOf(arrived, plan))
  await raisePatientRefunds(tx, arrived, plan.settlement)
  const kept = new Set(plan.suspended)
  const entries = grouped(
    [...plan.reversal, ...plan.settlement, ...plan.posting].filter((entry) => entry.claimId !== null),
    (entry) => entry.claimId ?? '',
  )
  const balances = new Map<string, ClaimBalances>()
  for (const { claimId, rows } of positions.values()) {
    balances.set(claimId, claimBalances([...rows, ...(entries.get(claimId) ?? [])]))
  }
  return { placed: arrived.placed.map((place, index) => (kept.has(index) ? null : place)), balances }
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
): Item[] {
  const { connectionId, remittance } = arrived
  const { traceNumber } = remittance
  const reused: Item[] = arrived.traceUsed
    ? [{ kind: 'remittance-same-trace', ids: { connectionId, traceNumber }, words: { traceNumber } }]
    : []
  return [...reused, ...plan.suspended.flatMap((index) => suspenseItem(arrived, index)), ...endedItems(arrived, plan)]
}

function suspenseItem(
  { remittance, remittanceId, placed }: ArrivedRemittance & PlacedClaims & { remittanceId: string },
  index: number,
): Item[] {
  const claim = remittance.claims[index]
  if (claim === undefined) return []
  const { traceNumber, currency } = remittance
  const words: WordsOf<'suspense'> = {
    traceNumber,
    money: moneyInWords(claim.paid, currency),
    reference: claim.submissionNumber ?? claim.references[0]?.value ?? null,
    why: (placed[index] ?? null) === null ? 'no-claim' : 'never-posted',
  }
  return [{ ...suspended(remittanceId, index), words }]
}

/** One item per suspended line; allocating the line closes it. */
export function suspended(remittanceId: string, sequence: number): Cause<'suspense'> {
  return { kind: 'suspense', ids: { remittanceId, sequence } }
}

/**
 * Money for a claim that is over is booked, and a person must see it. The conflict that the claim
 * itself raises is the same item.
 */
function endedItems(arrived: ArrivedRemittance & PlacedClaims, plan: RemittancePlan): Item[] {
  const paid = plan.posting.filter((entry: Entry) => entry.account === 'allocated')
  const { traceNumber } = arrived.remittance
  return paid.flatMap(({ claimId, amount }): Item[] => {
    const claim = claimId === null ? undefined : arrived.claims.get(claimId)
    if (claim === undefined || amount === 0 || !isOver(claim)) return []
    const { claimNumber, status, closed } = claim
    const words = { claimNumber, traceNumber, status: closed === 'replaced' ? closed : status }
    return [{ kind: 'money-on-ended-claim', ids: { claimId: claim.claimId }, words }]
  })
}

function isOver({ status, closed }: PayableClaim): boolean {
  return status === 'REJECTED' || status === 'CANCELLED' || status === 'DRAFT' || closed === 'replaced'
}
