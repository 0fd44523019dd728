import type { Statement } from '../statement/statement.ts'
import { STATEMENT_COLUMNS, statementHead, statementRows } from '../statement/statementSheet.ts'
import { writeXlsx } from './writeXlsx.ts'

/** A statement as workbook: whose it is and its total above, then a row for each claim. */
export function statementXlsx(statement: Statement): Promise<Uint8Array> {
  const head = statementHead(statement)
  return writeXlsx({
    title: statement.number,
    widths: STATEMENT_COLUMNS.map(([, width]) => width),
    titleRow: head.length,
    rows: [...head, STATEMENT_COLUMNS.map(([title]) => title), ...statementRows(statement)],
  })
}
