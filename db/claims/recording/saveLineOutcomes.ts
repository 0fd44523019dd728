import { sql } from 'kysely'
import type { Fact } from '../../../domain/claims/claimEvents.ts'
import type { LineDecision } from '../../../domain/money/lineDecision.ts'
import type { SettlementAction } from '../../../domain/money/settlementEntries.ts'
import type { Tx } from '../../connect.ts'
import { pipelined } from '../../pipelined.ts'
import type { LockedClaim } from '../lockClaim.ts'

/** What is to be written into the row of one line. */
export interface LineOutcome {
  claim_id: string
  line_number: number
  /** Null: what was decided stays. */
  decided: Pick<LineDecision, 'outcome' | 'payable' | 'adjustments'> | null
  settlement: SettlementAction | null
}

/**
 * What a fact says of single lines: decisions, or what becomes of a denied one. `late` are lines of
 * which something newer is known.
 */
export function lineOutcomes(claim: LockedClaim, fact: Fact, late: readonly number[] = []): LineOutcome[] {
  const { claimId: claim_id } = claim
  if (fact.type === 'line_settled')
    return [{ claim_id, line_number: fact.lineNumber, decided: null, settlement: fact.action }]
  const decided = decisionLines(fact).filter(({ lineNumber, outcome }) => {
    const known = claim.state.lines[lineNumber]?.outcome
    // Neither what came too late nor a look without a decision takes a decision's place.
    if (late.includes(lineNumber)) return false
    return outcome !== 'pending' || known === undefined || known === 'pending'
  })
  return decided.map(({ lineNumber, outcome, payable, adjustments }) => ({
    claim_id,
    line_number: lineNumber,
    decided: { outcome, payable, adjustments },
    settlement: null,
  }))
}

/** Writes what facts say of lines into their rows; of the same line the last one counts. */
export async function saveLineOutcomes(tx: Tx, organisationId: string, outcomes: LineOutcome[]): Promise<void> {
  if (outcomes.length === 0) return
  const lines = new Map<string, LineOutcome>()
  for (const outcome of outcomes) {
    const key = `${outcome.claim_id} ${outcome.line_number}`
    lines.set(key, { ...outcome, decided: outcome.decided ?? lines.get(key)?.decided ?? null })
  }
  const rows = [...lines.values()].map(({ decided, ...line }) => ({
    ...line,
    decision: decided?.outcome ?? null,
    payable: decided?.payable ?? null,
    adjustments: decided?.adjustments ?? null,
  }))
  await pipelined(
    tx,
    sql`
    update claim_lines l set decision = coalesce(w.decision, l.decision), settlement = w.settlement,
      payable = case when w.decision is null then l.payable else w.payable end,
      adjustments = case when w.decision is null then l.adjustments else w.adjustments end
    from json_to_recordset(${JSON.stringify(rows)}::json) as w(claim_id uuid, line_number integer, decision text, payable bigint,
      adjustments jsonb, settlement text)
    where l.organisation_id = ${organisationId} and l.claim_id = w.claim_id and l.line_number = w.line_number`,
  )
}

function decisionLines(fact: Fact): LineDecision[] {
  return fact.type === 'decided' || fact.type === 'status_by_hand' ? fact.lines : []
}
