import type { ProviderFact } from '../../../domain/claims/claimEvents.ts'
import type { CsvAgreement } from '../../formats/csv/readCsv.ts'
import { denialFor } from '../../formats/denialFor.ts'
import type { ColumnSpec } from '../../formats/table/readRecords.ts'
import type { Writing } from '../../formats/table/readValue.ts'
import type { MarkColumn, RemittanceColumns } from '../../formats/table/remittance.ts'

/** How the portal writes its downloads. Source: NOTES.md. */
export const CSV: CsvAgreement = { delimiter: ',', charset: 'utf-8' }
export const WRITING: Omit<Writing, 'currency'> = { decimal: '.', thousands: ',', days: 'YYYY-MM-DD' }

/** Columns that the portal adds when a user has them shown. */
const OF_THE_MEMBER: Record<MarkColumn, ColumnSpec> = {
  patientName: column(['Patient', 'Patient name', 'Member name'], 'text', false),
  birthDate: column(['Birth date', 'Date of birth'], 'day', false),
  memberId: column(['Member number', 'Member ID', 'Card number'], 'text', false),
  serviceDate: column(['Service date', 'Date of service'], 'day', false),
}

/** "Payments": a row for each line of each claim paid. */
export const PAYMENT: RemittanceColumns = {
  submissionNumber: column(['Your reference', 'Submission number'], 'text', true),
  reference: column(['Claim number'], 'text', false),
  line: column(['Line'], 'text', false),
  code: column(['Procedure'], 'text', false),
  charged: column(['Claimed'], 'amount', true),
  paid: column(['Paid'], 'amount', true),
  contractual: column(['Plan discount'], 'amount', false),
  patient: column(['Member share'], 'amount', false),
  denied: column(['Not covered'], 'amount', false),
  reason: column(['Remarks'], 'text', false),
  payment: column(['Check number'], 'text', true),
  paidOn: column(['Check date'], 'day', true),
  ...OF_THE_MEMBER,
}

/** "My claims": a row for each claim, as it stands today. */
export const CLAIM_LIST = {
  submissionNumber: column(['Your reference', 'Submission number'], 'text', true),
  reference: column(['Claim number'], 'text', true),
  status: column(['Status'], 'text', true),
  statusOn: column(['Status date'], 'day', true),
  remarks: column(['Remarks'], 'text', false),
  claimed: column(['Claimed'], 'amount', false),
  ...OF_THE_MEMBER,
}

/** The portal's words for where a claim stands. Any other word is for a person. */
export const STATUSES: Readonly<Record<string, (remarks: string | undefined) => ProviderFact>> = {
  RECEIVED: () => ({ type: 'received' }),
  'IN PROCESS': () => ({ type: 'in_review' }),
  'PENDING DOCUMENTS': (remarks) => ({
    type: 'documents_requested',
    documents: remarks === undefined ? [] : [remarks],
  }),
  RETURNED: () => ({ type: 'rejected_front_end' }),
  APPROVED: () => ({ type: 'decided', outcome: 'approved', lines: [] }),
  DENIED: (remarks) => denialFor(remarks ?? ''),
}

function column(titles: string[], kind: ColumnSpec['kind'], required: boolean): ColumnSpec {
  return { titles, kind, required }
}
