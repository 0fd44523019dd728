import { readCsv } from '../../formats/csv/readCsv.ts'
import { type Column, DELIMITER, TRAILER } from './columns.ts'

/** One row of a file of theirs; `place` is its row in the file, as a person counts. What is empty is ''. */
export interface Row {
  place: number
  cell(column: Column): string
}

/** A file of theirs that is whole: its titles, its rows, and the total that its trailer states ('' where it states none). */
export type Rows =
  | { kind: 'rows'; columns: string; rows: Row[]; total: string }
  | { kind: 'unreadable'; because: string }

/**
 * Reads a file of theirs: titles, rows of as many cells, and a trailer with their number. What was cut anywhere, also at the end of a row, is unreadable as a
 * whole.
 */
export function readRows(body: Uint8Array): Rows {
  const table = readCsv(body, { delimiter: DELIMITER, charset: 'utf-8' })
  if (!table.ok) return unreadable(table.because)
  const texts = table.rows.map((row) => row.map((cell) => (cell?.kind === 'text' ? cell.text.trim() : '')))
  const [titles = [], ...rows] = texts
  const [mark, count, total = '', ...rest] = rows.pop() ?? []
  if (mark !== TRAILER) return unreadable('its trailer is missing: the file is cut')
  if (count !== String(rows.length)) return unreadable('it has not as many rows as its trailer says')
  if (rest.some((cell) => cell !== '')) return unreadable('its trailer holds more than a count and a total')
  const uneven = rows.findIndex((row) => row.length !== titles.length)
  if (uneven >= 0) return unreadable(`row ${uneven + 2}: not as many cells as columns`)
  return { kind: 'rows', columns: titles.join(), rows: rows.map((row, index) => rowOf(titles, row, index + 2)), total }
}

function rowOf(titles: string[], row: string[], place: number): Row {
  const cells = new Map(titles.map((title, index) => [title, row[index] ?? '']))
  return { place, cell: (column) => cells.get(column) ?? '' }
}

function unreadable(because: string): Rows {
  return { kind: 'unreadable', because }
}
