import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const FOLDER = mkdtempSync(path.join(os.tmpdir(), 'hostile-'))
const CHILD = path.join(import.meta.dirname, 'hostileChild.ts')
const GB = 1_000_000_000
const HUGE = 'a file of 1 GB, by its size'
afterAll(() => rmSync(FOLDER, { recursive: true }))

/** A sheet of 40 MB of spaces: 40 kB in the file. */
function bomb(): Uint8Array {
  const sheet = new Uint8Array(40_000_000).fill(32)
  const file = (text: string) => new TextEncoder().encode(text)
  return zipSync({
    '[Content_Types].xml': file('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'),
    'xl/workbook.xml': file('<workbook/>'),
    'xl/worksheets/sheet1.xml': [sheet, { level: 1 }],
  })
}

const XML = '<?xml version="1.0"?>'
const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join('')
const HOSTILE: Readonly<Record<string, [content: () => string | Uint8Array, because: RegExp]>> = {
  'document type': [() => `${XML}<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, /document type/],
  'entity bomb': [() => `${XML}<!DOCTYPE a [<!ENTITY l0 "lol">${entities}]><a>&l10;</a>`, /document type|entit/],
  xinclude: [
    () =>
      `${XML}<Claim.Submission><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/></Claim.Submission>`,
    /XInclude/,
  ],
  'XML 100,000 deep': [() => `${XML}${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`, /nested deeper/],
  'JSON 100,000 deep': [() => `${'['.repeat(100_000)}${']'.repeat(100_000)}`, /nested too deeply/],
  'JSON objects 100,000 deep': [() => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /nested too deeply/],
  '__proto__ in JSON': [() => '{"resourceType":"Claim","__proto__":{"admin":true}}', /forbidden name/],
  '__proto__ in XML': [() => `${XML}<Claim.Submission><__proto__>1</__proto__></Claim.Submission>`, /__proto__/],
  'NUL in XML': [() => `${XML}<Claim.Submission>\0</Claim.Submission>`, /U\+0000/],
  'NUL in text': [() => 'Claim number,Paid\nA\0,1\n', /control characters/],
  'UTF-16 X12': [() => Buffer.from('\ufeffISA*00*          *00*', 'utf16le'), /UTF-16/],
  'UTF-16 XML that is cut': [() => Buffer.from(`\ufeff${XML}<Claim.Submission/>`, 'utf16le').subarray(0, -1), /UTF-16/],
  'wrong charset in JSON': [() => Buffer.from('{"resourceType":"Claim","id":"\xe9"}', 'latin1'), /not UTF-8/],
  'wrong charset in XML': [
    () => '<?xml version="1.0" encoding="ISO-8859-1"?><Claim.Submission>é</Claim.Submission>',
    /not in UTF-8/,
  ],
  'zip bomb as XLSX': [bomb, /XLSX: /],
  'mail with 100,000 parts': [
    () =>
      `From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\na\r\n'.repeat(100_000)}--x--\r\n`,
    /mail: .*parts/,
  ],
  'a page of HTML': [() => '<!DOCTYPE html><html><body>Sign in</body></html>', /document type/],
  'random bytes': [
    () => Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7919) % 256)),
    /none of the formats/,
  ],
}

interface Outcome {
  because: string
  /** In yardsticks of test/support/cost.ts. */
  cost: number
  mb: number
}

/** One child reads them all: what one leaves behind counts against the next. */
const outcomes = new Map<string, Outcome>()
beforeAll(async () => {
  const files = Object.entries(HOSTILE).map(([name, [content]]) => {
    const file = path.join(FOLDER, name.replaceAll(/\W/g, '-'))
    writeFileSync(file, content())
    return { name, file }
  })
  const huge = { name: HUGE, file: path.join(FOLDER, 'huge.x12') }
  writeFileSync(huge.file, 'ISA*00*')
  truncateSync(huge.file, GB)
  const all = [...files, huge]
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    CHILD,
    ...all.map(({ file }) => file),
  ])
  const lines = stdout.trimEnd().split('\n')
  for (const [index, { name }] of all.entries()) outcomes.set(name, JSON.parse(lines[index] ?? '') as Outcome)
})

describe('hostile files are refused by name, at little cost and in 200 MB', () => {
  it.each([
    ...Object.entries(HOSTILE).map(([name, [, because]]) => [name, because] as const),
    [HUGE, /larger than 50 MB/] as const,
  ])('%s', (name, because) => {
    const outcome = outcomes.get(name)
    expect(outcome?.because).toMatch(because)
    expect(outcome?.cost).toBeLessThan(50)
    expect(outcome?.mb).toBeLessThan(200)
  })
})
