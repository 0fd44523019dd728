import { localDay } from '../localDay.ts'
import type { SheetCell } from '../table/sheet.ts'
import { asksForMoney, type Statement, type StatementRow } from './statement.ts'

/**
 * Titles of a statement's columns in CSV and XLSX, in their order, with their widths in characters.
 */
export const STATEMENT_COLUMNS: readonly (readonly [title: string, width: number])[] = [
  ['Statement', 13],
  ['No.', 5],
  ['Submission number', 20],
  ['Claim', 16],
  ['Purpose', 13],
  ['Family name', 20],
  ['Given name', 20],
  ['Member number', 18],
  ['From', 12],
  ['To', 12],
  ['Lines', 6],
  ['Files', 6],
  ['Currency', 9],
  ['Amount', 14],
  ['Claimed', 14],
]

/**
 * A row for each claim. `Amount` is what the claim comes to, `Claimed` what is asked for with it:
 * their difference are withdrawals and later papers.
 */
export function statementRows(statement: Statement): SheetCell[][] {
  return statement.rows.map((row, index) => rowOf(statement, row, index + 1))
}

/** What stands above the table in a workbook. */
export function statementHead(statement: Statement): SheetCell[][] {
  const { number, letterhead, practice, rows, currency, total, branches, payee, preparedBy, dueOn } = statement
  const { provider, now, zone, mode } = letterhead
  return [
    ['Statement of account', number],
    ['To', provider],
    ['From', practice.name],
    ['Branch', branches.join(', ')],
    ['Made on', { day: localDay(now, zone) }],
    ...(dueOn === null ? [] : [['Payment due', { day: dueOn }]]),
    ...(preparedBy.length === 0 ? [] : [['Prepared by', preparedBy.join(', ')]]),
    ['Payee', payee.name],
    ...(payee.bank === undefined
      ? []
      : [['Bank', [payee.bank.name, payee.bank.account, payee.bank.code].filter(Boolean).join(', ')]]),
    ['Claims', { count: rows.length }],
    [`Total claimed ${currency}`, { amount: total, currency }],
    ...(mode === 'test' ? [['TEST', 'not for payment']] : []),
    [],
  ]
}

function rowOf({ number, currency }: Statement, row: StatementRow, place: number): SheetCell[] {
  return [
    number,
    { count: place },
    row.submissionNumber,
    row.claimNumber,
    row.purpose,
    row.patient.family,
    row.patient.given,
    row.memberId,
    { day: row.from },
    { day: row.to },
    { count: row.lines },
    { count: row.files },
    currency,
    { amount: row.amount, currency },
    { amount: asksForMoney(row) ? row.amount : 0, currency },
  ]
}
