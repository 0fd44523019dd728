import { readCsv } from '../../formats/csv/readCsv.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
import { type Table, textOf } from '../../formats/table/cells.ts'
import { type CountedRow, type CountedRows, readCounted } from '../../formats/table/readCounted.ts'
import { readXlsx } from '../../formats/xlsx/readXlsx.ts'

/** One row of a list of theirs, by column. */
export type VisayasRow = CountedRow<string>

/** Whether a file of a mail is a list, by what it says it is. */
export function isList({ name, mediaType }: MailFile): boolean {
  return /\.(csv|xlsx)$/i.test(name) || mediaType === 'text/csv' || mediaType === XLSX
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Reads a list, CSV or XLSX: titles, rows, and a last row `END` with their number. */
export async function readList(file: MailFile): Promise<CountedRows<string>> {
  return readCounted(await tableOf(file), { mark: 'END', mayBeShort: isBook(file) })
}

/** The titles of a list, joined by commas; null where it cannot be read as a table at all. */
export async function titlesOf(file: MailFile): Promise<string | null> {
  const table = await tableOf(file)
  return table.ok ? (table.rows[0] ?? []).map((cell) => (cell === null ? '' : textOf(cell))).join() : null
}

function tableOf(file: MailFile): Promise<Table> | Table {
  return isBook(file) ? readXlsx(file.body) : readCsv(file.body, { delimiter: ';', charset: 'utf-8' })
}

function isBook({ name, mediaType }: MailFile): boolean {
  return /\.xlsx$/i.test(name) || mediaType === XLSX
}
