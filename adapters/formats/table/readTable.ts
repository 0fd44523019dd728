import { parse } from 'csv-parse/sync'

const LIMITS = { bytes: 5_000_000, rows: 20_000, cells: 100 }

/** A table's rows by column name, all of them texts without blanks around. */
export type ReadTable =
  | { kind: 'table'; columns: string[]; rows: ReadonlyMap<string, string>[] }
  | { kind: 'unreadable'; because: string }

/**
 * Reads a CSV table whose last row is `END` and the number of rows before it: a table that was cut anywhere is unreadable as a whole. Bytes in another
 * charset, rows of another length and control characters are problems, never guessed at.
 */
export function readTable(bytes: Uint8Array): ReadTable {
  if (bytes.length > LIMITS.bytes) return unreadable(`larger than ${LIMITS.bytes} bytes`)
  const text = decoded(bytes)
  if (text === null) return unreadable('it is not UTF-8 text')
  const records = recordsIn(text)
  if (records === null) return unreadable('it is no CSV')
  const [columns, ...rows] = records
  const end = rows.pop()
  if (columns === undefined || end?.[0] !== 'END') return unreadable('its end is missing')
  if (end[1] !== String(rows.length)) return unreadable('it does not have as many rows as it says')
  if (rows.length > LIMITS.rows || columns.length > LIMITS.cells) return unreadable('it is too large')
  if (new Set(columns).size !== columns.length) return unreadable('it has a column twice')
  if (rows.some((row) => row.length !== columns.length)) return unreadable('its rows have not as many cells as columns')
  return {
    kind: 'table',
    columns,
    rows: rows.map((row) => new Map(columns.map((column, index) => [column, row[index] ?? '']))),
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[^\P{Cc}\r\n\t]/u.test(text) ? null : text
  } catch {
    return null
  }
}

function recordsIn(text: string): string[][] | null {
  try {
    return parse(text, {
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      to: LIMITS.rows + 2,
      max_record_size: 100_000,
    })
  } catch {
    return null
  }
}

function unreadable(because: string): ReadTable {
  return { kind: 'unreadable', because }
}
