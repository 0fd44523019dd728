import { sql } from 'kysely'
import type { Minor } from '../../domain/amounts.ts'
import { move } from '../../domain/money/ledger.ts'
import type { Tx } from '../connect.ts'
import { post } from '../money/ledgerPost.ts'
import type { ComposedFirst } from './composeFirst.ts'

interface SecondClaim {
  organisationId: string
  claimId: string
  currency: string
  now: Date
}

/**
 * What the first HMO paid and gave up of a claim to the second is nothing that the second still
 * owes: it leaves `open` for `other_payer` when the claim is charged. Answers the amount, minor
 * units. The same claim again posts nothing.
 */
export async function postFirstPayment(tx: Tx, claim: SecondClaim, { payer }: ComposedFirst): Promise<Minor> {
  const taken = (payer.decision?.lines ?? [])
    .map(({ lineNumber, charge, left }) => ({ lineNumber, amount: Math.min(charge, charge - left) }))
    .filter(({ amount }) => amount > 0)
  const { claimId } = claim
  const entries = taken.flatMap(({ lineNumber, amount }) =>
    move({ claimId, lineNumber }, 'open', 'other_payer', amount),
  )
  const reason = `paid or given up by ${payer.name} before`
  await post(tx, { ...claim, kind: 'decision', actor: 'hub', reason, idempotencyKey: keyOf(claimId) }, entries)
  return taken.reduce((total, { amount }) => total + amount, 0)
}

/** The same amounts of some second claims by line, as they were posted. */
export async function takenByFirst(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
): Promise<Map<string, Map<number, Minor>>> {
  const taken = new Map<string, Map<number, Minor>>(claimIds.map((claimId) => [claimId, new Map()]))
  if (claimIds.length === 0) return taken
  const { rows } = await sql<{ claim_id: string; line_number: number; amount: Minor }>`
    select t.claim_id, e.line_number, e.amount from ledger_transactions t
    join ledger_entries e on e.organisation_id = t.organisation_id and e.transaction_id = t.id and e.account = 'other_payer'
    where t.organisation_id = ${organisationId} and t.idempotency_key = any(${claimIds.map(keyOf)}::text[])`.execute(tx)
  for (const { claim_id, line_number, amount } of rows) taken.get(claim_id)?.set(line_number, amount)
  return taken
}

function keyOf(claimId: string): string {
  return `first-payment:${claimId}`
}
