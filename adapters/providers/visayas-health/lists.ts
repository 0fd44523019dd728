import { readCsv } from '../../formats/csv/readCsv.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
import { type Cell, plainText } from '../../formats/table/cells.ts'
import { readXlsx } from '../../formats/xlsx/readXlsx.ts'

/** One row of a list of theirs, by column. */
export type Row = ReadonlyMap<string, string>

/** A list of theirs: titles, rows, and nothing cut off. */
export type List = { kind: 'list'; columns: string; rows: Row[] } | { kind: 'unreadable'; because: string }

/** Whether a file of a mail is a list, by what it says it is. */
export function isList({ name, mediaType }: MailFile): boolean {
  return /\.(csv|xlsx)$/i.test(name) || mediaType === 'text/csv' || mediaType === XLSX
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * Reads a list, CSV or XLSX. Its first row has the titles, its last one says `END` and how many rows there are between: what was cut anywhere is unreadable as
 * a whole.
 */
export async function readList({ name, mediaType, body }: MailFile): Promise<List> {
  const isBook = /\.xlsx$/i.test(name) || mediaType === XLSX
  const table = isBook ? await readXlsx(body) : readCsv(body, { delimiter: ';', charset: 'utf-8' })
  if (!table.ok) return unreadable(table.because)
  const [titles, ...rows] = table.rows.map((row) => row.map(textOf))
  const end = rows.pop()
  if (titles === undefined || end?.[0] !== 'END') return unreadable('its end is missing')
  if (end[1] !== String(rows.length)) return unreadable('it does not have as many rows as it says')
  if (new Set(titles).size !== titles.length) return unreadable('it has a column twice')
  // A workbook leaves out what is empty at the end of a row; CSV never does.
  if (rows.some((row) => row.length > titles.length || (!isBook && row.length < titles.length)))
    return unreadable('its rows have not as many cells as columns')
  return {
    kind: 'list',
    columns: titles.join(),
    rows: rows.map((row) => new Map(titles.map((title, index) => [title, row[index] ?? '']))),
  }
}

function textOf(cell: Cell | null): string {
  switch (cell?.kind) {
    case undefined:
      return ''
    case 'text':
      return plainText(cell.text.trim())
    case 'number':
      return cell.digits
    case 'day':
      return cell.day
  }
}

function unreadable(because: string): List {
  return { kind: 'unreadable', because }
}
