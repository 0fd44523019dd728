import { sql } from 'kysely'
import type { ClaimStatus, ClosedBecause } from '../../domain/claim.ts'
import type { Held } from '../../domain/money/identity/held.ts'
import { payerKey, traceKey } from '../../domain/money/identity/keys.ts'
import type { Remittance } from '../../domain/money/remittance.ts'
import type { PlacedClaim, SentLine } from '../../domain/money/remittanceLines.ts'
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
  rule:
    | 'line-balance'
    | 'claim-balance'
    | 'payment-balance'
    | 'amount-range'
    | 'currency'
    | 'claim-evidence'
    | 'payment-date'
  where: string
  /**
   * What the document says less what it adds up to, minor units; null where amounts were not
   * compared.
   */
  difference: number | null
}

/** What became of a remittance, as its row says it. */
export interface RowState {
  state: RemittancesTable['state']
  problem?: Quarantined
  held?: Held
  duplicateOf?: string
}

/** Writes the remittance's own row. Answers its id. */
export async function insertRemittance(
  tx: Tx,
  arrived: ArrivedRemittance,
  row: RowState & Pick<RemittancesTable, 'source'>,
): Promise<string> {
  const id = newId()
  await tx
    .insertInto('remittances')
    .values({
      organisation_id: arrived.organisationId,
      id,
      connection_id: arrived.connectionId,
      document_id: arrived.documentId,
      sequence: arrived.sequence,
      source: row.source,
      ...remittanceColumns(arrived, row),
    })
    .execute()
  return id
}

/** What a remittance says and what became of it, as columns of its row. */
export function remittanceColumns({ remittance, contentSha256, now }: ArrivedRemittance, row: RowState) {
  const { payer, traceNumber, amount, currency, paidOn, providerAdjustments, summed, edition } = remittance
  return {
    payer,
    payer_key: payerKey(payer),
    trace_number: traceNumber,
    trace_key: traceKey(traceNumber),
    amount,
    currency,
    paid_on: paidOn,
    content_sha256: contentSha256,
    provider_adjustments: JSON.stringify(providerAdjustments),
    summed: summed ?? false,
    resource: edition?.resource ?? null,
    edition: edition?.version ?? null,
    state: row.state,
    problem: row.problem === undefined ? null : JSON.stringify(row.problem),
    held: row.held === undefined ? null : JSON.stringify(row.held),
    duplicate_of: row.duplicateOf ?? null,
    posted_at: now,
  }
}

const CHUNK = 2_000

/**
 * Keeps every claim of the remittance as it was stated; `claimIds` says whose money it became, null
 * where it waits in suspense. `waits` are the places of those whose claim is known.
 */
export async function insertRemittanceLines(
  tx: Tx,
  { organisationId, remittance: { claims }, remittanceId }: StoredRemittance,
  claimIds: (string | null)[],
  waits: ReadonlyMap<number, PlacedClaim> = new Map(),
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
      waits_for: waits.get(from + index)?.claimId ?? null,
      place: waits.get(from + index) ?? null,
    }))
    await pipelined(
      tx,
      sql`
      insert into remittance_lines (organisation_id, remittance_id, sequence, claim_id, submission_number, provider_reference, kind, charged, paid, detail, waits_for, place)
      select ${organisationId}::uuid, ${remittanceId}::uuid, r.*
      from json_to_recordset(${JSON.stringify(rows)}::json) as r(sequence integer, claim_id uuid, submission_number text,
        provider_reference text, kind text, charged bigint, paid bigint, detail jsonb, waits_for uuid, place jsonb)`,
    )
  }
}

export interface PayableClaim {
  claimId: string
  /** A correction and what it corrects are one lineage. */
  lineageId: string
  claimNumber: string
  connectionId: string
  currency: string
  status: ClaimStatus
  closed: ClosedBecause | null
  /** Sent as to the second of two payers. */
  secondary: boolean
  /** A line of an earlier remittance waits in suspense for what arrives for the claim. */
  awaited: boolean
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
    select id as "claimId", lineage_id as "lineageId", claim_number as "claimNumber", connection_id as "connectionId", currency, status,
      closed_because as closed, service_from::text as "serviceFrom",
      exists (select from enrolments e where e.organisation_id = claims.organisation_id and e.id = claims.enrolment_id
        and e.priority = 'secondary') as secondary,
      exists (select from remittance_lines l where l.organisation_id = claims.organisation_id and l.waits_for = claims.id
        and l.claim_id is null) as awaited
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
      as line("lineNumber" integer, "controlNumber" text, code text, charge bigint, "serviceDate" text)
    where s.organisation_id = ${organisationId} and s.id = any(${submissionIds}::uuid[])
    order by s.id, line."lineNumber"`.execute(tx)
  for (const { id, ...line } of rows) {
    const lines = found.get(id)
    if (lines === undefined) found.set(id, [line])
    else lines.push(line)
  }
  return found
}
