import { readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import { readXlsx } from '../../../adapters/formats/xlsx/readXlsx.ts'
import type { Reading } from '../report.ts'
import { readTable } from './readTable.ts'

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export async function readXlsxFile(bytes: Uint8Array): Promise<Reading> {
  const table = await readXlsx(bytes)
  if (!table.ok) return { readable: false, mediaType: XLSX, because: `XLSX: ${table.because}` }
  return readTable(table, XLSX)
}

/**
 * Reads CSV with the delimiter that gives the widest first row; UTF-8, or else what Excel on
 * Windows writes.
 */
export function readCsvFile(bytes: Uint8Array): Reading {
  const utf8 = readCsv(bytes, { delimiter: ',', charset: 'utf-8' })
  const charset = !utf8.ok && utf8.because.startsWith('it is not') ? 'windows-1252' : 'utf-8'
  const [best] = ([',', ';', '\t'] as const)
    .map((delimiter) => readCsv(bytes, { delimiter, charset }))
    .map((table) => ({ table, width: table.ok ? Math.max(...table.rows.slice(0, 20).map((row) => row.length)) : 0 }))
    .sort((one, other) => other.width - one.width)
  if (best === undefined || !best.table.ok || best.width < 2) {
    const because = best !== undefined && !best.table.ok ? `${NO_FORMAT} (as CSV: ${best.table.because})` : NO_FORMAT
    return { readable: false, mediaType: 'text/plain', because }
  }
  const reading = readTable(best.table, 'text/csv')
  if (charset === 'windows-1252' && reading.readable)
    reading.transactions[0]?.report.problems.push({
      code: 'malformed',
      where: 'file',
      message: 'not in UTF-8: read as windows-1252, which the two sides must have agreed',
    })
  return reading
}

const NO_FORMAT = 'none of the formats that we read: X12, FHIR JSON, XML of the exchanges, CSV, XLSX, mail'
