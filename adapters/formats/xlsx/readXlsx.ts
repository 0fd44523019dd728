import { zipSync } from 'fflate'
import readXlsxFile from 'read-excel-file/universal'
import { foreignArchive, foreignKind } from '../foreignKind.ts'
import { type Cell, LIMITS, type Table } from '../table/cells.ts'
import { readZip } from './readZip.ts'

const ZIP_LIMITS = { unpacked: 20_000_000, files: 1_000 } as const

/**
 * The first sheet of a workbook that has any row. Formulas are never computed: what the program
 * that wrote the file has stored as their result counts. Never throws.
 */
export async function readXlsx(bytes: Uint8Array): Promise<Table> {
  if (bytes.length > LIMITS.bytes) return refused(`larger than ${LIMITS.bytes} bytes`)
  const foreign = foreignKind(bytes)
  if (foreign !== null) return refused(foreign)
  const names: string[] = []
  const zip = readZip(bytes, ZIP_LIMITS, (name) => {
    names.push(name)
    return /\.(xml|xml\.rels)$/.test(name)
  })
  if (!zip.ok) return refused(zip.because)
  if (!zip.files.has('xl/workbook.xml')) return refused(`it is no workbook: ${foreignArchive(names)}`)
  for (const [name, file] of zip.files) {
    const because = hostile(name, Buffer.from(file).toString('latin1'))
    if (because !== null) return refused(because)
  }
  // The reader gets an archive that is already unpacked and measured.
  const measured = zipSync(Object.fromEntries(zip.files), { level: 0 })
  try {
    const sheets = await readXlsxFile(new Blob([new Uint8Array(measured)]), { parseNumber: (digits) => ({ digits }) })
    const rows = sheets.find(({ data }) => data.length > 0)?.data ?? []
    if (rows.length === 0) return refused('it is empty')
    return { ok: true, rows: rows.map((row) => row.map(cellOf)) }
  } catch (error) {
    return refused(`not a workbook that can be read (${(error as Error).name})`)
  }
}

/**
 * Entities and addresses far out are refused before anything is parsed: the reader fills every gap
 * up to the last cell, and a single cell in row 1,000,000 would cost gigabytes.
 */
function hostile(name: string, xml: string): string | null {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) return 'a document type declaration in it'
  if (!name.startsWith('xl/worksheets/')) return null
  for (const [, , place = ''] of xml.matchAll(/\sr\s*=\s*(["'])(.*?)\1/g)) {
    const [, letters = '', row = ''] = /^([A-Z]{0,3})(\d{1,7})$/.exec(place) ?? []
    if (row === '') return 'a cell without a proper address'
    if (Number(row) > LIMITS.rows) return `more than ${LIMITS.rows} rows`
    if (columnNumber(letters) > LIMITS.columns) return `more than ${LIMITS.columns} columns`
  }
  return null
}

function columnNumber(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
}

function cellOf(value: unknown): Cell | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return { kind: 'day', day: value.toISOString().slice(0, 10) }
  if (typeof value === 'object' && 'digits' in value) return { kind: 'number', digits: String(value.digits) }
  const text = String(value)
  return text.trim() === '' ? null : { kind: 'text', text }
}

function refused(because: string): Table {
  return { ok: false, because }
}
