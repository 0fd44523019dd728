import { grouped } from '../../../domain/grouped.ts'
import type { ClaimPosition } from '../../../domain/money/claimPosition.ts'
import { type ClaimBalances, claimBalances } from '../../../domain/money/ledger.ts'
import { type RemittancePlan, remittancePlan } from '../../../domain/money/plan/remittancePlan.ts'
import type { PlacedClaim } from '../../../domain/money/remittanceLines.ts'
import type { Tx } from '../../connect.ts'
import { raiseItems } from '../../worklist/worklistItems.ts'
import { positionsOf } from '../ledgerPositions.ts'
import type { PlacedClaims } from '../placeClaims.ts'
import type { ArrivedRemittance } from '../remittanceRows.ts'
import { raisePatientRefunds } from '../visitItems.ts'
import { type PlanHeader, postLists } from './postLists.ts'
import { remittanceItems } from './remittanceItems.ts'
import { postResumed, type ResumedLine, waitingLines } from './waitingLines.ts'

export interface PostedPlan {
  /** As it was posted: null also for what went to suspense though a claim was found. */
  placed: (PlacedClaim | null)[]
  balances: Map<string, ClaimBalances>
  /** Places of lines in suspense that wait for what arrives for their claim. */
  waits: Map<number, PlacedClaim>
  /** Places of payments and reversals that undo each other: they say nothing of the claim. */
  undone: Set<number>
  /** Lines of earlier remittances that waited for this one, and are posted with it. */
  resumed: ResumedLine[]
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
  const waiting = await waitingLines(tx, organisationId, arrived.claims)
  const plan = remittancePlan(remittance, arrived.placed, positions, waiting)
  await postLists(tx, { ...arrived, currency: remittance.currency }, plan)
  for (const planned of plan.resumed) await postResumed(tx, arrived, planned)
  const balances = balancesAfter(positions, plan)
  const settled = [...plan.settlement, ...plan.resumed.flatMap(({ settlement }) => settlement)]
  await raisePatientRefunds(tx, arrived, settled)
  await raiseItems(tx, arrived, remittanceItems(arrived, plan, balances, positions))
  const kept = new Set(plan.suspended)
  return {
    placed: arrived.placed.map((place, index) => (kept.has(index) ? null : place)),
    balances,
    waits: waitsOf(arrived, plan),
    undone: new Set(plan.undone),
    resumed: plan.resumed.map(({ part, undone }) => ({ line: part, undone })),
  }
}

function balancesAfter(
  positions: ReadonlyMap<string, ClaimPosition>,
  { reversal, settlement, posting, resumed }: RemittancePlan,
): Map<string, ClaimBalances> {
  const later = resumed.flatMap((planned) => [...planned.reversal, ...planned.settlement, ...planned.posting])
  const all = [...reversal, ...settlement, ...posting, ...later].filter((entry) => entry.claimId !== null)
  const entries = grouped(all, (entry) => entry.claimId ?? '')
  return new Map(
    [...positions.values()].map(({ claimId, rows }) => [
      claimId,
      claimBalances([...rows, ...(entries.get(claimId) ?? [])]),
    ]),
  )
}

/** The lines that are held with their claim known. */
function waitsOf({ placed }: PlacedClaims, { held }: RemittancePlan): Map<number, PlacedClaim> {
  return new Map(
    held.flatMap(({ index }) => {
      const place = placed[index]
      return place ? [[index, place] as const] : []
    }),
  )
}
