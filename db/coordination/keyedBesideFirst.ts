import { decisionBesideFirst } from '../../domain/coordination/decisionBesideFirst.ts'
import type { LineDecision } from '../../domain/money/lineDecision.ts'
import type { Tx } from '../connect.ts'
import { takenByFirst } from './firstPayment.ts'

/**
 * Decisions of a second HMO that a person keys: what the first HMO paid and gave up need not be
 * keyed again. `charges` is by line number. Of any other claim the lines stay as they are.
 */
export async function keyedBesideFirst(
  tx: Tx,
  claim: { organisationId: string; claimId: string },
  lines: LineDecision[],
  charges: ReadonlyMap<number, number>,
): Promise<LineDecision[]> {
  if (lines.length === 0) return lines
  const { organisationId, claimId } = claim
  const taken = (await takenByFirst(tx, organisationId, [claimId])).get(claimId)
  return lines.map((line) =>
    decisionBesideFirst(line, charges.get(line.lineNumber) ?? 0, taken?.get(line.lineNumber) ?? 0),
  )
}
