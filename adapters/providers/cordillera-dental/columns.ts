/** Between the cells of every file, ours and theirs. */
export const DELIMITER = ','

/**
 * First column of the last row of every file, ours and theirs; then the number of rows, then (where
 * there is money) their total.
 */
export const TRAILER = 'TRL'

/** Each row says whether it is a real claim or a test. */
export const MODES = { production: 'LIVE', test: 'TEST' } as const

/** Our claims, a row for each line. */
export const CLAIM_COLUMNS = [
  'record',
  'mode',
  'account',
  'file_no',
  'submission',
  'purpose',
  'original_claim_no',
  'member_id',
  'plan',
  'relationship',
  'coverage',
  'patient_family',
  'patient_given',
  'patient_born',
  'patient_sex',
  'principal_family',
  'principal_given',
  'clinic',
  'dentist_licence',
  'dentist_accreditation',
  'dentist_family',
  'dentist_given',
  'loa_no',
  'referral_no',
  'diagnoses',
  'note',
  'claim_total',
  'lines',
  'line',
  'line_ref',
  'procedure',
  'service_date',
  'tooth',
  'surfaces',
  'area',
  'quantity',
  'currency',
  'charge',
] as const

/** Their answer to each row of a file of ours. */
export const RESULT_COLUMNS = [
  'record',
  'mode',
  'file_no',
  'submission',
  'line',
  'lines',
  'result',
  'claim_no',
  'code',
  'text',
  'answered_at',
] as const

/** Their decision about each line. */
export const DECISION_COLUMNS = [
  'record',
  'mode',
  'submission',
  'claim_no',
  'line',
  'procedure',
  'decision',
  'charged',
  'payable',
  'cut_1',
  'reason_1',
  'cut_2',
  'reason_2',
  'text',
  'decided_at',
] as const

/** One payment, a row for each line paid and each adjustment of the payment itself. */
export const REMITTANCE_COLUMNS = [
  'record',
  'mode',
  'payment_no',
  'paid_on',
  'currency',
  'kind',
  'submission',
  'claim_no',
  'line_ref',
  'procedure',
  'charged',
  'paid',
  'cut_1',
  'reason_1',
  'cut_2',
  'reason_2',
  'text',
] as const

/** Every column that a file of theirs has: a misspelt one does not compile. */
export type CordilleraColumn =
  | (typeof RESULT_COLUMNS)[number]
  | (typeof DECISION_COLUMNS)[number]
  | (typeof REMITTANCE_COLUMNS)[number]
