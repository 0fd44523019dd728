import { sql } from 'kysely'
import type { ClaimStatus, ClosedBecause } from '../../domain/claim.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import type { SentLine } from '../../domain/money/remittanceLines.ts'
import { newId } from '../../platform/ids.ts'
import type { Tx } from '../connect.ts'
import { pipelined } from '../pipelined.ts'
import type { RemittancesTable } from '../schema/moneyTables.ts'

/** A remittance as it arrived, or as somebody keyed it. */
export interface ArrivedRemittance {
  organisationId: string
  connectionId: string
  documentId: string | null
  /** Its place in the document. */
  sequence: number
  remittance: Remittance
  contentSha256: Buffer
  now: Date
}

/** A remittance whose row is written. */
export interface StoredRemittance extends ArrivedRemittance {
  remittanceId: string
}

/**
 * The rule of balance or currency that kept a remittance out of the ledger, and the place where it
 * broke.
 */
export interface Quarantined {
  rule: 'line-balance' | 'claim-balance' | 'payment-balance' | 'amount-range' | 'currency' | 'payment-date'
  where: string
  /**
   * What the document says less what it adds up to, minor units; null where amounts were not
   * compared.
   */
  difference: number | null
}

/**
 * Writes the remittance's own row. Null: the same payment with the same content is posted already
 * (also by a transaction that ran beside this one; the unique key decides).
 */
export async function insertRemittance(
  tx: Tx,
  arrived: ArrivedRemittance,
  { state, source, problem }: Pick<RemittancesTable, 'state' | 'source'> & { problem: Quarantined | null },
): Promise<string | null> {
  const { remittance } = arrived
  const row = await tx
    .insertInto('remittances')
    .values({
      organisation_id: arrived.organisationId,
      id: newId(),
      connection_id: arrived.connectionId,
      document_id: arrived.documentId,
      sequence: arrived.sequence,
      payer: remittance.payer,
      trace_number: remittance.traceNumber,
      amount: remittance.amount,
      currency: remittance.currency,
      paid_on: remittance.paidOn,
      content_sha256: arrived.contentSha256,
      state,
      problem: problem === null ? null : JSON.stringify(problem),
      source,
      posted_at: arrived.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

const CHUNK = 2_000

/**
 * Keeps every claim of the remittance as it was stated; `claimIds` says whose money it became, null
 * where it waits in suspense.
 */
export async function insertRemittanceLines(
  tx: Tx,
  { organisationId, remittance: { claims }, remittanceId }: StoredRemittance,
  claimIds: (string | null)[],
): Promise<void> {
  for (let from = 0; from < claims.length; from += CHUNK) {
    const rows = claims.slice(from, from + CHUNK).map((claim, index) => ({
      sequence: from + index,
      claim_id: claimIds[from + index] ?? null,
      submission_number: claim.submissionNumber ?? null,
      provider_reference: claim.references[0]?.value ?? null,
      kind: claim.kind,
      charged: claim.charged,
      paid: claim.paid,
      detail: claim,
    }))
    await pipelined(
      tx,
      sql`
      insert into remittance_lines (organisation_id, remittance_id, sequence, claim_id, submission_number, provider_reference, kind, charged, paid, detail)
      select ${organisationId}::uuid, ${remittanceId}::uuid, r.*
      from json_to_recordset(${JSON.stringify(rows)}::json) as r(sequence integer, claim_id uuid, submission_number text,
        provider_reference text, kind text, charged bigint, paid bigint, detail jsonb)`,
    )
  }
}

export interface PayableClaim {
  claimId: string
  claimNumber: string
  connectionId: string
  currency: string
  status: ClaimStatus
  closed: ClosedBecause | null
  /** YYYY-MM-DD of its first service. */
  serviceFrom: string
}

/**
 * Locks claims for posting, in the order of their ids, so that two remittances for the same claims
 * follow one another and never deadlock.
 */
export async function lockForPosting(
  tx: Tx,
  organisationId: string,
  claimIds: string[],
): Promise<Map<string, PayableClaim>> {
  if (claimIds.length === 0) return new Map()
  const { rows } = await sql<PayableClaim>`
    select id as "claimId", claim_number as "claimNumber", connection_id as "connectionId", currency, status, closed_because as closed,
      service_from::text as "serviceFrom"
    from claims where organisation_id = ${organisationId} and id = any(${claimIds}::uuid[])
    order by id for no key update`.execute(tx)
  return new Map(rows.map((row) => [row.claimId, row]))
}

/** The lines of some sendings as they left. */
export async function sentLinesOf(
  tx: Tx,
  organisationId: string,
  submissionIds: string[],
): Promise<Map<string, SentLine[]>> {
  const found = new Map<string, SentLine[]>()
  if (submissionIds.length === 0) return found
  const { rows } = await sql<SentLine & { id: string }>`
    select s.id, line.* from submissions s
    cross join lateral jsonb_to_recordset(s.frozen -> 'lines')
      as line("lineNumber" integer, "controlNumber" text, code text, charge bigint)
    where s.organisation_id = ${organisationId} and s.id = any(${submissionIds}::uuid[])
    order by s.id, line."lineNumber"`.execute(tx)
  for (const { id, ...line } of rows) {
    const lines = found.get(id)
    if (lines === undefined) found.set(id, [line])
    else lines.push(line)
  }
  return found
}
