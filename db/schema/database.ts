import type {
  AttachmentsTable,
  ClaimAuthorisationsTable,
  ClaimEventsTable,
  ClaimLinesTable,
  ClaimReferencesTable,
  ClaimsTable,
  EvidenceTable,
} from './claimsTables.ts'
import type { InterchangeMessagesTable, InterchangesTable, SubmissionsTable } from './deliveryTables.ts'
import type { HeldMatchesTable, MemberCorrectionsTable } from './heldTables.ts'
import type { ClaimWakesTable, DocumentsTable, NoticesTable } from './inboxTables.ts'
import type {
  BankReceiptsTable,
  LedgerEntriesTable,
  LedgerTransactionsTable,
  RemittanceLinesTable,
  RemittancesTable,
} from './moneyTables.ts'
import type {
  AuthorisationsTable,
  ClinicsTable,
  EnrolmentsTable,
  PatientsTable,
  PractitionersTable,
  RatesTable,
  VisitProceduresTable,
  VisitsTable,
} from './practiceTables.ts'
import type {
  ApiKeysTable,
  AuditLogTable,
  ConnectionsTable,
  ControlNumberGapsTable,
  ControlNumbersTable,
  DatabaseIdentityTable,
  FreeControlNumbersTable,
  IdempotencyKeysTable,
  MailboxesTable,
  OperatorLogTable,
  OrganisationsTable,
  ProvidersTable,
  RequestSlotsTable,
  SendFreezesTable,
} from './setupTables.ts'
import type { AttentionItemsTable } from './worklistTables.ts'

export interface Database {
  organisations: OrganisationsTable
  providers: ProvidersTable
  operator_log: OperatorLogTable
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
  control_number_gaps: ControlNumberGapsTable
  database_identity: DatabaseIdentityTable
  send_freezes: SendFreezesTable
  free_control_numbers: FreeControlNumbersTable
  request_slots: RequestSlotsTable
  mailboxes: MailboxesTable
  rates: RatesTable
  claims: ClaimsTable
  claim_lines: ClaimLinesTable
  claim_authorisations: ClaimAuthorisationsTable
  attachments: AttachmentsTable
  evidence: EvidenceTable
  interchanges: InterchangesTable
  interchange_messages: InterchangeMessagesTable
  submissions: SubmissionsTable
  claim_references: ClaimReferencesTable
  documents: DocumentsTable
  notices: NoticesTable
  claim_wakes: ClaimWakesTable
  held_matches: HeldMatchesTable
  member_corrections: MemberCorrectionsTable
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
