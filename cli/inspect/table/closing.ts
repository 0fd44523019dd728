import { type Cell, textOf } from '../../../adapters/formats/table/cells.ts'

type Rows = (Cell | null)[][]

/**
 * First cell of a last row that says how many rows stand between the titles and it, as many HMOs
 * close their files.
 */
const MARKS = ['TRL', 'TRAILER', 'END', 'T']

/**
 * The rows without such a closing row, and how many rows it says there are; null where the file has
 * none.
 */
export function withoutClosing(rows: Rows): { rows: Rows; counted: number | null } {
  const [mark = '', count = ''] = (rows.at(-1) ?? []).map((cell) => (cell === null ? '' : textOf(cell)))
  if (!MARKS.includes(mark.toUpperCase()) || !/^\d{1,9}$/.test(count)) return { rows, counted: null }
  return { rows: rows.slice(0, -1), counted: Number(count) }
}
