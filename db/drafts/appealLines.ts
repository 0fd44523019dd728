import { sql } from 'kysely'
import type { Appeals, ClaimStatus, Purpose } from '../../domain/claim.ts'
import { type DecidedLine, disputedLines } from '../../domain/claims/correction.ts'
import type { Tx } from '../connect.ts'
import { postSettlement } from '../money/ledger.ts'
import { giveBack, type TakenOver, type TakingClaim } from '../money/takenOver.ts'

/** A line of a claim, and what of its amount is in dispute. */
export type Disputed = ReturnType<typeof disputedLines>[number]

/**
 * Whether a correction takes over only a part of its original, which goes on beside it. A claim
 * that was rejected is appealed as a whole in any case.
 */
export function isPartial(original: ClaimStatus, purpose: Purpose, { appeals }: { appeals?: Appeals }): boolean {
  return purpose === 'appeal' && appeals === 'disputed-lines' && original !== 'REJECTED'
}

export async function disputedOf(tx: Tx, organisationId: string, claimId: string): Promise<Disputed[]> {
  const { rows } = await sql<DecidedLine>`
    select line_number as "lineNumber", amount, decision, payable, adjustments, settlement from claim_lines
    where organisation_id = ${organisationId} and claim_id = ${claimId} order by line_number`.execute(tx)
  return disputedLines(rows)
}

/**
 * What the appeal claims, its original no longer does: of each line that both have the denied
 * amount leaves the original's ledger. Answers the lines of the original with these amounts. The
 * caller holds both claims locked.
 */
export async function moveDisputedLines(
  tx: Tx,
  appeal: Omit<TakingClaim, 'connectionId'>,
  original: { claimId: string; mode: 'test' | 'production' },
  now: Date,
): Promise<Disputed[]> {
  const { organisationId, currency } = appeal
  const { rows } = await sql<{ line: number }>`
    select distinct o.line_number as line from claim_lines o
    join claim_lines a on a.organisation_id = o.organisation_id and a.claim_id = ${appeal.claimId}
      and (a.visit_procedure_id = o.visit_procedure_id or (a.visit_procedure_id is null and o.visit_procedure_id is null
        and a.code = o.code and a.service_date = o.service_date and a.tooth is not distinct from o.tooth))
    where o.organisation_id = ${organisationId} and o.claim_id = ${original.claimId}
      and o.decision in ('denied', 'reduced') order by line`.execute(tx)
  const taken: Disputed[] = []
  for (const { line: lineNumber } of rows) {
    const amount =
      original.mode === 'test'
        ? 0
        : await postSettlement(tx, {
            organisationId,
            claimId: original.claimId,
            currency,
            lineNumber,
            action: 'appealed',
            rejected: false,
            reason: `appealed by claim ${appeal.claimNumber}`,
            actor: 'hub',
            now,
            idempotencyKey: `${takenOverBy(appeal.claimId)}:${lineNumber}`,
          })
    taken.push({ lineNumber, amount: amount ?? 0 })
  }
  return taken
}

/** When an appeal is cancelled, what it took over is denied on its original again. */
export async function giveBackDisputed(tx: Tx, appeal: TakingClaim, now: Date): Promise<void> {
  const taken: TakenOver = {
    from: 'replaces_claim_id',
    keyPrefix: takenOverBy(appeal.claimId),
    givenBackKey: `given-back:${appeal.claimId}`,
    reason: `appeal ${appeal.claimNumber} was cancelled`,
  }
  await giveBack(tx, appeal, taken, now)
}

/** Begins the key of every ledger transaction by which an appeal took something over. */
function takenOverBy(appealId: string): string {
  return `appealed:${appealId}`
}
