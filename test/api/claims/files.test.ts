import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { download } from '../../../api/files/download.ts'
import { cleanName, inspectFile } from '../../../api/files/inspectFile.ts'
import { pdfProblem } from '../../../api/files/pdfProblem.ts'
import { scanPdf } from '../../../api/files/scanPdf.ts'
import { dicom, jpeg, pdf, png } from '../../support/files.ts'

const inspect = (bytes: Buffer, claimed = 'application/octet-stream') => inspectFile(bytes, claimed)

describe('A8 a file is what its content says', () => {
  it.each([
    ['application/pdf', pdf(), 'pdf'],
    ['image/png', png(), 'png'],
    ['image/jpeg', jpeg(), 'jpg'],
    ['application/dicom', dicom(), 'dcm'],
  ])('%s', async (mediaType, bytes, extension) => {
    expect(await inspect(bytes)).toEqual({ kind: 'ok', mediaType, extension })
    expect(await inspect(bytes, `${mediaType}; charset=binary`)).toMatchObject({ kind: 'ok' })
    expect(await inspect(bytes, 'image/gif')).toMatchObject({
      kind: 'refused',
      because: expect.stringContaining(mediaType),
    })
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['a web page', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')],
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')],
    ['a ZIP', Buffer.from('PK\x03\x04\x14\x00\x00\x00\x08\x00', 'latin1')],
    ['a program', Buffer.from('MZ\x90\x00\x03\x00\x00\x00', 'latin1')],
    ['a PNG without its end', png().subarray(0, -6)],
    ['a JPEG without its end', jpeg().subarray(0, -2)],
    ['a PDF without its end', pdf().subarray(0, -10)],
    ['a PNG of 40,000 by 40,000', png(40_000, 40_000)],
    ['a JPEG of 60,000 by 60,000', jpeg(60_000, 60_000)],
  ])('refuses %s', async (_name, bytes) => {
    expect(await inspect(bytes)).toMatchObject({ kind: 'refused' })
  })

  it.each([
    ['a script', pdf('<< /S /JavaScript /JS (app.alert(1)) >>')],
    ['a script with an escaped name', pdf('<< /S /J#61vaScript /J#53 (1) >>')],
    ['a launch action', pdf('<< /S /Launch /F (cmd.exe) >>')],
    ['an embedded file', pdf('<< /Type /EmbeddedFile >>')],
    ['encryption', pdf('<< /Encrypt 5 0 R >>')],
    ['a script behind a stream that never ends', pdf('stream\n << /S /Rendition /JS (1) >>')],
    ['an object stream with an escaped name', packed('<< /S /JavaScript >>', '/Obj#53tm')],
    ['a script in an object stream', packed('<< /S /JavaScript /JS (1) >>')],
    ['a short script name in an object stream', packed('<< /S /Rendition /JS (1) >>')],
    ['an object stream that is a bomb', packed(' '.repeat(9_000_000))],
    ['an object stream that is damaged', pdf('<< /Type /ObjStm /Filter /FlateDecode >>\nstream\nnonsense\nendstream')],
  ])('refuses a PDF with %s', async (_name, bytes) => {
    expect(await inspect(bytes)).toMatchObject({ kind: 'refused', because: expect.stringContaining('PDF') })
  })

  it('takes a PDF with harmless object streams and with noise in its pictures', async () => {
    expect(await inspect(packed('<< /Type /Page >>'))).toMatchObject({ kind: 'ok' })
    expect(await inspect(pdf('<< /Subtype /Image >>\nstream\n\x01/JS\x02\nendstream'))).toMatchObject({ kind: 'ok' })
  })

  it('never throws, whatever the bytes', async () => {
    const heads = [pdf(), png(), jpeg(), dicom()]
    const mutated = fc
      .tuple(fc.constantFrom(...heads), fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 20 }), fc.nat(400))
      .map(([bytes, changes, length]) => {
        const copy = Buffer.from(bytes)
        for (const [at, value] of changes) if (at < copy.length) copy[at] = value
        return copy.subarray(0, length)
      })
    await fc.assert(
      fc.asyncProperty(mutated, async (bytes) => ['ok', 'refused'].includes((await inspect(bytes)).kind)),
      { numRuns: 300 },
    )
  })
})

describe('a name', () => {
  it.each([
    ['x-ray.png', 'x-ray.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\temp\\a.pdf', 'a.pdf'],
    ['a\0b\r\nSet-Cookie: x.pdf', 'abSet-Cookie: x.pdf'],
    ['evil\u202Efdp.exe', 'evilfdp.exe'],
    ['..', 'attachment.pdf'],
    ['', 'attachment.pdf'],
    ['Übersicht 1.pdf', 'Übersicht 1.pdf'],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanName(name, 'pdf')).toBe(clean)
  })
  it('is at most 120 characters and keeps its ending', () => {
    expect(cleanName(`${'a'.repeat(400)}.pdf`, 'pdf')).toMatch(/^a{116}\.pdf$/)
  })
  it('never ends a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const header = download('image/png', cleanName(name, 'png'))['content-disposition'] ?? ''
        return /^attachment; filename="[A-Za-z0-9._ -]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+^_`|~.%-]*$/.test(header)
      }),
    )
  })
})

describe('the price of looking into a PDF', () => {
  /** Counts how often a byte is looked at. */
  const looks = (bytes: Buffer) => {
    let count = 0
    const counted = new Proxy(bytes, {
      get: (target, key) => {
        if (key === 'length') return target.length
        count += 1
        return target[Number(key)]
      },
    })
    scanPdf(counted)
    return count
  }

  it.each([
    ['streams that never end', 'stream\n'],
    ['object streams without data', '/ObjStm '],
    ['object streams one after the other', '/ObjStm stream\n'],
    ['ends without a beginning', 'endstream\n'],
    ['names that are too long', '/JavaScript'],
    ['escapes', '#2f#4a#53'],
    ['half escapes', '#2'],
    ['slashes', '/'],
    ['beginnings of keywords', 'strea'],
    ['nothing', ' '],
  ])('grows with its size and no faster: %s', (_name, piece) => {
    const of = (size: number) => Buffer.from(piece.repeat(size / piece.length))
    const [once, twice] = [looks(of(20_000)), looks(of(40_000))]
    expect(twice / once).toBeLessThan(2.1)
    expect(twice).toBeLessThan(40_000 * 12)
  })

  it('and each object stream is unpacked once', () => {
    const many = Array.from({ length: 300 }, () => '/ObjStm ').join('')
    expect(pdfProblem(packed('<< /Type /Page >>', many))).toBeNull()
    const streams = pdf('/ObjStm stream\n'.repeat(10_001))
    expect(pdfProblem(streams)).toContain('too many object streams')
  })
})

function packed(objects: string, type = '/ObjStm'): Buffer {
  const stream = deflateSync(Buffer.from(objects)).toString('latin1')
  return pdf(`<< /Type ${type} /Filter /FlateDecode /Length ${stream.length} >>\nstream\n${stream}\nendstream`)
}
