import { stringify } from 'csv-stringify/sync'
import { formatMinor } from '../../../domain/amounts.ts'
import { safeText } from '../table/cells.ts'
import type { SheetCell } from '../table/sheet.ts'

/**
 * Rows as CSV for people and their spreadsheet programs: UTF-8 with a byte order mark, CRLF, texts
 * safe from being taken for formulas.
 */
export function writeCsv(rows: SheetCell[][], delimiter: ',' | ';' = ','): Uint8Array {
  const text = stringify(
    rows.map((row) => row.map(written)),
    { delimiter, bom: true, record_delimiter: 'windows' },
  )
  return new TextEncoder().encode(text)
}

function written(cell: SheetCell): string {
  if (cell === null) return ''
  if (typeof cell === 'string') return safeText(cell)
  if ('day' in cell) return cell.day
  return 'amount' in cell ? formatMinor(cell.amount, cell.currency) : String(cell.count)
}
