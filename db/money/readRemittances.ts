import { sql } from 'kysely'
import type { ClaimStatus } from '../../domain/claim.ts'
import type { Held } from '../../domain/money/identity/held.ts'
import type { RemittanceClaim } from '../../domain/money/remittance.ts'
import type { Tx } from '../connect.ts'
import type { RemittancesTable } from '../schema/moneyTables.ts'
import { type BankPosition, bankPosition } from './bank/bankPosition.ts'
import type { Quarantined } from './remittanceRows.ts'

export interface RemittanceFilter {
  organisationId: string
  state?: RemittancesTable['state'] | undefined
  providerId?: string | undefined
  connectionId?: string | undefined
  traceNumber?: string | undefined
  /** Only those with a line of this claim. */
  claimId?: string | undefined
  /** The last remittance of the page before. */
  after?: string | undefined
  limit: number
}

export interface RemittanceSummary {
  remittanceId: string
  connectionId: string
  providerId: string
  state: RemittancesTable['state']
  source: RemittancesTable['source']
  payer: string
  traceNumber: string
  paidOn: string
  amount: number
  currency: string
  /** What kept it out of the ledger; null unless it is quarantined. */
  problem: Quarantined | null
  /** Why it waits for a person, and beside what; null unless it is held. */
  held: Held | null
  /** The remittance that this one repeats; null unless it is a duplicate. */
  duplicateOf: string | null
  /** The corrected remittance that took its place. */
  supersededBy: string | null
  voided: { at: string; by: string; reason: string } | null
  documentId: string | null
  recordedAt: string
}

/** Remittances, newest first. */
export async function listRemittances(tx: Tx, filter: RemittanceFilter): Promise<RemittanceSummary[]> {
  let query = summaries(tx, filter.organisationId).orderBy('r.id', 'desc').limit(filter.limit)
  if (filter.state !== undefined) query = query.where('r.state', '=', filter.state)
  if (filter.providerId !== undefined) query = query.where('n.provider_id', '=', filter.providerId)
  if (filter.connectionId !== undefined) query = query.where('r.connection_id', '=', filter.connectionId)
  if (filter.traceNumber !== undefined) query = query.where('r.trace_number', '=', filter.traceNumber)
  if (filter.after !== undefined) query = query.where('r.id', '<', filter.after)
  if (filter.claimId !== undefined) {
    query = query.where(
      sql<boolean>`exists (select from remittance_lines l where l.organisation_id = r.organisation_id and l.remittance_id = r.id
        and l.claim_id = ${filter.claimId})`,
    )
  }
  return (await query.execute()).map(summaryOf)
}

/**
 * Where a remittance's money is now, minor units: amount = allocated + suspense −
 * providerAdjustments.
 */
interface Money {
  /** With claims. */
  allocated: number
  /** With nobody yet. */
  suspense: number
  /** What the provider kept back for reasons of its own; below zero: what it added. */
  providerAdjustments: number
}

export interface RemittanceDetail extends RemittanceSummary {
  /** Null where nothing was posted. */
  money: Money | null
  /** Null while nobody has recorded what came to the bank. */
  bank: BankPosition | null
}

/** One remittance; null when the organisation has no such one. */
export async function remittanceOf(
  tx: Tx,
  organisationId: string,
  remittanceId: string,
): Promise<RemittanceDetail | null> {
  const row = await summaries(tx, organisationId).where('r.id', '=', remittanceId).executeTakeFirst()
  if (row === undefined) return null
  const summary = summaryOf(row)
  return {
    ...summary,
    money: row.state === 'posted' ? await moneyOf(tx, organisationId, summary) : null,
    bank: await bankPosition(tx, organisationId, remittanceId, row.amount),
  }
}

export interface RemittanceLineShown {
  sequence: number
  kind: RemittanceClaim['kind']
  claim: { claimId: string; claimNumber: string; status: ClaimStatus } | null
  suspended: boolean
  submissionNumber: string | null
  providerReference: string | null
  charged: number
  paid: number
  patientResponsibility: number | null
  adjustments: RemittanceClaim['adjustments']
  lines: RemittanceClaim['lines']
}

/** What a remittance says of each claim, in its order, behind `after`. */
export async function remittanceLines(
  tx: Tx,
  {
    organisationId,
    remittanceId,
    after,
    limit,
  }: { organisationId: string; remittanceId: string; after: number; limit: number },
): Promise<RemittanceLineShown[]> {
  const { rows } = await sql<
    Omit<RemittanceLineShown, 'patientResponsibility' | 'adjustments' | 'lines'> & { detail: RemittanceClaim }
  >`
    select l.sequence, l.kind, l.submission_number as "submissionNumber", l.provider_reference as "providerReference", l.charged, l.paid, l.detail,
      (r.state = 'posted' and l.claim_id is null and l.kind <> 'not_ours') as suspended,
      case when c.id is not null then jsonb_build_object('claimId', c.id, 'claimNumber', c.claim_number, 'status', c.status) end as claim
    from remittance_lines l
    join remittances r on r.organisation_id = l.organisation_id and r.id = l.remittance_id
    left join claims c on c.organisation_id = l.organisation_id and c.id = l.claim_id
    where l.organisation_id = ${organisationId} and l.remittance_id = ${remittanceId} and l.sequence > ${after}
    order by l.sequence limit ${limit}`.execute(tx)
  return rows.map(({ detail, ...row }) => ({
    ...row,
    patientResponsibility: detail.patientResponsibility,
    adjustments: detail.adjustments,
    lines: detail.lines,
  }))
}

function summaries(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('remittances as r')
    .innerJoin('connections as n', (join) =>
      join.onRef('n.organisation_id', '=', 'r.organisation_id').onRef('n.id', '=', 'r.connection_id'),
    )
    .select([
      'r.id as remittanceId',
      'r.connection_id as connectionId',
      'n.provider_id as providerId',
      'r.state',
      'r.source',
      'r.payer',
      'r.trace_number as traceNumber',
      'r.paid_on as paidOn',
      'r.amount',
      'r.currency',
      'r.problem',
      'r.held',
      'r.duplicate_of as duplicateOf',
      'r.superseded_by as supersededBy',
      'r.document_id as documentId',
      'r.posted_at as recordedAt',
      'r.voided_at',
      'r.voided_by',
      'r.void_reason',
    ])
    .where('r.organisation_id', '=', organisationId)
}

function summaryOf(
  row: Omit<RemittanceSummary, 'problem' | 'held' | 'recordedAt' | 'voided'> & {
    problem: Record<string, unknown> | null
    held: unknown
    recordedAt: Date
    voided_at: Date | null
    voided_by: string | null
    void_reason: string | null
  },
): RemittanceSummary {
  const { voided_at, voided_by, void_reason, recordedAt, ...rest } = row
  const voided =
    voided_at === null ? null : { at: voided_at.toISOString(), by: voided_by ?? '', reason: void_reason ?? '' }
  // remittanceRows.ts is the only writer of `problem` and `held`.
  const [problem, held] = [row.problem as Quarantined | null, row.held as Held | null]
  const kept = { problem, held: row.state === 'held' ? held : null }
  return { ...rest, ...kept, recordedAt: recordedAt.toISOString(), voided }
}

/**
 * From the lines, which say of each amount whether it found its claim; the ledger has no index by
 * remittance, and the same sums.
 */
async function moneyOf(tx: Tx, organisationId: string, { remittanceId, amount }: RemittanceSummary): Promise<Money> {
  const { rows } = await sql<{ allocated: number; suspense: number }>`
    select coalesce(sum(paid) filter (where claim_id is not null), 0)::bigint as allocated,
      coalesce(sum(paid) filter (where claim_id is null), 0)::bigint as suspense
    from remittance_lines where organisation_id = ${organisationId} and remittance_id = ${remittanceId}`.execute(tx)
  const { allocated = 0, suspense = 0 } = rows[0] ?? {}
  return { allocated, suspense, providerAdjustments: allocated + suspense - amount }
}
