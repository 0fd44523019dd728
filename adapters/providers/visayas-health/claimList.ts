import { sum } from '../../../domain/amounts.ts'
import type { Submission } from '../../../domain/claim.ts'
import { FormatRefusal } from '../../../domain/claims/formatRefusal.ts'
import { inFdiWords } from '../../../domain/practice/tooth.ts'
import { writeCsv } from '../../formats/csv/writeCsv.ts'
import type { SheetCell } from '../../formats/table/sheet.ts'

/** One row a line; Visayas reads the list into its system (NOTES.md). */
const COLUMNS = [
  'use',
  'account',
  'submission',
  'purpose',
  'their_claim',
  'our_original',
  'member',
  'family',
  'given',
  'born',
  'line',
  'code',
  'tooth',
  'surfaces',
  'area',
  'date',
  'quantity',
  'charge',
  'claim_total',
  'currency',
] as const

/**
 * Whether these titles, joined by commas, are those of a list of ours, also of a shortened copy.
 */
export function isOurList(titles: string): boolean {
  const [first, ...others] = titles.split(',')
  return first === COLUMNS[0] && others.length > 0 && others.every((title) => COLUMNS.some((own) => own === title))
}

/**
 * The claims of a mail as CSV: what the forms say, for a program. Throws when a claim's lines don't
 * add up to its total.
 */
export function claimList(submissions: Submission[], account: string, mode: 'test' | 'production'): Uint8Array {
  return writeCsv(
    [
      [...COLUMNS],
      ...submissions.flatMap((submission) => rowsOf(submission, account, mode)),
      ['END', { count: sum(submissions.map(({ lines }) => lines.length)) }],
    ],
    ';',
  )
}

function rowsOf(submission: Submission, account: string, mode: 'test' | 'production'): SheetCell[][] {
  const { currency, lines, patient, total } = submission
  if (sum(lines.map((line) => line.charge)) !== total || lines.some((line) => line.charge < 0))
    throw new FormatRefusal(`submission ${submission.submissionNumber}`, 'its lines do not add up to its total')
  return lines.map((line) => [
    mode === 'test' ? 'TEST' : 'LIVE',
    account,
    submission.submissionNumber,
    submission.purpose.toUpperCase(),
    submission.originalReference ?? '',
    submission.originalSubmissionNumber ?? '',
    submission.enrolment.memberId,
    patient.family,
    patient.given,
    patient.birthDate,
    { count: line.lineNumber },
    line.code,
    line.tooth === undefined ? '' : (inFdiWords(line.tooth) ?? ''),
    line.surfaces ?? '',
    line.area ?? '',
    line.serviceDate,
    { count: line.quantity },
    { amount: line.charge, currency },
    { amount: total, currency },
    currency,
  ])
}
