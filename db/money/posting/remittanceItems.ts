import { moneyInWords } from '../../../domain/amounts.ts'
import { type ClaimPosition, netOf } from '../../../domain/money/claimPosition.ts'
import type { ClaimBalances, Entry } from '../../../domain/money/ledger.ts'
import { patientProblems } from '../../../domain/money/patientBalance.ts'
import type { RemittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import type { Cause, Item, WordsOf } from '../../../domain/worklist/itemContents.ts'
import type { PlacedClaims } from '../placeClaims.ts'
import type { ArrivedRemittance, PayableClaim } from '../remittanceRows.ts'

/** A remittance whose row is written and whose claims are found. */
type Posted = ArrivedRemittance & PlacedClaims & { remittanceId: string; traceUsed: boolean }

/** What of a posted remittance needs a person. */
export function remittanceItems(
  arrived: Posted,
  plan: RemittancePlan,
  balances: ReadonlyMap<string, ClaimBalances>,
  before: ReadonlyMap<string, ClaimPosition>,
): Item[] {
  const { connectionId, remittance } = arrived
  const { traceNumber } = remittance
  const reused: Item[] = arrived.traceUsed
    ? [{ kind: 'remittance-same-trace', ids: { connectionId, traceNumber }, words: { traceNumber } }]
    : []
  return [
    ...reused,
    ...plan.suspended.flatMap((index) => suspenseItem(arrived, plan, index, before)),
    ...plan.differing.flatMap((index) => differingItem(arrived, index)),
    ...patientItems(arrived),
    ...endedItems(arrived, plan, balances),
  ]
}

function suspenseItem(
  { remittance, remittanceId, claims }: Posted,
  plan: RemittancePlan,
  index: number,
  before: ReadonlyMap<string, ClaimPosition>,
): Item[] {
  const claim = remittance.claims[index]
  if (claim === undefined) return []
  const { traceNumber, currency } = remittance
  const held = plan.held.find((each) => each.index === index)
  const position = held && before.get(held.claimId)
  const words: WordsOf<'suspense'> = {
    traceNumber,
    money: moneyInWords(claim.paid, currency),
    reference: claim.submissionNumber ?? claim.references[0]?.value ?? null,
    why: held?.because ?? 'no-claim',
    claimNumber: (held && claims.get(held.claimId)?.claimNumber) ?? null,
    paidBefore: position ? moneyInWords(netOf(position, 'money', 'paid'), currency) : null,
  }
  return [{ ...suspended(remittanceId, index), words }]
}

/** The reversal says other amounts than those that were posted: what was posted is taken back. */
function differingItem({ placed, claims, remittance, remittanceId }: Posted, index: number): Item[] {
  const claim = claims.get(placed[index]?.claimId ?? '')
  if (claim === undefined) return []
  const { traceNumber } = remittance
  const { claimNumber, claimId } = claim
  return [{ kind: 'reversal-differs', ids: { claimId, remittanceId }, words: { claimNumber, traceNumber } }]
}

/** What the patient owes by the claim's own figure is not what the reasons add up to. */
function patientItems({ placed, claims, remittance, remittanceId }: Posted): Item[] {
  const { traceNumber, currency } = remittance
  return patientProblems(remittance).flatMap(({ index, stated, byReasons }): Item[] => {
    const claim = claims.get(placed[index]?.claimId ?? '')
    if (claim === undefined) return []
    const { claimNumber, claimId } = claim
    const [says, adds] = [moneyInWords(stated, currency), moneyInWords(byReasons, currency)]
    return [
      { kind: 'patient-balance', ids: { claimId, remittanceId }, words: { claimNumber, traceNumber, says, adds } },
    ]
  })
}

/** One item per suspended line; allocating the line closes it. */
export function suspended(remittanceId: string, sequence: number): Cause<'suspense'> {
  return { kind: 'suspense', ids: { remittanceId, sequence } }
}

/**
 * Money for a claim that is over is booked, and a person must see it. The conflict that the claim
 * itself raises is the same item.
 */
function endedItems(
  arrived: ArrivedRemittance & PlacedClaims,
  plan: RemittancePlan,
  balances: ReadonlyMap<string, ClaimBalances>,
): Item[] {
  const paid = plan.posting.filter((entry: Entry) => entry.account === 'allocated')
  const { traceNumber } = arrived.remittance
  return paid.flatMap(({ claimId, amount }): Item[] => {
    const claim = claimId === null ? undefined : arrived.claims.get(claimId)
    if (claim === undefined || amount === 0 || !isOver(claim) || isEven(balances.get(claim.claimId))) return []
    const { claimNumber, status, closed } = claim
    const words = { claimNumber, traceNumber, status: closed === 'replaced' ? closed : status }
    return [{ kind: 'money-on-ended-claim', ids: { claimId: claim.claimId }, words }]
  })
}

/** Nothing is left of the money: what came was taken back, or the other way. */
function isEven(balances: ClaimBalances | undefined): boolean {
  return balances?.paid === 0 && balances.open === 0 && balances.denied === 0
}

function isOver({ status, closed }: PayableClaim): boolean {
  return status === 'REJECTED' || status === 'CANCELLED' || status === 'DRAFT' || closed === 'replaced'
}
