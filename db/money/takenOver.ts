import { sql } from 'kysely'
import { type Entry, reversalOf } from '../../domain/money/ledger.ts'
import type { Tx } from '../connect.ts'
import { moneyPostedFact } from './ledger.ts'
import { post } from './ledgerPost.ts'
import { insertLedgerNotices } from './remittanceNotices.ts'

/** A claim that took over what another one had been denied: an appeal, or one to another HMO. */
export interface TakingClaim {
  organisationId: string
  claimId: string
  claimNumber: string
  connectionId: string
  currency: string
}

/** By which column the claim names the other, what its postings' keys begin with, and why. */
export interface TakenOver {
  from: 'replaces_claim_id' | 'first_claim_id'
  keyPrefix: string
  givenBackKey: string
  reason: string
}

/**
 * Turns round, once, every posting by which a claim took amounts over from another one, and tells
 * the other claim's workflow that its money changed. The claim that took them is cancelled.
 */
export async function giveBack(tx: Tx, taking: TakingClaim, taken: TakenOver, now: Date): Promise<void> {
  const { organisationId, currency } = taking
  const { rows } = await sql<Entry & { claimId: string }>`
    select e.account, e.amount, e.claim_id as "claimId", e.line_number as "lineNumber" from claims o
    join ledger_transactions t on t.organisation_id = o.organisation_id and t.claim_id = o.id
      and starts_with(t.idempotency_key, ${`${taken.keyPrefix}:`})
    join ledger_entries e on e.organisation_id = t.organisation_id and e.transaction_id = t.id
    where o.organisation_id = ${organisationId}
      and o.id = (select ${sql.ref(taken.from)} from claims where organisation_id = ${organisationId} and id = ${taking.claimId})
    order by t.id, e.sequence for no key update of o`.execute(tx)
  const claimId = rows[0]?.claimId
  if (claimId === undefined) return
  const back = {
    organisationId,
    claimId,
    currency,
    kind: 'settlement' as const,
    actor: 'hub',
    reason: taken.reason,
    idempotencyKey: taken.givenBackKey,
    now,
  }
  if (!(await post(tx, back, reversalOf(rows)))) return
  const fact = await moneyPostedFact(tx, organisationId, claimId)
  const from = { organisationId, connectionId: taking.connectionId, documentId: null, remittanceId: null }
  const event = { fact, at: now.toISOString(), said: [], references: [] }
  await insertLedgerNotices(tx, from, [{ sequence: 0, claimId, submissionId: null, event }])
}
