import type { Statement } from '../statement/statement.ts'
import { STATEMENT_COLUMNS, statementRows } from '../statement/statementSheet.ts'
import { writeCsv } from './writeCsv.ts'

/**
 * A statement for machines and spreadsheets: a title row and a row for each claim, amounts plain
 * with a point.
 */
export function statementCsv(statement: Statement): Uint8Array {
  return writeCsv([STATEMENT_COLUMNS.map(([title]) => title), ...statementRows(statement)])
}
