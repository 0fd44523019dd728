import type { ColumnSpec } from '../../../adapters/formats/table/readRecords.ts'

/**
 * The titles under which HMOs' spreadsheets give their columns, as far as they are known; a column
 * that nobody knows is passed over.
 */
const TITLES = {
  submissionNumber: [
    'Submission number',
    'Submission',
    'Claim ID',
    'Our number',
    'Patient control number',
    'PCN',
    'Your reference',
    'Clinic reference',
    'Invoice number',
  ],
  reference: [
    'Reference',
    'Claim number',
    'Payer claim number',
    'HMO claim number',
    'Provider reference',
    'ICN',
    'Claim no',
  ],
  line: ['Line', 'Line number', 'Line no'],
  code: ['Code', 'Procedure', 'Procedure code', 'Service code', 'CDT'],
  charged: [
    'Charged',
    'Billed',
    'Charge',
    'Amount',
    'Claimed',
    'Billed amount',
    'Amount billed',
    'Claim amount',
    'Submitted',
    'Gross',
  ],
  paid: ['Paid', 'Amount paid', 'Paid amount', 'Payment amount', 'Net paid', 'Approved amount'],
  contractual: ['Contractual', 'Discount', 'Write-off', 'Adjustment'],
  patient: ['Patient', 'Patient share', 'Patient responsibility', 'Copay', 'Co-pay', 'Member share'],
  denied: ['Denied', 'Disallowed', 'Not covered', 'Rejected amount', 'Denied amount'],
  reason: ['Reason', 'Remarks', 'Remark', 'Denial reason', 'Denial code'],
  payment: [
    'Payment',
    'Payment number',
    'Check number',
    'Cheque number',
    'EFT number',
    'Payment reference',
    'Trace number',
  ],
  paidOn: ['Paid on', 'Payment date', 'Date paid', 'Settlement date'],
  currency: ['Currency'],
  status: ['Status', 'Decision', 'Result'],
  purpose: ['Purpose'],
} as const
export type SheetColumn = keyof typeof TITLES

const AMOUNTS = new Set<SheetColumn>(['charged', 'paid', 'contractual', 'patient', 'denied'])

/**
 * What each column holds; `required` are those without which the table is not of this kind. Days
 * stay text: how they are written is not known.
 */
export function columns(required: readonly SheetColumn[]): Record<SheetColumn, ColumnSpec> {
  const specs = Object.entries(TITLES).map(([name, titles]) => {
    const column = name as SheetColumn
    return [
      column,
      { titles: [...titles], kind: AMOUNTS.has(column) ? 'amount' : 'text', required: required.includes(column) },
    ]
  })
  return Object.fromEntries(specs) as Record<SheetColumn, ColumnSpec>
}
