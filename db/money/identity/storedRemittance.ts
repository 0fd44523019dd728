import { sql } from 'kysely'
import type { Held } from '../../../domain/money/identity/held.ts'
import type { ProviderAdjustment, Remittance, RemittanceClaim } from '../../../domain/money/remittance.ts'
import type { Tx } from '../../connect.ts'
import type { RemittancesTable } from '../../schema/moneyTables.ts'

/** A remittance as it is kept, whatever became of it. */
export interface KeptRemittance {
  remittanceId: string
  connectionId: string
  providerId: string
  documentId: string | null
  sequence: number
  contentSha256: Buffer
  state: RemittancesTable['state']
  source: RemittancesTable['source']
  payerKey: string
  edition: number | null
  /** Null unless it is held. */
  held: Held | null
  remittance: Remittance
}

/**
 * Remittances with everything they say of claims, in the order of their ids. `locked`: nobody else
 * changes their state until the transaction ends.
 */
export async function keptRemittances(
  tx: Tx,
  organisationId: string,
  remittanceIds: string[],
  { locked }: { locked: boolean },
): Promise<KeptRemittance[]> {
  if (remittanceIds.length === 0) return []
  const { rows } = await sql<Row>`
    select r.id, r.connection_id, n.provider_id, r.document_id, r.sequence, r.content_sha256, r.state, r.source, r.payer, r.payer_key,
      r.edition, r.held, r.trace_number, r.paid_on, r.currency, r.amount, r.summed, r.provider_adjustments
    from remittances r join connections n on n.organisation_id = r.organisation_id and n.id = r.connection_id
    where r.organisation_id = ${organisationId} and r.id = any(${remittanceIds}::uuid[])
    order by r.id ${locked ? sql`for update of r` : sql``}`.execute(tx)
  const { rows: lines } = await sql<{ remittance_id: string; detail: RemittanceClaim }>`
    select remittance_id, detail from remittance_lines
    where organisation_id = ${organisationId} and remittance_id = any(${remittanceIds}::uuid[])
    order by remittance_id, sequence`.execute(tx)
  const claims = new Map<string, RemittanceClaim[]>(rows.map(({ id }) => [id, []]))
  for (const { remittance_id, detail } of lines) claims.get(remittance_id)?.push(detail)
  return rows.map((row) => keptOf(row, claims.get(row.id) ?? []))
}

interface Row {
  id: string
  connection_id: string
  provider_id: string
  document_id: string | null
  sequence: number
  content_sha256: Buffer
  state: RemittancesTable['state']
  source: RemittancesTable['source']
  payer: string
  payer_key: string
  edition: number | null
  held: Held | null
  trace_number: string
  paid_on: string
  currency: string
  amount: number
  summed: boolean
  provider_adjustments: ProviderAdjustment[]
}

function keptOf(row: Row, claims: RemittanceClaim[]): KeptRemittance {
  return {
    remittanceId: row.id,
    connectionId: row.connection_id,
    providerId: row.provider_id,
    documentId: row.document_id,
    sequence: row.sequence,
    contentSha256: row.content_sha256,
    state: row.state,
    source: row.source,
    payerKey: row.payer_key,
    edition: row.edition,
    held: row.state === 'held' ? row.held : null,
    remittance: {
      payer: row.payer,
      traceNumber: row.trace_number,
      paidOn: row.paid_on,
      currency: row.currency,
      amount: row.amount,
      claims,
      providerAdjustments: row.provider_adjustments,
      said: [],
      ...(row.summed ? { summed: true as const } : {}),
    },
  }
}
