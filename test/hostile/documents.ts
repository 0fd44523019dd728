import { strToU8, zipSync } from 'fflate'
import type { InMessage } from '../../adapters/contract.ts'
import type { HostileFile } from './uploads.ts'

/** A document of a provider, with the adapter that reads it. */
export interface HostileDocument extends HostileFile {
  adapterId: string
  message(body: Uint8Array): InMessage
}

type Door = Pick<HostileDocument, 'adapterId' | 'message'>

const FHIR: Door = {
  adapterId: 'harbor-health',
  message: (body) => ({ transport: 'http', status: 200, headers: {}, body }),
}
const XML: Door = {
  adapterId: 'gulf-dental',
  message: (body) => ({ transport: 'http', status: 200, headers: {}, body }),
}
const X12: Door = {
  adapterId: 'summit-dental',
  message: (body) => ({ transport: 'sftp', name: 'a.x12', body }),
}
const CSV: Door = {
  adapterId: 'cordillera-dental',
  message: (body) => ({ transport: 'sftp', name: 'payments.csv', body }),
}
const WORKBOOK: Door = {
  adapterId: 'laguna-care',
  message: (body) => ({
    transport: 'manual',
    name: 'payments.xlsx',
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    body,
  }),
}
const MAIL: Door = {
  adapterId: 'visayas-health',
  message: (body) => ({ transport: 'email', sender: 'trusted', body }),
}

const at = (door: Door, files: Readonly<Record<string, string | (() => Uint8Array)>>): HostileDocument[] =>
  Object.entries(files).map(([name, content]) => ({
    ...door,
    name,
    bytes: typeof content === 'string' ? () => Buffer.from(content, 'utf8') : content,
  }))

const root = (inner: string) => `<?xml version="1.0" encoding="utf-8"?><Remittance.Advice>${inner}</Remittance.Advice>`
const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
const ISA = 'ISA*00*          *00*          *ZZ*SUMMITDENTAL   *ZZ*BRIGHTSMILE    *260310*1200*^*00501*000000001*0*P*:~'

const XML_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'XML with a document type of a file': `<!DOCTYPE a SYSTEM "file:///etc/passwd">${root('')}`,
  'XML with a document type of an address': `<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd">${root('')}`,
  'a billion laughs': `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]><a>&l10;</a>`,
  'XML that includes a file': root('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'),
  'XML with an entity that nobody declared': root('&passwd;'),
  'XML 100,000 elements deep': () => Buffer.from(`${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`),
  'XML of a million elements': () => Buffer.from(`<r>${'<a/>'.repeat(1_000_000)}</r>`),
  'XML with a million attributes': () => Buffer.from(`<r ${'a="1" '.repeat(1_000_000)}/>`),
  'XML with a million references': () => Buffer.from(`<r>${'&amp;'.repeat(1_000_000)}</r>`),
  'XML with an element named __proto__': root('<__proto__><admin>1</admin></__proto__>'),
  'XML with a stylesheet': `<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>${root('')}`,
  'XML with NUL': root('\0'),
  'XML of 13 MB of blanks': () => new Uint8Array(13_000_000).fill(0x20),
  'a web page in the place of XML': '<html><body>Sign in</body></html>',
  'XML in another charset than it says': () => Buffer.from(root('\xe9'), 'latin1'),
}

const JSON_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'JSON 100,000 arrays deep': () => Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  'JSON 100,000 objects deep': () => Buffer.from(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  'JSON with a member named __proto__': '{"resourceType":"ClaimResponse","__proto__":{"admin":true}}',
  'JSON of two million values': () => Buffer.from(`[${'1,'.repeat(2_000_000)}1]`),
  'JSON with a number of a million digits': () => Buffer.from(`{"a":${'9'.repeat(1_000_000)}}`),
  'JSON that is cut': '{"resourceType":"ClaimResponse","id":"a',
  'JSON that is not UTF-8': () => Buffer.from('{"resourceType":"\xe9"}', 'latin1'),
  'a Bundle in a Bundle': '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle","entry":[]}}]}',
  'a web page in the place of JSON': '<html><body>Sign in</body></html>',
}

const X12_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'X12 that is cut': `${ISA}GS*HP*A*B*20260310*1200*1*X*005010X221A1~ST*835*0001~BPR*I*1`,
  'X12 with half a million segments': () => Buffer.from(`${ISA}${'NTE*ADD*x~'.repeat(500_000)}`),
  'X12 with one segment of 5 MB': () => Buffer.from(`${ISA}NTE*${'x'.repeat(5_000_000)}~`),
  'X12 with a million elements': () => Buffer.from(`${ISA}NTE${'*'.repeat(1_000_000)}~`),
  'X12 in UTF-16': () => Buffer.from(`\ufeff${ISA}`, 'utf16le'),
  'X12 with NUL bytes': `${ISA}\0\0GS*\0~`,
  'an ISA without an end': 'ISA*00*',
  'a program in the place of X12': () => Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4_000)]),
  'a zip in the place of X12': () => zipSync({ 'a.x12': strToU8(ISA) }),
}

const CSV_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'CSV with a quote that never ends': () => Buffer.from(`"${'x'.repeat(2_000_000)}`),
  'CSV of a million columns': () => Buffer.from(','.repeat(1_000_000)),
  'CSV of a million rows': () => Buffer.from('1\n'.repeat(1_000_000)),
  'CSV of 12 MB': () => new Uint8Array(12_000_000).fill(0x31),
  'CSV with NUL': 'Claim,Paid\nA\0,1\n',
  'CSV of formulas': '=cmd|calc,@SUM(1)\n=1+1,+2\n',
  'a workbook in the place of CSV': () => zipSync({ 'xl/workbook.xml': strToU8('<workbook/>') }),
}

const sheet = (body: string | Uint8Array, level: 0 | 9 = 9) =>
  zipSync({
    '[Content_Types].xml': strToU8('<Types/>'),
    'xl/workbook.xml': strToU8('<workbook/>'),
    'xl/worksheets/sheet1.xml': [typeof body === 'string' ? strToU8(body) : body, { level }],
  })

const WORKBOOK_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'a workbook of 400 MB in 400 kB': () => sheet(new Uint8Array(400_000_000)),
  'a workbook with 5,000 files': () =>
    zipSync(Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${n}.xml`, strToU8('x')]))),
  'a workbook whose sheet has a document type': () => sheet('<!DOCTYPE a [<!ENTITY x "y">]><worksheet/>'),
  'a workbook whose cell is in the last row': () =>
    sheet('<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'),
  'a workbook with macros': () =>
    zipSync({ 'xl/workbook.xml': strToU8('<workbook/>'), 'xl/vbaProject.bin': strToU8('x') }),
  'a workbook with a password': () => {
    const locked = Buffer.from(sheet('<worksheet/>', 0))
    const entry = locked.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    locked.writeUInt16LE(1, entry + 8)
    return locked
  },
  'an old workbook with macros (XLS)': () => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
  'a workbook whose sizes are false': () => {
    const honest = Buffer.from(sheet(new Uint8Array(5_000_000)))
    honest.writeUInt32LE(10, honest.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24)
    return honest
  },
  'a workbook with a file outside of its folder': () => zipSync({ '../../xl/workbook.xml': strToU8('<workbook/>') }),
  'a cut workbook': () => sheet('<worksheet/>').subarray(0, 120),
}

const multipart = (parts: string) =>
  `From: a@visayas.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`
const nestedParts = (depth: number) =>
  Array.from({ length: depth }, (_, n) => `Content-Type: multipart/mixed; bOundary=b${n}\r\n\r\n--b${n}\r\n`).join('')

const MAIL_FILES: Readonly<Record<string, string | (() => Uint8Array)>> = {
  'a mail of 100,000 parts': () => Buffer.from(multipart('--b\r\n\r\nx\r\n'.repeat(100_000))),
  'parts within parts, 10,000 deep': () => Buffer.from(nestedParts(10_000)),
  'mails within mails, 10,000 deep': () => Buffer.from('Content-Type: message/rfc822\r\n\r\n'.repeat(10_000)),
  'a mail with a header of 3 MB': () => Buffer.from(`X: ${'a'.repeat(3_000_000)}\r\n\r\nhello`),
  'a mail to 100,000 addresses': () => Buffer.from(`To: ${'a@b.example, '.repeat(100_000)}\r\n\r\nhello`),
  'a mail of 41 MB': () => Buffer.concat([Buffer.from('Subject: x\r\n\r\n'), Buffer.alloc(41_000_000, 'x')]),
  'a mail with a bomb of a workbook': () =>
    Buffer.from(
      multipart(
        `--b\r\nContent-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet; name="p.xlsx"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="p.xlsx"\r\n\r\n${Buffer.from(sheet(new Uint8Array(100_000_000))).toString('base64')}\r\n`,
      ),
    ),
  'a mail with a program': multipart(
    '--b\r\nContent-Type: application/octet-stream; name="a.exe"\r\nContent-Disposition: attachment; filename="a.exe"\r\n\r\nMZ\r\n',
  ),
  'bytes that are no mail': () => Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 7_919) % 256)),
}

/** As they come into the inbox, whichever way. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  ...at(XML, XML_FILES),
  ...at(FHIR, JSON_FILES),
  ...at(X12, X12_FILES),
  ...at(CSV, CSV_FILES),
  ...at(WORKBOOK, WORKBOOK_FILES),
  ...at(MAIL, MAIL_FILES),
]
