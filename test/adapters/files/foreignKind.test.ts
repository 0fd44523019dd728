import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import { readJson } from '../../../adapters/formats/fhir/readJson.ts'
import { readX12 } from '../../../adapters/formats/x12/segments.ts'
import { readXlsx } from '../../../adapters/formats/xlsx/readXlsx.ts'
import { readXml } from '../../../adapters/formats/xml/read.ts'
import { inspected } from '../../cli/inspect/samples.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const CSV = strToU8('Claim number,Paid\nA,1\n')

/** A compound file (MS-CFB) with a stream of this name, as far as a reader's first look goes. */
function compound(stream: string): Uint8Array {
  const header = Buffer.alloc(1024)
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(header)
  return new Uint8Array(Buffer.concat([header, Buffer.from(`${stream}\0`, 'utf16le'), Buffer.alloc(512)]))
}

/** A zip whose only file is encrypted: bit 0 of its flags (APPNOTE 4.4.4). */
function encryptedZip(): Uint8Array {
  const zip = Buffer.from(zipSync({ 'xl/workbook.xml': strToU8('x') }))
  const entry = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'))
  zip.writeUInt16LE(zip.readUInt16LE(entry + 8) | 1, entry + 8)
  return new Uint8Array(zip)
}

const FOREIGN: [kind: string, file: Uint8Array, because: RegExp][] = [
  ['an old workbook (.xls)', compound('Workbook'), /workbook of the old kind.*saved as \.xlsx or CSV/],
  ['an older workbook (.xls of 1995)', compound('Book'), /workbook of the old kind/],
  ['a bare BIFF stream', latin1('\x09\x08\x10\0\0\x06\x05\0'), /workbook of the old kind/],
  ['an old workbook as seen in the field', fieldBytes('80-xls-biff.xls'), /old kind \(\.xls.*saved as \.xlsx or CSV/],
  ['a workbook with a password', compound('EncryptedPackage'), /protected with a password.*without one/],
  ['an old text document', compound('WordDocument'), /text document/],
  ['gzip', new Uint8Array(gzipSync(CSV)), /packed file \(gzip\): unpack it/],
  ['7z', latin1('7z\xbc\xaf\x27\x1c\0\x04'), /packed file \(7z\): unpack it/],
  ['rar', latin1('Rar!\x1a\x07\x01\0'), /packed file \(rar\): unpack it/],
  ['an empty zip', latin1(`PK\x05\x06${'\0'.repeat(18)}`), /packed file \(zip\): unpack it/],
]
const ARCHIVES: [kind: string, file: Uint8Array, because: RegExp][] = [
  ['a zip of tables', zipSync({ 'list.csv': CSV }), /packed file \(zip\): unpack it/],
  ['a binary workbook', zipSync({ 'xl/workbook.bin': CSV }), /\.xlsb.*saved as \.xlsx or CSV/],
  ['an OpenDocument table', zipSync({ 'content.xml': CSV, mimetype: CSV }), /\.ods.*saved as \.xlsx or CSV/],
  ['a zip with a password', encryptedZip(), /protected with a password/],
]

describe('a file of a kind that nobody reads is named, with what to do', () => {
  it.each(FOREIGN)('%s, by every reader', async (_, file, because) => {
    const table = readCsv(file, { delimiter: ',', charset: 'utf-8' })
    expect(table).toEqual({ ok: false, because: expect.stringMatching(because) })
    expect(await readXlsx(file)).toEqual({ ok: false, because: expect.stringMatching(because) })
    expect(readXml(file)).toEqual({ ok: false, because: expect.stringMatching(because) })
    expect(readJson(file)).toEqual({ ok: false, because: expect.stringMatching(because) })
    expect(readX12(file).problems).toEqual([
      { code: 'malformed', where: 'file', message: expect.stringMatching(because) },
    ])
  })

  it.each([...FOREIGN, ...ARCHIVES])('%s, by inspect', async (_, file, because) => {
    const report = await inspected(file)
    expect(report.readable).toBe(false)
    expect(report.transactions[0]?.problems[0]?.message).toMatch(because)
  })

  it.each(ARCHIVES)('%s, by the reader of workbooks', async (_, file, because) => {
    expect(await readXlsx(file)).toEqual({ ok: false, because: expect.stringMatching(because) })
  })

  it('a zip is named by the reader of CSV too, and a table that begins like one is read', () => {
    const agreement = { delimiter: ',', charset: 'utf-8' } as const
    expect(readCsv(zipSync({ 'list.csv': CSV }), agreement)).toMatchObject({
      ok: false,
      because: expect.stringContaining('packed file (zip)'),
    })
    expect(readCsv(strToU8('PK,BZh,7z\n1,2,3\n'), agreement)).toMatchObject({ ok: true })
  })
})
