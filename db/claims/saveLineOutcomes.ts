import type { Fact } from '../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import type { LockedClaim } from './lockClaim.ts'

/**
 * Writes what a fact says of single lines into their rows: decisions, or what becomes of a denied
 * one. `late` are lines of which something newer is known.
 */
export async function saveLineOutcomes(
  tx: Tx,
  claim: LockedClaim,
  fact: Fact,
  late: readonly number[] = [],
): Promise<void> {
  for (const line of decisionLines(fact)) {
    const known = claim.state.lines[line.lineNumber]?.outcome
    // Neither what came too late nor a look without a decision takes a decision's place.
    if (late.includes(line.lineNumber)) continue
    if (line.outcome === 'pending' && known !== undefined && known !== 'pending') continue
    await pipelined(
      tx,
      tx
        .updateTable('claim_lines')
        .set({
          decision: line.outcome,
          payable: line.payable,
          adjustments: JSON.stringify(line.adjustments),
          settlement: null,
        })
        .where('organisation_id', '=', claim.organisationId)
        .where('claim_id', '=', claim.claimId)
        .where('line_number', '=', line.lineNumber),
    )
  }
  if (fact.type !== 'line_settled') return
  await tx
    .updateTable('claim_lines')
    .set({ settlement: fact.action })
    .where('organisation_id', '=', claim.organisationId)
    .where('claim_id', '=', claim.claimId)
    .where('line_number', '=', fact.lineNumber)
    .execute()
}

function decisionLines(fact: Fact): LineDecision[] {
  return fact.type === 'decided' || fact.type === 'status_by_hand' ? fact.lines : []
}
