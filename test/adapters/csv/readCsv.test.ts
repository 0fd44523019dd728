import { describe, expect, it } from 'vitest'
import { type CsvAgreement, readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import { writeCsv } from '../../../adapters/formats/csv/writeCsv.ts'
import { LIMITS } from '../../../adapters/formats/table/cells.ts'

const UTF8: CsvAgreement = { delimiter: ',', charset: 'utf-8' }
const LATIN: CsvAgreement = { delimiter: ';', charset: 'windows-1252' }
const bytes = (text: string) => new TextEncoder().encode(text)
const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** The cells' texts, or why the file cannot be read. */
function read(file: Uint8Array, agreement: CsvAgreement = UTF8): (string | null)[][] | string {
  const table = readCsv(file, agreement)
  if (!table.ok) return table.because
  return table.rows.map((row) => row.map((cell) => (cell?.kind === 'text' ? cell.text : null)))
}

describe('a CSV is read by what was agreed', () => {
  it('in UTF-8 with and without its mark, which is no part of the first cell', () => {
    expect(read(bytes('Zoë,1\r\n'))).toEqual([['Zoë', '1']])
    expect(read(bytes('\ufeffZoë,1\r\n'))).toEqual([['Zoë', '1']])
  })

  it('in UTF-16 of either order, known by its mark alone', () => {
    const text = Buffer.from('\ufeffZoë,1\n', 'utf16le')
    expect(read(new Uint8Array(text))).toEqual([['Zoë', '1']])
    expect(read(new Uint8Array(Buffer.from(text).swap16()))).toEqual([['Zoë', '1']])
  })

  it.each([
    [0xff, 0x41],
    [0x41, 0xfe],
    [0xfe, 0x41],
    [0x41, 0xff],
  ])('half a mark of UTF-16 is none: %i %i', (first, second) => {
    const file = Uint8Array.from([first, second, 0x0a])
    expect(read(file)).toMatch(/^it is not utf-8/)
    expect(read(file, LATIN)).toEqual([[Buffer.from([first, second]).toString('latin1')]])
  })

  it('in windows-1252 where that was agreed, unless the file bears the mark of UTF-8', () => {
    expect(read(latin('Zo\xeb;1\n'), LATIN)).toEqual([['Zoë', '1']])
    expect(read(bytes('\ufeffZoë;1\n'), LATIN)).toEqual([['Zoë', '1']])
  })

  it.each([
    ['\xefAB', 'ïAB'],
    ['A\xbbB', 'A»B'],
    ['AB\xbf', 'AB¿'],
    ['\xef\xbbA', 'ï»A'],
    ['\xefA\xbf', 'ïA¿'],
    ['A\xbb\xbf', 'A»¿'],
  ])('a part of the mark of UTF-8 is text: %s', (written, wanted) => {
    expect(read(latin(written), LATIN)).toEqual([[wanted]])
  })

  it('another charset is said, never guessed', () => {
    expect(read(latin('Zo\xeb,1\n'))).toBe('it is not utf-8: it looks like windows-1252, which was not agreed')
    expect(read(Uint8Array.from([0x41, 0x81, 0x0a]))).toBe('it is not utf-8')
  })

  it('cells of blanks alone are empty, and blanks around a text stay', () => {
    expect(read(bytes('a, ,, b \n'))).toEqual([['a', null, null, ' b ']])
  })
})

describe('a CSV is refused', () => {
  it.each<[string, Uint8Array, string | RegExp]>([
    ['nothing', bytes(''), 'it is empty'],
    ['blanks', bytes(' \r\n \t'), 'it is empty'],
    ['a control character', bytes('a\u0000b\n'), 'it has control characters'],
    ['a cut within quotes', bytes('a,"b\n'), /^quote not closed at line \d+$/],
    ['a quote in a cell', bytes('a,b"c\n'), /^invalid opening quote at line 1$/],
    ['an archive', Uint8Array.from([0x50, 0x4b, 3, 4, 0x41]), /archive|zip|workbook/i],
  ])('%s', (_what, file, because) => {
    const words = read(file)
    if (typeof because === 'string') expect(words).toBe(because)
    else expect(words).toMatch(because)
  })

  it.each(['PK\u0009\u0009', 'PKab', 'Paid', 'xK\n\n'])('but not for beginning like an archive: %j', (text) => {
    expect(Array.isArray(read(bytes(`${text},1`)))).toBe(true)
  })

  it('at its limits of rows and columns, and not before', () => {
    const rows = (count: number) => bytes('a\n'.repeat(count))
    expect(read(rows(LIMITS.rows))).toHaveLength(LIMITS.rows)
    expect(read(rows(LIMITS.rows + 1))).toBe(`more than ${LIMITS.rows} rows`)
    const columns = (count: number) => bytes(`a,b\n${'c,'.repeat(count - 1)}c\n`)
    expect(read(columns(LIMITS.columns))).toHaveLength(2)
    expect(read(columns(LIMITS.columns + 1))).toBe(`more than ${LIMITS.columns} columns`)
  })

  it('above its limit of bytes', () => {
    expect(read(new Uint8Array(LIMITS.bytes + 1).fill(0x20))).toBe(`larger than ${LIMITS.bytes} bytes`)
    expect(read(new Uint8Array(LIMITS.bytes).fill(0x20))).toBe('it is empty')
  })
})

it('what is written is marked UTF-8, one CRLF a row, and has nothing for an empty cell', () => {
  const rows = [
    ['a', null, { count: 2 }],
    [{ amount: 5, currency: 'JPY' }, { amount: 1_005, currency: 'USD' }, { day: '2026-03-02' }],
  ]
  expect(Buffer.from(writeCsv(rows, ';')).toString()).toBe('\ufeffa;;2\r\n5;10.05;2026-03-02\r\n')
})
