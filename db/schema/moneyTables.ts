import type { ColumnType, Generated } from 'kysely'
import type { LedgerAccount, LedgerKind } from '../../domain/money/ledger.ts'
import type { ProviderAdjustment } from '../../domain/money/remittance.ts'
import type { Day, DayOrNull, Json, JsonOrNull, Maybe, Tenant, Time, TimeOrNull } from './columns.ts'

export interface RemittancesTable extends Tenant {
  id: string
  connection_id: string
  document_id: Maybe<string>
  sequence: Generated<number>
  payer: string
  payer_key: string
  trace_number: string
  trace_key: string
  amount: number
  currency: string
  paid_on: Day
  content_sha256: Buffer
  state: 'posted' | 'held' | 'quarantined' | 'duplicate' | 'test' | 'superseded' | 'voided'
  superseded_by: Maybe<string>
  duplicate_of: Maybe<string>
  problem: JsonOrNull<Record<string, unknown>>
  held: JsonOrNull<Record<string, unknown>>
  provider_adjustments: ColumnType<ProviderAdjustment[], string | undefined, string>
  summed: Generated<boolean>
  resource: Maybe<string>
  edition: Maybe<number>
  source: 'document' | 'manual'
  posted_at: Time
  voided_at: TimeOrNull
  voided_by: Maybe<string>
  void_reason: Maybe<string>
}

export interface RemittanceLinesTable extends Tenant {
  remittance_id: string
  sequence: number
  claim_id: Maybe<string>
  submission_number: Maybe<string>
  provider_reference: Maybe<string>
  kind: string
  charged: number
  paid: number
  detail: Json<Record<string, unknown>>
  waits_for: Maybe<string>
  place: JsonOrNull<Record<string, unknown>>
}

export interface BankReceiptsTable extends Tenant {
  id: string
  remittance_id: string
  kind: 'received' | 'bank_fee' | 'withheld_tax' | 'awaiting_rest'
  amount: number
  received_on: DayOrNull
  reference: Maybe<string>
  reason: Maybe<string>
  actor: string
  created_at: Time
  /** The row that this one takes back; its amount is the negative. */
  undoes: Maybe<string>
}

export interface LedgerTransactionsTable extends Tenant {
  id: string
  kind: LedgerKind
  currency: string
  remittance_id: Maybe<string>
  claim_id: Maybe<string>
  actor: string
  reason: Maybe<string>
  idempotency_key: string
  xid: Generated<string>
  posted_at: Time
  /** The transaction that this one takes back. */
  reverses: Maybe<string>
  /** Which program posted it; null: before it was kept. */
  build: Maybe<string>
  adapter_version: Maybe<number>
}

export interface LedgerEntriesTable extends Tenant {
  transaction_id: string
  sequence: number
  claim_id: Maybe<string>
  line_number: Maybe<number>
  remittance_id: Maybe<string>
  account: LedgerAccount
  amount: number
}
