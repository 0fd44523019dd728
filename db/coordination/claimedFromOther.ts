import { sql } from 'kysely'
import type { Minor } from '../../domain/amounts.ts'
import { type Entry, reversalOf } from '../../domain/money/ledger.ts'
import type { Tx } from '../connect.ts'
import { moneyPostedFact, postSettlement } from '../money/ledger.ts'
import { post } from '../money/ledgerPost.ts'
import { insertLedgerNotices } from '../money/remittanceNotices.ts'
import type { ComposedFirst } from './composeFirst.ts'

interface OtherClaim {
  organisationId: string
  claimId: string
  claimNumber: string
  currency: string
}

/**
 * What the first HMO denied is claimed from the other one now, so it waits for nobody on the first
 * claim. Answers the lines of the first claim with these amounts. The caller holds both claims
 * locked.
 */
export async function claimFromOther(
  tx: Tx,
  second: OtherClaim,
  first: { claimId: string; lines: ComposedFirst['lines'] },
  now: Date,
): Promise<{ lineNumber: number; amount: Minor }[]> {
  const { organisationId, currency } = second
  const claimed: { lineNumber: number; amount: Minor }[] = []
  for (const lineNumber of new Set(first.lines.map(({ firstLine }) => firstLine))) {
    const amount = await postSettlement(tx, {
      organisationId,
      claimId: first.claimId,
      currency,
      lineNumber,
      action: 'bill_other_payer',
      rejected: false,
      reason: `claimed from the other HMO by ${second.claimNumber}`,
      actor: 'hub',
      now,
      idempotencyKey: `${claimedBy(second.claimId)}:${lineNumber}`,
    })
    if (amount !== null && amount > 0) claimed.push({ lineNumber, amount })
  }
  return claimed
}

/**
 * When the claim to the second HMO is cancelled, what it claimed is denied on the first claim
 * again, once. The first claim's workflow gets a notice that its money changed.
 */
export async function giveBackToFirst(tx: Tx, second: OtherClaim & { connectionId: string }, now: Date): Promise<void> {
  const { organisationId, currency } = second
  const { rows } = await sql<Entry & { claimId: string }>`
    select e.account, e.amount, e.claim_id as "claimId", e.line_number as "lineNumber" from claims o
    join ledger_transactions t on t.organisation_id = o.organisation_id and t.claim_id = o.id
      and starts_with(t.idempotency_key, ${`${claimedBy(second.claimId)}:`})
    join ledger_entries e on e.organisation_id = t.organisation_id and e.transaction_id = t.id
    where o.organisation_id = ${organisationId}
      and o.id = (select first_claim_id from claims where organisation_id = ${organisationId} and id = ${second.claimId})
    order by t.id, e.sequence for no key update of o`.execute(tx)
  const claimId = rows[0]?.claimId
  if (claimId === undefined) return
  const back = {
    organisationId,
    claimId,
    currency,
    kind: 'settlement' as const,
    actor: 'hub',
    reason: `claim ${second.claimNumber} to the other HMO was cancelled`,
    idempotencyKey: `given-back-to-first:${second.claimId}`,
    now,
  }
  if (!(await post(tx, back, reversalOf(rows)))) return
  const fact = await moneyPostedFact(tx, organisationId, claimId)
  const from = { organisationId, connectionId: second.connectionId, documentId: null, remittanceId: null }
  const event = { fact, at: now.toISOString(), said: [], references: [] }
  await insertLedgerNotices(tx, from, [{ sequence: 0, claimId, submissionId: null, event }])
}

/** Begins the key of every ledger transaction by which a second claim took something over. */
function claimedBy(claimId: string): string {
  return `claimed-from-other:${claimId}`
}
