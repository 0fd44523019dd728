import { type Table, textOf } from './cells.ts'

/**
 * One row by its titles; `place` is its row in the file, as a person counts. What is empty is ''.
 */
export interface CountedRow<Column extends string> {
  place: number
  cell(column: Column): string
}

/** A file of rows that is whole. */
export type CountedRows<Column extends string> =
  | {
      kind: 'rows'
      /** The titles, joined by commas. */
      columns: string
      rows: CountedRow<Column>[]
      /** What the last row says behind its count, mostly a total. */
      end: string[]
    }
  | { kind: 'unreadable'; because: string }

/**
 * Reads titles, rows, and a last row that says `mark` and how many rows there are between: what was
 * cut anywhere, also at the end of a row, is unreadable as a whole. With `mayBeShort` a row may
 * lack cells at its end: a workbook leaves out what is empty there, CSV never does.
 */
export function readCounted<Column extends string>(
  table: Table,
  { mark, mayBeShort }: { mark: string; mayBeShort: boolean },
): CountedRows<Column> {
  if (!table.ok) return unreadable(table.because)
  const [titles = [], ...rows] = table.rows.map((row) => row.map((cell) => (cell === null ? '' : textOf(cell))))
  const [found, count, ...end] = rows.pop() ?? []
  if (found !== mark) return unreadable('it is cut: its last row is missing')
  if (count !== String(rows.length)) return unreadable('it has not as many rows as its last row says')
  if (new Set(titles).size !== titles.length) return unreadable('it has a column twice')
  const uneven = rows.findIndex(({ length }) => length > titles.length || (length < titles.length && !mayBeShort))
  if (uneven >= 0) return unreadable(`row ${uneven + 2}: not as many cells as columns`)
  return { kind: 'rows', columns: titles.join(), rows: rows.map((row, index) => rowOf(titles, row, index + 2)), end }
}

function rowOf<Column extends string>(titles: string[], row: string[], place: number): CountedRow<Column> {
  const cells = new Map(titles.map((title, index) => [title, row[index] ?? '']))
  return { place, cell: (column) => cells.get(column) ?? '' }
}

function unreadable(because: string): { kind: 'unreadable'; because: string } {
  return { kind: 'unreadable', because }
}
