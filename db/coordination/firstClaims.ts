import { sql } from 'kysely'
import { type FirstClaim, firstDecision, isLineDecided } from '../../domain/coordination/firstDecision.ts'
import type { FirstDecision } from '../../domain/coordination/firstPayer.ts'
import { isAdjudicated, type PayerBefore } from '../../domain/coordination/payerOrder.ts'
import { emptyPosition } from '../../domain/money/claimPosition.ts'
import type { Adjustment } from '../../domain/money/lineDecision.ts'
import type { Tx } from '../connect.ts'
import { positionsOf } from '../money/ledgerPositions.ts'
import type { PayerBeforeRow } from './payersBefore.ts'

/** What of a claim to the first HMO is needed to say what it decided. */
export type LoadedFirst = Omit<FirstClaim, 'lines'> & { lines: Omit<FirstClaim['lines'][number], 'forLine'>[] }

/** Reads the claims to first HMOs, each with its ledger and the words of its remittances. */
export async function loadFirstClaims(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
): Promise<Map<string, LoadedFirst>> {
  if (claimIds.length === 0) return new Map()
  const { rows } = await sql<Row>`
    select c.id, coalesce(left(c.state ->> 'decidedAt', 10), c.updated_at::date::text) as decided_on,
      (select jsonb_agg(jsonb_build_object('lineNumber', l.line_number, 'charge', l.amount, 'decision', l.decision,
          'adjustments', l.adjustments) order by l.line_number)
        from claim_lines l where l.organisation_id = c.organisation_id and l.claim_id = c.id) as lines,
      (select coalesce(jsonb_agg(a.value), '[]') from remittance_lines r
        join remittances m on m.organisation_id = r.organisation_id and m.id = r.remittance_id and m.state = 'posted'
        cross join lateral jsonb_array_elements(r.detail -> 'adjustments') a
        where r.organisation_id = c.organisation_id and r.claim_id = c.id) as claim_adjustments
    from claims c where c.organisation_id = ${organisationId} and c.id = any(${claimIds}::uuid[])`.execute(tx)
  const positions = await positionsOf(tx, organisationId, claimIds, 'by line')
  return new Map(
    rows.map((row) => [
      row.id,
      {
        decidedOn: row.decided_on,
        lines: row.lines ?? [],
        position: positions.get(row.id) ?? emptyPosition(row.id),
        claimAdjustments: row.claim_adjustments,
      },
    ]),
  )
}

/** What the rules ask about a payer before, of one service. */
export function payerBefore(row: PayerBeforeRow | undefined, loaded: Map<string, LoadedFirst>): PayerBefore | null {
  if (row === undefined) return null
  const { name, claim } = row
  if (claim === null) return { name, claim: null }
  const { claimNumber, status, rejectedAt } = claim
  const first = loaded.get(claim.claimId)
  const line = first?.lines.find(({ lineNumber }) => lineNumber === claim.lineNumber)
  const lineDecided = first !== undefined && line !== undefined && isLineDecided(line, first.lines)
  const left = first === undefined ? 0 : (decisionFor(first, new Map([[claim.lineNumber, 1]])).lines[0]?.left ?? 0)
  return { name, claim: { claimNumber, status, rejectedAt, lineDecided, left } }
}

/**
 * `forLines`: the first claim's line → the second claim's. Lines that are not decided are left out.
 */
export function decisionFor(first: LoadedFirst, forLines: Map<number, number>): FirstDecision {
  return firstDecision({
    ...first,
    lines: first.lines.map((line) => ({
      ...line,
      forLine: isLineDecided(line, first.lines) ? (forLines.get(line.lineNumber) ?? null) : null,
    })),
  })
}

/** The claims of these payers that are decided: only those are worth reading. */
export function decidedIds(rows: Iterable<PayerBeforeRow>): string[] {
  const claims = [...rows].flatMap(({ claim }) => (claim !== null && isAdjudicated(claim) ? [claim.claimId] : []))
  return [...new Set(claims)]
}

interface Row {
  id: string
  decided_on: string
  lines: LoadedFirst['lines'] | null
  claim_adjustments: Adjustment[]
}
