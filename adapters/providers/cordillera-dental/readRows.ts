import { readCsv } from '../../formats/csv/readCsv.ts'
import { type CountedRow, readCounted } from '../../formats/table/readCounted.ts'
import { type CordilleraColumn, DELIMITER, TRAILER } from './columns.ts'

export type CordilleraRow = CountedRow<CordilleraColumn>

/**
 * A file of theirs that is whole: its titles, its rows, and the total that its trailer states (''
 * where it states none).
 */
export type Rows =
  | { kind: 'rows'; columns: string; rows: CordilleraRow[]; total: string }
  | { kind: 'unreadable'; because: string }

/** Reads a file of theirs: titles, rows, and a trailer with their number and their total. */
export function readRows(body: Uint8Array): Rows {
  const read = readCounted<CordilleraColumn>(readCsv(body, { delimiter: DELIMITER, charset: 'utf-8' }), {
    mark: TRAILER,
    mayBeShort: false,
  })
  if (read.kind === 'unreadable') return read
  const { end, ...file } = read
  const [total = '', ...rest] = end
  return rest.every((cell) => cell === '')
    ? { ...file, total }
    : { kind: 'unreadable', because: 'its trailer holds more than a count and a total' }
}
