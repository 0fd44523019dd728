import { deflateSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { dicom, jpeg, pdf, png } from '../support/files.ts'

/** A file that somebody made to harm its reader, or to pass for something else. */
export interface HostileFile {
  name: string
  bytes: () => Uint8Array
}

/** An attachment, with what its sender says that it is. */
export interface HostileUpload extends HostileFile {
  claimed: string
}

const ANY = 'application/octet-stream'
const text = (words: string) => Buffer.from(words, 'latin1')
const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, body]) => [name, text(body)])))

/** Compressed in a stream of objects, where a naive reader does not look. */
function objectStream(objects: string | Uint8Array): Uint8Array {
  const packed = deflateSync(objects)
  const open = `<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`
  return Buffer.concat([
    text(`%PDF-1.7\n1 0 obj\n${open}`),
    packed,
    text('\nendstream\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n0\n%%EOF\n'),
  ])
}

const ACTIVE: Readonly<Record<string, string>> = {
  'a script': '<< /S /JavaScript /JS (app.alert(1)) >>',
  'a script on opening': '<< /Type /Catalog /OpenAction << /S /JavaScript /JS (1) >> >>',
  'a script under an escaped name': '<< /S /J#61vaScript /JS (1) >>',
  'an action that starts a program': '<< /S /Launch /F (cmd.exe) >>',
  'an embedded file': '<< /Type /EmbeddedFile /Length 0 >>',
}

const OTHERS: Readonly<Record<string, () => Uint8Array>> = {
  nothing: () => new Uint8Array(),
  'one byte': () => text('%'),
  'a web page': () => text('<!DOCTYPE html><script>alert(1)</script>'),
  'a drawing with a script (SVG)': () =>
    text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
  'a program of Windows': () => Buffer.concat([text('MZ'), Buffer.alloc(400)]),
  'a program of Linux': () => Buffer.concat([text('\x7fELF\x02\x01\x01'), Buffer.alloc(400)]),
  'a shell script': () => text('#!/bin/sh\nrm -rf /\n'),
  'a zip archive': () => zip({ 'a.pdf': '%PDF-1.7' }),
  'an archive that escapes its folder': () => zip({ '../../etc/passwd': 'x' }),
  'a bomb of zeros': () => zipSync({ 'a.dcm': new Uint8Array(50_000_000) }, { level: 9 }),
  'an archive of archives': () => zipSync({ 'a.zip': zipSync({ 'b.zip': zip({ 'c.txt': 'x' }) }) }),
  'a document with macros (DOCM)': () => zip({ '[Content_Types].xml': '<Types/>', 'word/vbaProject.bin': 'x' }),
  'a workbook with macros (XLSM)': () => zip({ '[Content_Types].xml': '<Types/>', 'xl/vbaProject.bin': 'x' }),
  'an old document with macros (DOC)': () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
  'a program of Java': () => zip({ 'META-INF/MANIFEST.MF': 'Main-Class: A' }),
  'a GIF': () => text('GIF89a\x01\x00\x01\x00\x00\x00\x00;'),
  'a TIFF': () => Buffer.concat([text('II*\0'), Buffer.alloc(100)]),
  'a web picture': () => Buffer.concat([text('RIFF\x20\0\0\0WEBPVP8 '), Buffer.alloc(32)]),
  'a RAR archive': () => Buffer.concat([text('Rar!\x1a\x07\x01\0'), Buffer.alloc(60)]),
  'a compressed tar': () => Buffer.from('1f8b0800000000000003', 'hex'),
  'a page for Flash': () => Buffer.concat([text('FWS\x05'), Buffer.alloc(60)]),
  'random bytes': () => Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 256)),
  PostScript: () => text('%!PS-Adobe-3.0\n(x) print\n'),
  'rich text': () => text('{\\rtf1\\object\\objupdate}'),
  'a mail': () => text('From: a@b.example\r\nSubject: x\r\n\r\nhello'),
}

const PICTURES: Readonly<Record<string, () => Uint8Array>> = {
  'a PNG of 900 million pixels': () => png(30_000, 30_000),
  'a PNG as wide as can be': () => png(0xffffffff, 0xffffffff),
  'a PNG whose end is missing': () => png().subarray(0, -12),
  'a PNG without a head': () => Buffer.concat([png().subarray(0, 12), Buffer.alloc(60)]),
  'a JPEG of 4 billion pixels': () => jpeg(65_535, 65_535),
  'a JPEG whose end is missing': () => jpeg().subarray(0, -2),
  'a JPEG without a frame': () => Buffer.from('ffd8ffe00004ffffffd9', 'hex'),
  'a JPEG with a web page behind it': () => Buffer.concat([text('<script>'), jpeg()]),
}

const PDFS: Readonly<Record<string, () => Uint8Array>> = {
  'a PDF whose end is missing': () => pdf().subarray(0, -20),
  'an encrypted PDF': () => pdf('<< /Encrypt 5 0 R >>'),
  'a PDF that unpacks to 60 MB': () => objectStream(new Uint8Array(60_000_000)),
  'a PDF with a stream that cannot be unpacked': () =>
    text('%PDF-1.7\n1 0 obj << /Type /ObjStm >>\nstream\nnot deflate\nendstream\n%%EOF\n'),
  'a PDF with 20,000 streams of objects': () =>
    text(`%PDF-1.7\n${'1 0 obj << /Type /ObjStm >>\nstream\nx\nendstream\n'.repeat(20_000)}%%EOF\n`),
}

const unsaid = (files: Readonly<Record<string, () => Uint8Array>>): HostileUpload[] =>
  Object.entries(files).map(([name, bytes]) => ({ name, bytes, claimed: ANY }))

/** As they come through the door for attachments. */
export const HOSTILE_UPLOADS: readonly HostileUpload[] = [
  ...unsaid(OTHERS),
  ...unsaid(PICTURES),
  ...unsaid(PDFS),
  ...Object.entries(ACTIVE).flatMap(([what, object]) => [
    { name: `a PDF with ${what}`, bytes: () => pdf(object), claimed: ANY },
    { name: `a PDF with ${what}, packed`, bytes: () => objectStream(`1 0 ${object}`), claimed: ANY },
  ]),
  { name: 'a PDF that says that it is a PNG', bytes: () => pdf(), claimed: 'image/png' },
  { name: 'a PNG that says that it is a web page', bytes: () => png(), claimed: 'text/html' },
  { name: 'a JPEG that says that it is a PDF', bytes: () => jpeg(), claimed: 'application/pdf' },
  { name: 'an X-ray that says that it is a PDF', bytes: () => dicom(), claimed: 'application/pdf' },
  { name: 'a web page that says that it is a PDF', bytes: () => text('<html>'), claimed: 'application/pdf' },
]
