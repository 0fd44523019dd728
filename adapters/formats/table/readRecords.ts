import type { Minor } from '../../../domain/amounts.ts'
import { type Cell, type Table, textOf } from './cells.ts'
import { amountOf, dayOf, looksLikeAmount, type Writing } from './readValue.ts'

/**
 * Where a value stands: the titles that its column may have, matched without regard to case and
 * spaces.
 */
export interface ColumnSpec {
  titles: string[]
  kind: 'text' | 'amount' | 'day'
  /** The column must be there and each row must fill it. */
  required: boolean
}

/**
 * One row; `place` is its 1-based row in the file, as a person counts. What is empty is not there.
 */
export interface RecordRow<K extends string> {
  place: number
  text: Partial<Record<K, string>>
  amount: Partial<Record<K, Minor>>
}

/** A place in the file and what is wrong there; nothing of the file is quoted. */
export interface TableProblem {
  code: 'missing' | 'malformed'
  where: string
  message: string
}

export interface Records<K extends string> {
  rows: RecordRow<K>[]
  problems: TableProblem[]
}

/**
 * The rows below the title row as records. The title row is the first one that has every required
 * title, so letterheads above it do no harm. A value that is not written as agreed is a problem of
 * its cell, never a guess. Days are texts, YYYY-MM-DD.
 */
export function readRecords<K extends string>(
  table: Table & { ok: true },
  columns: Record<K, ColumnSpec>,
  writing: Writing,
): Records<K> {
  const keys = Object.keys(columns) as K[]
  const at = table.rows.findIndex((row) => hasTitles(row, keys, columns))
  if (at < 0) return { rows: [], problems: [noTitles(keys, columns)] }
  const places = new Map(keys.map((key) => [key, columnsOf(table.rows[at] ?? [], columns[key])]))
  const doubled = keys.filter((key) => (places.get(key) ?? []).length > 1)
  if (doubled.length > 0) return { rows: [], problems: doubled.map((key) => twice(at + 1, columns[key])) }
  const problems: TableProblem[] = []
  const rows = table.rows.slice(at + 1).flatMap((cells, index): RecordRow<K>[] => {
    if (cells.every((cell) => cell === null)) return []
    const row: RecordRow<K> = { place: at + index + 2, text: {}, amount: {} }
    for (const key of keys) readCell(row, key, cells[places.get(key)?.[0] ?? -1] ?? null)
    return [row]
  })
  return { rows, problems }

  function readCell(row: RecordRow<K>, key: K, cell: Cell | null): void {
    const { kind, required, titles } = columns[key]
    const where = `row ${row.place}, ${titles[0]}`
    if (cell === null) {
      if (required) problems.push({ code: 'missing', where, message: 'empty' })
      return
    }
    const value = readValue(cell, kind, writing)
    if (value === null) problems.push({ code: 'malformed', where, message: notAsAgreed(cell, kind, writing) })
    else if (typeof value === 'number') row.amount[key] = value
    else row.text[key] = value
  }
}

function readValue(cell: Cell, kind: ColumnSpec['kind'], writing: Writing): string | Minor | null {
  switch (kind) {
    case 'amount':
      return amountOf(cell, writing)
    case 'day':
      return dayOf(cell, writing)
    case 'text':
      return textOf(cell)
  }
}

function notAsAgreed(cell: Cell, kind: ColumnSpec['kind'], writing: Writing): string {
  const looksLike = kind === 'amount' ? looksLikeAmount(cell, writing) : null
  return `no ${kind} as agreed with the provider${looksLike === null ? '' : `: it looks like ${looksLike}`}`
}

function hasTitles<K extends string>(row: (Cell | null)[], keys: K[], columns: Record<K, ColumnSpec>): boolean {
  return keys.every((key) => !columns[key].required || columnsOf(row, columns[key]).length > 0)
}

function columnsOf(row: (Cell | null)[], { titles }: ColumnSpec): number[] {
  const known = titles.map(folded)
  return row.flatMap((cell, index) => (cell !== null && known.includes(folded(textOf(cell))) ? [index] : []))
}

function folded(title: string): string {
  return title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.:_-]+/g, '')
}

function noTitles<K extends string>(keys: K[], columns: Record<K, ColumnSpec>): TableProblem {
  const needed = keys.filter((key) => columns[key].required).map((key) => columns[key].titles[0])
  return { code: 'missing', where: 'title row', message: `no row has the titles ${needed.join(', ')}` }
}

function twice(place: number, { titles }: ColumnSpec): TableProblem {
  return { code: 'malformed', where: `row ${place}, ${titles[0]}`, message: 'the title stands there twice' }
}
