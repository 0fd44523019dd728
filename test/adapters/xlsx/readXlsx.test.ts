import { deflateRawSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readXlsx } from '../../../adapters/formats/xlsx/readXlsx.ts'
import { writeXlsx } from '../../../adapters/formats/xlsx/writeXlsx.ts'

const CONTENT = {
  '[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
  'xl/workbook.xml':
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels':
    '<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}

function workbook(sheet: string, level: 0 | 9 = 9): Uint8Array {
  const files = { ...CONTENT, 'xl/worksheets/sheet1.xml': sheet }
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), { level })
}
const cells = (xml: string) => workbook(`<worksheet><sheetData>${xml}</sheetData></worksheet>`)

/** Says that it refuses, and how long that took and what it cost. */
async function refusal(file: Uint8Array): Promise<string> {
  const before = process.memoryUsage().rss
  const table = await readXlsx(file)
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000)
  return table.ok ? `read ${table.rows.length} rows` : table.because
}

describe('a workbook', () => {
  it('gives its numbers as digits and its texts as texts', async () => {
    const file = cells(
      '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c><c r="B1"><v>136.19999999999999</v></c></row>',
    )
    expect(await readXlsx(file)).toEqual({
      ok: true,
      rows: [
        [
          { kind: 'text', text: 'x' },
          { kind: 'number', digits: '136.19999999999999' },
        ],
      ],
    })
  })

  it('H5 of 20 MB in a few bytes is refused before it is unpacked', async () => {
    const bomb = zipSync({ 'xl/workbook.xml': strToU8('x'), 'xl/a.xml': new Uint8Array(400_000_000) }, { level: 9 })
    expect(bomb.length).toBeLessThan(1_000_000)
    expect(await refusal(bomb)).toBe('unpacked it is larger than 20000000 bytes')
  })

  it('H5 that lies about its sizes is refused at the stated size', async () => {
    const honest = Buffer.from(zipSync({ 'xl/workbook.xml': new Uint8Array(50_000_000) }, { level: 9 }))
    const directory = honest.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
    honest.writeUInt32LE(1_000, directory + 24)
    expect(await refusal(honest)).toMatch(/sizes are false|cannot be unpacked/)
  })

  it.each<[string, () => Uint8Array, RegExp]>([
    ['nothing', () => new Uint8Array(), /no zip/],
    ['text', () => strToU8('Name;Amount\n'), /no zip/],
    ['another archive', () => zipSync({ 'a.txt': strToU8('a') }), /no workbook/],
    ['a cut archive', () => cells('<row r="1"/>').slice(0, 300), /no zip/],
    ['an old Excel file', () => new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /old kind \(\.xls/],
    ['a cell far down', () => cells('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'), /rows/],
    ['a cell far right', () => cells('<row r="1"><c r="XFD1"><v>1</v></c></row>'), /columns/],
    ['a cell in disguise', () => cells('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>'), /proper address/],
    [
      'entities',
      () => workbook('<!DOCTYPE a [<!ENTITY x "y">]><worksheet><sheetData/></worksheet>'),
      /document type declaration/,
    ],
    ['no rows', () => cells(''), /empty/],
    ['half a sheet', () => workbook('<worksheet><sheetData><row r="1"><c r="A1"'), /cannot be read|can be read|empty/],
    [
      'too many files',
      () => zipSync(Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`${index}.xml`, strToU8('a')]))),
      /more than 1000 files/,
    ],
    ['raw bytes', () => deflateRawSync(Buffer.from('PK')), /no zip/],
  ])('H5 is not made of %s', async (_what, file, because) => {
    expect(await refusal(file())).toMatch(because)
  })

  it('cut anywhere is refused or the same', async () => {
    const file = await writeXlsx({
      title: 'S',
      widths: [9],
      titleRow: 0,
      rows: [['Paid'], [{ amount: 1, currency: 'PHP' }]],
    })
    for (let length = 0; length < file.length; length += 97) {
      expect((await readXlsx(file.slice(0, length))).ok).toBe(false)
    }
  })
})
