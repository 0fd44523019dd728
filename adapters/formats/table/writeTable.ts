import { stringify } from 'csv-stringify/sync'

/** A table as CSV (RFC 4180), UTF-8. What a spreadsheet would run as a formula is written as text; control characters are blanks. */
export function writeTable(columns: readonly string[], rows: string[][]): Uint8Array {
  const text = stringify([[...columns], ...rows.map((row) => row.map(plain))], { record_delimiter: '\r\n' })
  return new TextEncoder().encode(text)
}

/** Numbers stay numbers: only what begins like a formula and is none gets the apostrophe that spreadsheets take for "text". */
function plain(cell: string): string {
  const text = cell.replace(/\p{Cc}/gu, ' ')
  return /^[=+\-@]/.test(text) && !/^-\d+(\.\d+)?$/.test(text) ? `'${text}` : text
}
