import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../adapters/formats/xml/document.ts'
import { readXml } from '../../../adapters/formats/xml/read.ts'
import { gulfDental } from '../../../adapters/providers/gulf-dental/index.ts'
import { inspected } from '../../cli/inspect/samples.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'
import { advice, context } from './samples.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const because = (body: Uint8Array | string) => {
  const read = readXml(typeof body === 'string' ? bytes(body) : body)
  return read.ok ? 'read' : read.because
}
const decoded = (body: Uint8Array) =>
  gulfDental.decode({ transport: 'http', status: 200, headers: {}, body }, context())

const AMPLE = advice({})
const inside = (text: string) => AMPLE.replace('<Claim>', `<Claim>${text}`)

/** Each takes milliseconds; the limit only ends what would never end. */
const AT_ONCE = 15_000

const HOSTILE: [name: string, body: Uint8Array | string, because: RegExp][] = [
  ['a document type', `<!DOCTYPE x SYSTEM "file:///etc/passwd">${AMPLE}`, /declares a document type/],
  ['an external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', /document type/],
  [
    'a billion laughs',
    `<!DOCTYPE a [<!ENTITY a "ha">${'bcdefghij'
      .split('')
      .map((letter, at) => `<!ENTITY ${letter} "${`&${'abcdefghij'[at]};`.repeat(10)}">`)
      .join('')}]><a>&j;</a>`,
    /document type/,
  ],
  ['a document type in the middle', inside('<!DOCTYPE a>'), /document type/],
  ['an entity that nobody declared', inside('<ID>&nbsp;</ID>'), /entity that nobody declared/],
  ['a reference to NUL', inside('<ID>a&#0;b</ID>'), /entity that nobody declared/],
  ['an unfinished entity', inside('<ID>a & b</ID>'), /entity that nobody declared/],
  [
    'XInclude',
    AMPLE.replace(
      '<Claim>',
      '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><Claim>',
    ),
    /XInclude/,
  ],
  ['100,000 levels', '<a>'.repeat(100_000) + '</a>'.repeat(100_000), /nested deeper than 32/],
  ['100,000 levels never closed', '<a>'.repeat(100_000), /nested deeper than 32/],
  ['__proto__ as an element', inside('<__proto__><polluted>1</polluted></__proto__>'), /named __proto__/],
  ['constructor as an element', inside('<constructor/>'), /named constructor/],
  ['NUL', AMPLE.replace('<Claim>', '<Claim>\u0000'), /U\+0000/],
  ['a bell', inside('<ID>\u0007</ID>'), /U\+0007/],
  ['UTF-16 that is cut', Buffer.from(`\ufeff${AMPLE}`, 'utf16le').subarray(0, -1), /not the UTF-16/],
  ['UTF-16 with half a character', Buffer.from(`\ufeff${inside('<ID>\ud83e</ID>')}`, 'utf16le'), /not the UTF-16/],
  ['Latin-1', Buffer.from(inside('<ID>é</ID>'), 'latin1'), /not in UTF-8/],
  [
    'a claim to be another charset',
    inside('<ID>é</ID>').replace('utf-8', 'windows-1256'),
    /says that it is not in UTF-8/,
  ],
  ['another charset in UTF-8 clothes', AMPLE.replace('utf-8', 'utf-7'), /says that it is not in UTF-8/],
  ['a stylesheet', `<?xml-stylesheet href="x"?>${AMPLE}`, /processing instruction/],
  ['a web page', '<html><body>We are down<br></body></html>', /not well-formed/],
  ['words', 'We are down', /not XML/],
  ['nothing', '', /not XML/],
  ['two roots', '<a/><b/>', /not well-formed|not one element/],
  ['a tag left open', '<a><b></a>', /not well-formed/],
  ['a quote left open', '<a b="><c/></a>', /tag is not closed/],
  ['a comment left open', '<a><!-- </a>', /comment is not closed/],
  ['13 MB', new Uint8Array(13_000_000).fill(0x20), /larger than 12000000 bytes/],
  ['a million elements', `<r>${'<a/>'.repeat(1_000_000)}</r>`, /more than 200000 elements/],
  ['a million attributes', `<r ${'a="1" '.repeat(1_000_000)}/>`, /a tag is longer than 5000/],
  ['a million references', `<r>${'&amp;'.repeat(1_000_000)}</r>`, /more than 100000 character references/],
]

describe('hostile documents', () => {
  it.each(HOSTILE)(
    'H4 %s is refused by name, in no time',
    async (_name, body, expected) => {
      expect(because(body)).toMatch(expected)
      const notices = await decoded(typeof body === 'string' ? bytes(body) : body)
      expect(notices.map(({ kind }) => kind)).toEqual(['unreadable'])
    },
    AT_ONCE,
  )

  it(
    'H4 of 10 MB are refused as fast',
    () => {
      for (const body of ['<a b="'.padEnd(10_000_000, 'x'), '<!--'.padEnd(10_000_000, '-'), '<'.repeat(10_000_000)]) {
        expect(because(body)).not.toBe('read')
      }
    },
    AT_ONCE,
  )

  it('H10 leave no trace in our own objects', async () => {
    await decoded(bytes(inside('<__proto__><polluted>1</polluted></__proto__>')))
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('readXml', () => {
  it('gives text as it is meant: entities, references, CDATA, right to left; numbers stay text', () => {
    const read = readXml(
      bytes('<a><b>0012</b><c>1e5 &amp; &lt;x&gt; &#8217;&#x1F9B7;</c><d><![CDATA[<z> & ]]></d>שלום</a>'),
    )
    expect(read.ok && read.root.children.map(({ name, text }) => [name, text])).toEqual([
      ['b', '0012'],
      ['c', '1e5 & <x> \u2019\u{1F9B7}'],
      ['d', '<z> &'],
    ])
    expect(read.ok && read.root.text).toBe('שלום')
  })

  it('takes a byte order mark, comments and a declaration', () => {
    expect(because(bytes('\ufeff<?xml version="1.0" encoding="UTF-8"?><!-- <b> --><a/>'))).toBe('read')
  })
})

// Source: XML 1.0, appendix F, and 4.3.3.
describe('an encoding that is beyond doubt is read', () => {
  const DOCUMENT = '<?xml version="1.0" encoding="utf-16"?><a>é שלום</a>'
  const textOf = (body: Uint8Array) => {
    const read = readXml(body)
    return read.ok ? read.root.text : read.because
  }
  const declaring = (charset: string, text: string) => `<?xml version="1.0" encoding="${charset}"?><a>${text}</a>`

  it.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${DOCUMENT}`, 'utf16le')],
    ['UTF-16, the other order', Buffer.from(`\ufeff${DOCUMENT}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(DOCUMENT, 'utf16le')],
    ['UTF-16, the other order, without a mark', Buffer.from(DOCUMENT, 'utf16le').swap16()],
    ['UTF-16 that declares UTF-8', Buffer.from(`\ufeff${DOCUMENT.replace('utf-16', 'utf-8')}`, 'utf16le')],
    ['UTF-8 that declares UTF-16', Buffer.from(DOCUMENT)],
    ['UTF-8 with a mark that declares UTF-16', Buffer.from(`\ufeff${DOCUMENT}`)],
  ])('%s', (_, body) => {
    expect(textOf(body)).toBe('é שלום')
  })

  it('one byte a character, where it is declared or all of it is ASCII', () => {
    expect(textOf(Buffer.from(declaring('ISO-8859-1', 'é'), 'latin1'))).toBe('é')
    expect(textOf(Buffer.from(declaring('windows-1256', '\xe3'), 'latin1'))).toBe('م')
    expect(textOf(bytes(declaring('windows-1252', 'plain')))).toBe('plain')
  })

  it('and not where two texts are possible, or none', () => {
    expect(textOf(bytes(declaring('iso-8859-1', 'é')))).toBe('it says that it is not in UTF-8')
    expect(textOf(bytes(declaring('utf-7', '+ADw-')))).toBe('it says that it is not in UTF-8')
    expect(textOf(Buffer.from(declaring('utf-16', '\xe9'), 'latin1'))).toBe('it is not in UTF-8')
  })

  it('as it was seen in the field: the whole document is valid and read', async () => {
    const body = fieldBytes('101-declared-utf16-is-utf8.xml')
    expect(readDocument(body, 'Asia/Dubai')).toMatchObject({ ok: true, document: { kind: 'Remittance.Advice' } })
    const wide = Buffer.from(`\ufeff${Buffer.from(body).toString('utf8')}`, 'utf16le')
    for (const each of [body, new Uint8Array(wide)])
      expect(await inspected(each)).toMatchObject({
        readable: true,
        transactions: [{ problems: [], total: '1360.50' }],
      })
  })
})

describe('an element that an exchange added to its schema', () => {
  const VAT = '<VAT>0.00</VAT>'
  const WITH_VAT = AMPLE.replace('</Net>', `</Net>${VAT}`).replace('</PaymentReference>', `</PaymentReference>${VAT}`)
  const readAs = (text: string, strict = false) => readDocument(bytes(text), 'Asia/Dubai', { strict })

  it('is read, kept with its place, and changes nothing of the payment', async () => {
    expect(readAs(WITH_VAT)).toMatchObject({
      ok: true,
      document: {
        extras: [
          { where: 'Claim, VAT', text: '0.00' },
          { where: 'Claim, Activity, VAT', text: '0.00' },
        ],
      },
    })
    const [plain] = await decoded(bytes(AMPLE))
    const [added] = await decoded(bytes(WITH_VAT))
    if (plain?.kind !== 'remittance' || added?.kind !== 'remittance') throw new Error('no remittance')
    expect({ ...added.remittance, said: [] }).toEqual(plain.remittance)
    expect(added.remittance.said).toContainEqual({ list: 'added by the exchange', code: 'Claim, VAT', text: '0.00' })
  })

  it('breaks the schema of what we write ourselves', () => {
    expect(readAs(WITH_VAT, true)).toMatchObject({ ok: false })
    expect(readAs(AMPLE, true)).toMatchObject({ ok: true, document: { extras: [] } })
  })

  it.each([
    [
      'is misspelt as one of the schema',
      AMPLE.replaceAll('PatientShare', 'patientshare').replace('</Net>', '</Net><net>1</net>'),
    ],
    ['holds one of the schema', AMPLE.replace('</Net>', '</Net><More><PaymentAmount>1</PaymentAmount></More>')],
    ['is one of the schema in another place', AMPLE.replace('</Net>', '</Net><DenialCode>A</DenialCode>')],
  ])('is none where it %s: refused', (_, text) => {
    expect(readAs(text)).toMatchObject({ ok: false })
  })

  it('of other text than an amount is said by its name only', async () => {
    const [notice] = await decoded(bytes(AMPLE.replace('</Net>', '</Net><Remark>JANE DOE</Remark>')))
    expect(notice).toMatchObject({ kind: 'remittance', remittance: { said: [{ code: 'Claim, Activity, Remark' }] } })
    expect(JSON.stringify(notice)).not.toContain('DOE')
  })

  it('is shown by inspect, as it was seen in the field', async () => {
    const report = await inspected(fieldBytes('113b-claim-submission-vat.xml'))
    expect(report).toMatchObject({ readable: true, transactions: [{ total: '186.00', claims: [{ lines: 2 }] }] })
    expect(
      report.transactions.flatMap(({ problems }) => problems.map(({ code, where }) => `${code} at ${where}`)),
    ).toEqual(['unknown-code at Claim, VAT', 'unknown-code at Claim, Activity 1, VATPercent'])
  })
})

describe('the schema', () => {
  const read = (text: string) => {
    const document = readDocument(bytes(text), 'Asia/Dubai')
    return document.ok ? 'read' : document.because
  }

  it.each([
    [
      'a missing element',
      AMPLE.replace(/<IDPayer>.*<\/IDPayer>/, ''),
      'Claim, ProviderID: not expected here, but IDPayer',
    ],
    [
      'elements in another order',
      AMPLE.replace(/(<ID>.*?<\/ID>)\s*(<IDPayer>.*?<\/IDPayer>)/, '$2$1'),
      'Claim, IDPayer: not expected here, but ID',
    ],
    [
      'an amount out of shape',
      AMPLE.replace('<PaymentAmount>', '<PaymentAmount>1,'),
      'Activity, PaymentAmount: its value breaks the rule pattern',
    ],
    [
      'another kind of document',
      AMPLE.replaceAll('Remittance.Advice', 'Person.Register'),
      'no document of the exchange',
    ],
    [
      'fewer claims than it counts',
      AMPLE.replace('<RecordCount>1<', '<RecordCount>2<'),
      'RecordCount: it counts 2 records and holds 1',
    ],
    ['a month that is none', AMPLE.replace('01/12/2026 10:00', '01/19/2026 10:00'), 'TransactionDate: it is no date'],
  ])('names place and rule of %s', (_name, text, sentence) => {
    expect(read(text)).toContain(sentence)
  })

  it('names place and rule of an element that nobody knows in what we write', () => {
    const document = readDocument(bytes(inside('<Bonus>1</Bonus>')), 'Asia/Dubai', { strict: true })
    expect(document.ok ? 'read' : document.because).toContain('Claim, Bonus: not expected here, but ID')
  })

  it('never quotes a value', () => {
    const secret = 'Corazon-Villanueva'
    for (const name of ['PaymentAmount', 'Net', 'DateSettlement', 'DispositionFlag', 'Start']) {
      const sentence = read(AMPLE.replace(new RegExp(`<${name}>[^<]*`), `<${name}>${secret}`))
      expect(sentence).toContain(name)
      expect(sentence).not.toContain(secret)
    }
  })

  it('keeps its memory: 1,000 documents, valid and not, grow nothing that stays', () => {
    const bad = AMPLE.replace('<RecordCount>1<', '<RecordCount>x<')
    for (let count = 0; count < 200; count += 1) read(count % 2 === 0 ? AMPLE : bad)
    const before = process.memoryUsage().rss
    for (let count = 0; count < 1_000; count += 1) read(count % 2 === 0 ? AMPLE : bad)
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  })
})
