import { unzipSync, zipSync } from 'fflate'
import writeXlsxFile from 'write-excel-file/node'
import { exponentOf, formatMinor } from '../../../domain/amounts.ts'
import { lineOf } from '../table/cells.ts'
import type { SheetCell } from '../table/sheet.ts'

export interface Sheet {
  title: string
  /** Column widths in characters. */
  widths: number[]
  /** Row whose cells are titles: bold, and above what scrolls. */
  titleRow: number
  rows: SheetCell[][]
}

/**
 * One sheet as an XLSX workbook. Same sheet, same bytes: the archive's times are fixed, since the
 * library would take the clock's.
 */
export async function writeXlsx({ title, widths, titleRow, rows }: Sheet): Promise<Uint8Array> {
  const data = rows.map((row, index) => row.map((cell) => written(cell, index === titleRow)))
  const bytes = await writeXlsxFile(data, {
    sheet: title,
    columns: widths.map((width) => ({ width })),
    stickyRowsCount: titleRow + 1,
  }).toBuffer()
  return zipSync(unzipSync(bytes), { mtime: new Date(1980, 0, 1) })
}

function written(cell: SheetCell, bold: boolean) {
  const style = bold ? { fontWeight: 'bold' as const, backgroundColor: '#eef2f7' } : {}
  if (cell === null) return null
  // A text cell is never taken for a formula: no `'` in front, which would show.
  if (typeof cell === 'string') return { type: String, value: lineOf(cell), ...style }
  if ('day' in cell) return { type: Date, value: new Date(`${cell.day}T00:00:00Z`), format: 'yyyy-mm-dd', ...style }
  if ('count' in cell) return { type: Number, value: cell.count, ...style }
  const exponent = exponentOf(cell.currency)
  return {
    type: Number,
    // The shortest decimal that means this amount, up to 15 digits; more than any claim has.
    value: Number(formatMinor(cell.amount, cell.currency)),
    format: exponent === 0 ? '#,##0' : `#,##0.${'0'.repeat(exponent)}`,
    ...style,
  }
}
