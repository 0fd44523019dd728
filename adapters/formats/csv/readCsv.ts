import { parse } from 'csv-parse/sync'
import { foreignArchive, foreignKind } from '../foreignKind.ts'
import { LIMITS, type Table } from '../table/cells.ts'
import { fromWindows1252, isWindows1252 } from '../windows1252.ts'

/**
 * What was agreed about the provider's CSV files. UTF-16 is known by its byte order mark and needs
 * no agreement.
 */
export interface CsvAgreement {
  delimiter: ',' | ';' | '\t'
  charset: 'utf-8' | 'windows-1252'
}

/**
 * CSV (RFC 4180) as rows of text cells. What is cut within quotes, not in the agreed charset or too
 * large cannot be read. Never throws.
 */
export function readCsv(bytes: Uint8Array, { delimiter, charset }: CsvAgreement): Table {
  if (bytes.length > LIMITS.bytes) return refused(`larger than ${LIMITS.bytes} bytes`)
  const foreign = foreignKind(bytes) ?? (isZip(bytes) ? foreignArchive([]) : null)
  if (foreign !== null) return refused(foreign)
  const text = decoded(bytes, charset)
  if (text === null) return refused(notInCharset(bytes, charset))
  if (/(?![\t\n\r])\p{Cc}/u.test(text)) return refused('it has control characters')
  if (text.trim() === '') return refused('it is empty')
  try {
    const rows: string[][] = parse(text, {
      delimiter,
      bom: true,
      relax_column_count: true,
      max_record_size: 100_000,
      to: LIMITS.rows + 1,
    })
    if (rows.length > LIMITS.rows) return refused(`more than ${LIMITS.rows} rows`)
    if (rows.some((row) => row.length > LIMITS.columns)) return refused(`more than ${LIMITS.columns} columns`)
    return {
      ok: true,
      rows: rows.map((row) => row.map((text) => (text.trim() === '' ? null : { kind: 'text', text }))),
    }
  } catch (error) {
    return refused(becauseOf(error))
  }
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4
}

/** Another charset is never guessed, since it may change a name: it is said and can be agreed. */
function notInCharset(bytes: Uint8Array, charset: CsvAgreement['charset']): string {
  const looksLike = charset === 'utf-8' && isWindows1252(bytes)
  return looksLike ? `it is not ${charset}: it looks like windows-1252, which was not agreed` : `it is not ${charset}`
}

function decoded(bytes: Uint8Array, charset: CsvAgreement['charset']): string | null {
  const marked =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : null
  if (marked === null && bom === null && charset === 'windows-1252') return fromWindows1252(bytes)
  try {
    return new TextDecoder(marked ?? bom ?? 'utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** csv-parse's own words quote the file; its codes don't. */
function becauseOf(error: unknown): string {
  const { code, lines } = error as { code?: string; lines?: number }
  return `${String(code ?? 'CSV_UNREADABLE')
    .toLowerCase()
    .replace(/^csv_/, '')
    .replaceAll('_', ' ')} at line ${lines ?? '?'}`
}

function refused(because: string): Table {
  return { ok: false, because }
}
