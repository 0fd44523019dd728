import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { BatchCalendar } from '../domain/batchCalendar.ts'
import type {
  Address,
  AuthorisationKind,
  ClaimStatus,
  ClosedBecause,
  DeliveryState,
  DocumentKind,
  PaymentStatus,
  Person,
  Purpose,
  Reference,
  RejectedAt,
  Relationship,
  Said,
  Submission,
} from '../domain/claim.ts'
import type { DeadlineKind } from '../domain/deadlines.ts'
import type { Adjustment, ClaimEvent, Fact, LineSettlement } from '../domain/events.ts'

/** timestamptz: read as Date, written as Date or ISO text. */
type Time = ColumnType<Date, Date | string, Date | string>
type TimeOrNull = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** date: read and written as YYYY-MM-DD. */
type Day = string
type DayOrNull = ColumnType<string | null, string | null | undefined, string | null>
type Maybe<T> = ColumnType<T | null, T | null | undefined, T | null>
type Json<T> = ColumnType<T, string, string>
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>

interface Tenant {
  organisation_id: string
}

export interface OrganisationsTable {
  id: string
  name: string
  tax_id: Maybe<string>
  npi: Maybe<string>
  created_at: Generated<Date>
}
export interface ProvidersTable {
  id: string
  adapter_id: string
  name: string
  phone: Maybe<string>
  contact: Maybe<string>
  portal_url: Maybe<string>
  created_at: Generated<Date>
}
export interface ClinicsTable extends Tenant {
  id: string
  external_id: string
  name: string
  npi: Maybe<string>
  phone: Maybe<string>
  address: Json<Address>
  zone: Generated<string>
  version: Generated<number>
}
export type Role = 'owner' | 'admin' | 'billing' | 'practice_app' | 'read_only'
export interface ApiKeysTable extends Tenant {
  id: string
  name: string
  role: Role
  key_hash: Buffer
  created_at: Generated<Date>
  revoked_at: TimeOrNull
}
export interface PractitionersTable extends Tenant {
  id: string
  external_id: string
  version: number
  family: string
  given: string
  npi: Maybe<string>
  licence: Maybe<string>
  accreditations: Json<Record<string, string>>
}
export interface PatientsTable extends Tenant {
  id: string
  external_id: string
  version: number
  family: string
  given: string
  birth_date: Day
  sex: Person['sex']
  address: JsonOrNull<Address>
  phone: Maybe<string>
  search: ColumnType<string, never, never>
}
export interface EnrolmentsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  provider_id: string
  member_id: string
  card_number: Maybe<string>
  plan: Maybe<string>
  group_number: Maybe<string>
  relationship: Relationship
  subscriber: JsonOrNull<Person>
  priority: Generated<'primary' | 'secondary'>
  valid_from: Day
  valid_to: DayOrNull
}
export interface AuthorisationsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  provider_id: string
  kind: AuthorisationKind
  number: string
  issued_on: Day
  valid_until: DayOrNull
  codes: Generated<string[]>
  teeth: Generated<string[]>
  amount: Maybe<number>
  currency: Maybe<string>
  used: Generated<number>
}
export interface Diagnosis {
  system: 'icd-10' | 'icd-10-cm'
  code: string
}
export interface VisitsTable extends Tenant {
  id: string
  external_id: string
  version: number
  patient_id: string
  clinic_id: string
  practitioner_id: string
  visited_on: Day
  status: 'planned' | 'completed' | 'cancelled'
  diagnoses: Json<Diagnosis[]>
  receipts: Generated<number>
  currency: string
}
export interface VisitProceduresTable extends Tenant {
  id: string
  external_id: string
  visit_id: string
  code: string
  tooth: Maybe<string>
  surfaces: Maybe<string>
  area: Maybe<string>
  quantity: Generated<number>
  fee: number
}
export interface ConnectionsTable extends Tenant {
  id: string
  provider_id: string
  mode: 'test' | 'production'
  currency: string
  zone: Generated<string>
  endpoint: Json<Record<string, unknown>>
  settings: Json<Record<string, unknown>>
  secrets: Maybe<Buffer>
  deadlines: ColumnType<Record<string, unknown>, string | undefined, string>
  poll_seconds: Generated<number>
  requests_per_second: Maybe<string>
  enabled: Generated<boolean>
  stopped_because: Maybe<string>
  batch_calendar: ColumnType<BatchCalendar | null, string | null | undefined, string | null>
  created_at: Generated<Date>
}
export interface ControlNumbersTable extends Tenant {
  connection_id: string
  last_number: Generated<number>
}
export interface RequestSlotsTable extends Tenant {
  connection_id: string
  next_free: Time
}
export interface MailboxesTable extends Tenant {
  connection_id: string
  cursor: Maybe<string>
  collected_at: TimeOrNull
  lease_until: TimeOrNull
  attempt: Generated<number>
}
export interface RatesTable extends Tenant {
  id: string
  external_id: string
  version: number
  provider_id: string
  clinic_id: Maybe<string>
  plan: Maybe<string>
  code: string
  amount: number
  currency: string
  valid_from: Day
  valid_to: DayOrNull
}
export interface ClaimsTable extends Tenant {
  id: string
  claim_number: string
  version: Generated<number>
  clinic_id: string
  patient_id: string
  enrolment_id: string
  provider_id: string
  connection_id: string
  practitioner_id: string
  currency: string
  total: number
  service_from: Day
  service_to: Day
  diagnoses: Json<Diagnosis[]>
  note: Maybe<string>
  status: Generated<ClaimStatus>
  payment_status: Generated<PaymentStatus>
  delivery: Maybe<DeliveryState>
  rejected_at: Maybe<RejectedAt>
  state: ColumnType<Record<string, unknown>, string | undefined, string>
  closed_because: Maybe<ClosedBecause>
  purpose: Generated<Purpose>
  replaces_claim_id: Maybe<string>
  lineage_id: string
  imported: Generated<boolean>
  deadline_kind: Maybe<DeadlineKind>
  deadline_starts_at: TimeOrNull
  deadline_due_at: TimeOrNull
  deadline_rung: Generated<number>
  attention: Generated<boolean>
  waiting_for: Maybe<string>
  created_at: Time
  submitted_at: TimeOrNull
  updated_at: Time
  closed_at: TimeOrNull
  created_by: string
}
export interface ClaimLinesTable extends Tenant {
  claim_id: string
  line_number: number
  visit_procedure_id: Maybe<string>
  visit_id: Maybe<string>
  code: string
  service_date: Day
  tooth: Maybe<string>
  surfaces: Maybe<string>
  area: Maybe<string>
  quantity: number
  amount: number
  rate_amount: Maybe<number>
  priced_by: 'rate' | 'override' | 'import'
  price_reason: Maybe<string>
  decision: Maybe<'approved' | 'reduced' | 'denied' | 'pending'>
  payable: Maybe<number>
  adjustments: ColumnType<Adjustment[], string | undefined, string>
  settlement: Maybe<LineSettlement>
}
export interface ClaimAuthorisationsTable extends Tenant {
  claim_id: string
  authorisation_id: string
}
export interface AttachmentsTable extends Tenant {
  id: string
  claim_id: string
  kind: DocumentKind
  media_type: string
  file_name: string
  sha256: Buffer
  size: number
  tooth: Maybe<string>
  captured_on: DayOrNull
  bytes: Buffer
  created_at: Time
}
export interface EvidenceTable extends Tenant {
  id: string
  claim_id: string
  media_type: string
  file_name: string
  sha256: Buffer
  size: number
  bytes: Buffer
  added_by: string
  created_at: Time
}
export interface InterchangesTable extends Tenant {
  id: string
  connection_id: string
  kind: 'submission' | 'inquiry'
  control_number: number
  adapter_version: number
  state: Generated<DeliveryState>
  mark: Maybe<string>
  attempt: Generated<number>
  lease_until: TimeOrNull
  first_sent_at: TimeOrNull
  sent_at: TimeOrNull
  lookups: Generated<number>
  because: Maybe<string>
  leaves_at: TimeOrNull
  joinable: Generated<boolean>
  created_at: Time
}
export interface SubmissionsTable extends Tenant {
  id: string
  claim_id: string
  interchange_id: string
  connection_id: string
  submission_number: string
  purpose: Purpose
  frozen: Json<Submission>
  created_at: Time
}
export interface ClaimReferencesTable extends Tenant {
  connection_id: string
  type: Reference['type']
  value: string
  claim_id: string
  submission_id: Maybe<string>
  learned_at: Time
}
export interface DocumentsTable extends Tenant {
  id: string
  connection_id: string
  direction: 'out' | 'in'
  interchange_id: Maybe<string>
  sequence: Generated<number>
  channel: 'send' | 'push' | 'poll' | 'collect' | 'answer' | 'inspect'
  dedupe_key: string
  head: Json<Record<string, unknown>>
  media_type: Maybe<string>
  body: Buffer
  sha256: Buffer
  delivered: Generated<boolean>
  received_at: Time
  stored_at: Generated<Date>
  processed_at: TimeOrNull
  outcome: Maybe<string>
  attempts: Generated<number>
  reading: Generated<number>
}
export interface NoticesTable extends Tenant {
  id: string
  document_id: Maybe<string>
  sequence: Generated<number>
  connection_id: Maybe<string>
  claim_id: Maybe<string>
  submission_id: Maybe<string>
  remittance_id: Maybe<string>
  source: 'provider' | 'person' | 'ledger' | 'hub'
  event: Json<ClaimEvent>
  actor: Maybe<string>
  act: JsonOrNull<Record<string, unknown>>
  created_at: Generated<Date>
  recorded_at: TimeOrNull
  effect: Maybe<string>
}
export interface ClaimEventsTable extends Tenant {
  id: string
  claim_id: string
  feed: Generated<number>
  xid: Generated<string>
  notice_id: Maybe<string>
  submission_id: Maybe<string>
  type: Fact['type']
  fact: Json<Fact>
  said: ColumnType<Said[], string | undefined, string>
  effect: 'applied' | 'repeat' | 'stale' | 'conflict' | 'noted'
  from_status: ClaimStatus
  to_status: ClaimStatus
  implied: Generated<ClaimStatus[]>
  actor: string
  act: JsonOrNull<Record<string, unknown>>
  happened_at: Time
  recorded_at: Time
}
export interface AttentionItemsTable extends Tenant {
  id: string
  claim_id: Maybe<string>
  connection_id: Maybe<string>
  document_id: Maybe<string>
  remittance_id: Maybe<string>
  interchange_id: Maybe<string>
  visit_id: Maybe<string>
  kind: string
  role: Generated<'billing' | 'owner'>
  dedupe_key: string
  because: string
  created_at: Time
  closed_at: TimeOrNull
  closed_by: Maybe<string>
  closed_because: Maybe<string>
}
export interface RemittancesTable extends Tenant {
  id: string
  connection_id: string
  document_id: Maybe<string>
  sequence: Generated<number>
  payer: string
  trace_number: string
  amount: number
  currency: string
  paid_on: Day
  content_sha256: Buffer
  state: 'posted' | 'quarantined' | 'duplicate' | 'test' | 'superseded'
  superseded_by: Maybe<string>
  problem: JsonOrNull<Record<string, unknown>>
  source: 'document' | 'manual'
  posted_at: Time
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
}
export interface BankReceiptsTable extends Tenant {
  id: string
  remittance_id: string
  kind: 'received' | 'bank_fee' | 'awaiting_rest'
  amount: number
  received_on: DayOrNull
  reference: Maybe<string>
  reason: Maybe<string>
  actor: string
  created_at: Time
}
export type LedgerKind =
  | 'charge'
  | 'decision'
  | 'payment'
  | 'remittance'
  | 'settlement'
  | 'adjustment'
  | 'reversal'
  | 'bank_receipt'
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
}
export type Account =
  | 'charged'
  | 'open'
  | 'paid'
  | 'contractual'
  | 'patient'
  | 'other_payer'
  | 'denied'
  | 'withheld_tax'
  | 'discount'
  | 'bank_fee'
  | 'write_off'
  | 'taken_back'
  | 'remitted'
  | 'allocated'
  | 'suspense'
  | 'provider_adjustment'
  | 'bank'
  | 'in_transit'
export interface LedgerEntriesTable extends Tenant {
  transaction_id: string
  sequence: number
  claim_id: Maybe<string>
  line_number: Maybe<number>
  remittance_id: Maybe<string>
  account: Account
  amount: number
}
export interface IdempotencyKeysTable extends Tenant {
  key: string
  request_sha256: Buffer
  status: Maybe<number>
  response: JsonOrNull<Record<string, unknown>>
  created_at: Generated<Date>
}
export interface AuditLogTable extends Tenant {
  id: string
  actor: string
  action: string
  subject: string
  detail: JSONColumnType<Record<string, unknown>>
  at: Time
}

export interface Database {
  organisations: OrganisationsTable
  providers: ProvidersTable
  clinics: ClinicsTable
  api_keys: ApiKeysTable
  practitioners: PractitionersTable
  patients: PatientsTable
  enrolments: EnrolmentsTable
  authorisations: AuthorisationsTable
  visits: VisitsTable
  visit_procedures: VisitProceduresTable
  connections: ConnectionsTable
  control_numbers: ControlNumbersTable
  request_slots: RequestSlotsTable
  mailboxes: MailboxesTable
  rates: RatesTable
  claims: ClaimsTable
  claim_lines: ClaimLinesTable
  claim_authorisations: ClaimAuthorisationsTable
  attachments: AttachmentsTable
  evidence: EvidenceTable
  interchanges: InterchangesTable
  submissions: SubmissionsTable
  claim_references: ClaimReferencesTable
  documents: DocumentsTable
  notices: NoticesTable
  claim_events: ClaimEventsTable
  attention_items: AttentionItemsTable
  remittances: RemittancesTable
  remittance_lines: RemittanceLinesTable
  bank_receipts: BankReceiptsTable
  ledger_transactions: LedgerTransactionsTable
  ledger_entries: LedgerEntriesTable
  idempotency_keys: IdempotencyKeysTable
  audit_log: AuditLogTable
}
