import { readCsv } from '../../formats/csv/readCsv.ts'
import type { MailFile } from '../../formats/mail/compose.ts'
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
export async function readList({ name, mediaType, body }: MailFile): Promise<CountedRows<string>> {
  const isBook = /\.xlsx$/i.test(name) || mediaType === XLSX
  const table = isBook ? await readXlsx(body) : readCsv(body, { delimiter: ';', charset: 'utf-8' })
  return readCounted(table, { mark: 'END', mayBeShort: isBook })
}
