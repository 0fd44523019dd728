import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../adapters/formats/csv/readCsv.ts'
import { writeCsv } from '../../../adapters/formats/csv/writeCsv.ts'
import { plainText, safeText } from '../../../adapters/formats/table/cells.ts'
import { type ColumnSpec, readRecords } from '../../../adapters/formats/table/readRecords.ts'
import { amountOf, dayOf, looksLikeAmount, type Writing } from '../../../adapters/formats/table/readValue.ts'
import { type RemittanceColumns, remittancesOf } from '../../../adapters/formats/table/remittance.ts'
import type { SheetCell } from '../../../adapters/formats/table/sheet.ts'
import { readXlsx } from '../../../adapters/formats/xlsx/readXlsx.ts'
import { writeXlsx } from '../../../adapters/formats/xlsx/writeXlsx.ts'
import { checkRemittance } from '../../../domain/money/remittance.ts'
import { inspected } from '../../cli/inspect/samples.ts'
import { fieldBytes } from '../../support/fieldFiles.ts'

const writing: Writing = { currency: 'PHP', decimal: '.', thousands: ',', days: 'DD/MM/YYYY' }
const agreement = { delimiter: ',', charset: 'utf-8' } as const
const bytes = (text: string) => new TextEncoder().encode(text)
const optional = (title: string, kind: ColumnSpec['kind'] = 'amount'): ColumnSpec => ({
  titles: [title],
  kind,
  required: false,
})
const columns: RemittanceColumns = {
  submissionNumber: { titles: ['Submission number', 'Your ref'], kind: 'text', required: true },
  reference: optional('Claim no', 'text'),
  line: optional('Line', 'text'),
  code: optional('Code', 'text'),
  charged: { titles: ['Charged'], kind: 'amount', required: true },
  paid: { titles: ['Paid'], kind: 'amount', required: true },
  contractual: optional('Discount'),
  patient: optional('Patient share'),
  denied: optional('Not covered'),
  reason: optional('Remarks', 'text'),
  payment: optional('Check', 'text'),
  paidOn: optional('Date', 'day'),
  patientName: optional('Patient', 'text'),
  birthDate: optional('Born', 'day'),
  memberId: optional('Member', 'text'),
  serviceDate: optional('Service date', 'day'),
}

const FILE = `Laguna Care,,,,,,,,,
Your Ref.,Claim no,Line,Code,Charged,Paid,Discount,Patient share,Not covered,Remarks,Check,Date
k7q2m4x8z1b3c5d9,LC-1,1,D2740,"12,000.00","9,000.00","1,000.00","2,000.00",,copay,CK-9,05/11/2026
k7q2m4x8z1b3c5d9,LC-1,2,D2392,1600.50,0,,,1600.50,not covered,CK-9,05/11/2026
A1B2C3D4E5F6G7H8,LC-2,1,D0120,500,500,,,,,CK-9,05/11/2026

`

function read(text: string, over: Partial<RemittanceColumns> = {}) {
  const table = readCsv(bytes(text), agreement)
  if (!table.ok) throw new Error(table.because)
  const records = readRecords(table, { ...columns, ...over }, writing)
  const { remittances, problems } = remittancesOf(records.rows, { payer: 'LAGUNA', currency: 'PHP' })
  return { remittances, problems: [...records.problems, ...problems] }
}

describe('a remittance as CSV', () => {
  it('becomes a payment whose lines and claims balance', () => {
    const { remittances, problems } = read(FILE)
    expect(problems).toEqual([])
    expect(remittances).toHaveLength(1)
    const [remittance] = remittances
    if (remittance === undefined) throw new Error('none')
    expect(checkRemittance(remittance)).toEqual([])
    expect(remittance).toMatchObject({ traceNumber: 'CK-9', paidOn: '2026-11-05', amount: 950_000 })
    expect(remittance.claims[0]).toMatchObject({
      submissionNumber: 'K7Q2M4X8Z1B3C5D9',
      references: [{ type: 'claim-number', value: 'LC-1' }],
      charged: 1_360_050,
      paid: 900_000,
      patientResponsibility: 200_000,
      itemised: true,
      lines: [
        { controlNumber: '1', paid: 900_000, adjustments: [{ bucket: 'contractual' }, { bucket: 'patient' }] },
        { controlNumber: '2', paid: 0, adjustments: [{ bucket: 'denied', said: { text: 'not covered' } }] },
      ],
    })
    expect(remittance.claims[1]).toMatchObject({ paid: 50_000, itemised: false, outcome: 'processed' })
  })

  it.each([
    ['an amount in doubt', '1600.50,0,', '"1.600,50",0,', 'row 4, Charged'],
    ['a wrong group', '"9,000.00"', '"9,00"', 'row 3, Paid'],
    ['a day that is none', 'CK-9,05/11/2026', 'CK-9,31/11/2026', 'row 3, Date'],
    ['no amount', '500,500', ',500', 'row 5, Charged'],
    ['no claim', 'A1B2C3D4E5F6G7H8,LC-2', ',', 'row 5'],
    ['no title', 'Charged', 'Fee', 'title row'],
    ['a title twice', 'Claim no', 'Paid', 'row 2, Paid'],
  ])('names the place of %s', (_what, from, to, where) => {
    const { problems } = read(FILE.replace(from, to))
    expect(problems[0]?.where).toContain(where)
  })

  it('denies a claim of which nothing is left', () => {
    const rows = 'Your ref,Charged,Paid,Not covered,Check,Date\nA1B2C3D4E5F6G7H8,500,0,500,CK-1,05/11/2026'
    expect(read(rows).remittances[0]?.claims[0]).toMatchObject({ outcome: 'denied', lines: [] })
  })
})

// Source: the ways of accounting formats in spreadsheet programs (ECMA-376 18.8.30 numFmt).
describe('amounts as bookkeepers write them', () => {
  const PESOS: Writing = { currency: 'PHP', decimal: '.', thousands: ',', days: 'YYYY-MM-DD' }
  const ALL: Writing['bookkeeping'] = ['brackets', 'minus-behind', 'long-minus', 'currency-sign', 'dash-for-zero']
  const WAYS: [text: string, minor: number, looksLike: string][] = [
    ['(20.00)', -2000, 'a negative amount in brackets'],
    ['(1,234.50)', -123_450, 'a negative amount in brackets'],
    ['20.00-', -2000, 'a negative amount with the minus behind it'],
    ['20.00 -', -2000, 'a negative amount with the minus behind it'],
    ['\u221220.00', -2000, 'a negative amount with a typographic minus'],
    ['₱20.00', 2000, 'an amount with a currency sign'],
    ['PHP 20.00', 2000, 'an amount with a currency sign'],
    ['20.00 PHP', 2000, 'an amount with a currency sign'],
    ['-₱20.00', -2000, 'an amount with a currency sign'],
    ['₱-20.00', -2000, 'an amount with a currency sign'],
    ['(₱20.00)', -2000, 'a negative amount in brackets and an amount with a currency sign'],
    ['₱(20.00)', -2000, 'an amount with a currency sign and a negative amount in brackets'],
    ['-', 0, 'a dash for zero'],
    ['–', 0, 'a dash for zero'],
  ]

  it.each(WAYS)(
    '%s is read where it was agreed, and else a doubt that says what it looks like',
    (text, minor, looks) => {
      expect(amountOf({ kind: 'text', text }, { ...PESOS, bookkeeping: ALL })).toBe(minor)
      expect(amountOf({ kind: 'text', text }, PESOS)).toBeNull()
      expect(looksLikeAmount({ kind: 'text', text }, PESOS)).toBe(looks)
    },
  )

  it('each way is agreed by itself', () => {
    const signs: Writing = { ...PESOS, bookkeeping: ['currency-sign'] }
    expect(amountOf({ kind: 'text', text: '₱20.00' }, signs)).toBe(2000)
    expect(amountOf({ kind: 'text', text: '20.00' }, signs)).toBe(2000)
    expect(amountOf({ kind: 'text', text: '-20.00' }, signs)).toBe(-2000)
    for (const text of ['(20.00)', '20.00-', '-', '₱(20.00)'])
      expect(amountOf({ kind: 'text', text }, signs)).toBeNull()
  })

  it.each(['(-20.00)', '-20.00-', '(20.00', '()', '₱', '$20.00', 'USD 20.00', '(20)(30)', '--', '(abc)', '20.00 CR'])(
    '%s is no amount, whatever was agreed',
    (text) => {
      expect(amountOf({ kind: 'text', text }, { ...PESOS, bookkeeping: ALL })).toBeNull()
      expect(looksLikeAmount({ kind: 'text', text }, PESOS)).toBeNull()
    },
  )

  it('the doubt stands at its cell, as it was seen in the field', async () => {
    const table = readCsv(fieldBytes('75-brackets.csv'), agreement)
    if (!table.ok) throw new Error(table.because)
    const over = { ...columns, payment: optional('Payment number', 'text'), paidOn: optional('Payment date', 'text') }
    const writing: Writing = { ...PESOS, currency: 'USD' }
    expect(readRecords(table, over, writing).problems).toEqual([
      {
        code: 'malformed',
        where: 'row 2, Paid',
        message: 'no amount as agreed with the provider: it looks like a negative amount in brackets',
      },
    ])
    const agreed = readRecords(table, over, { ...writing, bookkeeping: ['brackets'] })
    expect(agreed).toMatchObject({ problems: [], rows: [{ amount: { paid: -10_000 } }] })
    expect(JSON.stringify(await inspected(fieldBytes('75-brackets.csv')))).toContain('a negative amount in brackets')
  })
})

describe('reading CSV', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', bytes(' \n'), 'it is empty'],
    ['another charset', new Uint8Array([0x61, 0xff, 0x62]), 'it is not utf-8'],
    ['a cut file', bytes('a,b\n"c'), 'quote not closed at line'],
    ['control characters', bytes('a,b\u0000'), 'it has control characters'],
    ['too many columns', bytes(','.repeat(300)), 'more than 200 columns'],
    ['too many rows', bytes('a\n'.repeat(50_001)), 'more than 50000 rows'],
    ['a huge file', new Uint8Array(10_000_001), 'larger than'],
  ])('refuses %s', (_what, file, because) => {
    const table = readCsv(file, agreement)
    expect(table.ok ? '' : table.because).toContain(because)
  })

  it('knows UTF-16 and UTF-8 by their mark, whatever was agreed', () => {
    for (const file of [
      Buffer.from('\ufeffé,b', 'utf16le'),
      Buffer.from('\ufeffé,b', 'utf16le').swap16(),
      bytes('\ufeffé,b'),
    ])
      expect(readCsv(file, { delimiter: ',', charset: 'windows-1252' })).toMatchObject({
        rows: [[{ text: 'é' }, { text: 'b' }]],
      })
  })

  // Source: WHATWG encoding, index windows-1252: 0x91 to 0x94 curly signs, 0x96 dash, 0x80 euro.
  it('windows-1252 with curly signs is read where it was agreed', () => {
    const file = new Uint8Array(Buffer.from('\x91a\x92,\x93b\x94\x96\x80\n\xe9,c', 'latin1'))
    expect(readCsv(file, { delimiter: ',', charset: 'windows-1252' })).toEqual({
      ok: true,
      rows: [
        [
          { kind: 'text', text: '‘a’' },
          { kind: 'text', text: '“b”–€' },
        ],
        [
          { kind: 'text', text: 'é' },
          { kind: 'text', text: 'c' },
        ],
      ],
    })
    const field = readCsv(fieldBytes('77c-cp1252-curly-apostrophe.csv'), { delimiter: ',', charset: 'windows-1252' })
    expect(field).toMatchObject({ ok: true, rows: [{}, [{}, {}, {}, {}, null, { text: 'patient’s share' }, {}, {}]] })
  })

  it('windows-1252 that was not agreed is said as a doubt and never read', () => {
    expect(readCsv(fieldBytes('77c-cp1252-curly-apostrophe.csv'), agreement)).toEqual({
      ok: false,
      because: 'it is not utf-8: it looks like windows-1252, which was not agreed',
    })
    // 0x81 stands for nothing in windows-1252: it is another charset again.
    const other = new Uint8Array(Buffer.from('\x81,a', 'latin1'))
    expect(readCsv(other, agreement)).toEqual({ ok: false, because: 'it is not utf-8' })
    expect(readCsv(other, { delimiter: ',', charset: 'windows-1252' })).toMatchObject({ ok: false })
  })

  it('H10 takes __proto__ for a title like any other', () => {
    const table = readCsv(bytes('__proto__,constructor,Your ref,Charged,Paid\nx,y,A,1,1'), agreement)
    if (!table.ok) throw new Error(table.because)
    const records = readRecords(table, columns, writing)
    expect(records.rows[0]?.text.submissionNumber).toBe('A')
    expect(({} as { x?: string }).x).toBeUndefined()
  })
})

describe('amounts and days', () => {
  const text = (written: string, over: Partial<Writing> = {}) =>
    amountOf({ kind: 'text', text: written }, { ...writing, ...over })

  it('are read as agreed and not otherwise', () => {
    expect(text('1,234.50')).toBe(123_450)
    expect(text('-1,234.5')).toBe(-123_450)
    expect(text('1.234,50', { decimal: ',', thousands: '.' })).toBe(123_450)
    expect(text('1\u202f234,50', { decimal: ',', thousands: ' ' })).toBe(123_450)
    for (const doubt of [
      '1.234,50',
      '1,23',
      '12,34.00',
      '1,2345',
      '1.005',
      '(5.00)',
      '5.00-',
      'PHP 5',
      '1e3',
      '',
      '.',
      '5.',
      '--5',
    ])
      expect(text(doubt), doubt).toBeNull()
    expect(text('1,234', { thousands: null })).toBeNull()
  })

  it('are what a spreadsheet program shows of a number', () => {
    const number = (digits: string) => amountOf({ kind: 'number', digits }, writing)
    expect(number('136.19999999999999')).toBe(13_620)
    expect(number('1.36E2')).toBe(13_600)
    expect(number('136.125')).toBeNull()
    expect(number('1E400')).toBeNull()
  })

  it('knows the days of the calendar', () => {
    const day = (written: string) => dayOf({ kind: 'text', text: written }, writing)
    expect(day('5/11/2026')).toBe('2026-11-05')
    for (const none of ['31/11/2026', '11/31/2026', '2026-11-05', '5/11/26', '']) expect(day(none), none).toBeNull()
  })
})

describe('what we write comes back', () => {
  const cell = fc.oneof<fc.Arbitrary<SheetCell>[]>(
    fc.string({ unit: 'grapheme', minLength: 1 }),
    fc.constantFrom('=1+1', '@SUM(A1)', "'=x", '-5', '+63 2 555', '\t=cmd', '=HYPERLINK("http://x")', '"a","b"'),
    fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map((amount) => ({ amount, currency: 'PHP' })),
  )
  const sheet = fc.array(fc.array(cell, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 })
  const expected = (written: SheetCell) =>
    written !== null && typeof written === 'object' && 'amount' in written
      ? written.amount
      : plainText(safeText(String(written)))

  it('H7 in CSV, and no text starts a formula', () => {
    fc.assert(
      fc.property(sheet, (rows) => {
        const table = readCsv(writeCsv(rows), agreement)
        if (!table.ok)
          return rows.every((row) => row.every((each) => typeof each === 'string' && safeText(each) === ''))
        const filled = rows.filter((row) => row.length > 1 || expected(row[0] ?? '') !== '')
        for (const [index, row] of filled.entries()) {
          for (const [at, written] of row.entries()) {
            const read = table.rows[index]?.[at] ?? null
            if (typeof written === 'string') {
              expect(plainText(read?.kind === 'text' ? read.text : '').trim()).toBe(expected(written))
              expect(read?.kind === 'text' ? read.text : '').not.toMatch(/^[=+\-@\t\r]/)
            } else expect(read && amountOf(read, writing)).toBe(expected(written))
          }
        }
        return true
      }),
    )
  })

  it('in XLSX, where amounts are numbers', async () => {
    const rows: SheetCell[][] = [
      ['Name', 'Amount', null, 'Empty'],
      ["O'Brien & Söhne <b>", { amount: -13_620, currency: 'PHP' }, null, { count: 3 }],
      ['=1+1', { amount: 99_999_999_999_999, currency: 'PHP' }, null, '王小明'],
    ]
    const file = await writeXlsx({ title: 'S1', widths: [10], titleRow: 0, rows })
    expect(Buffer.compare(file, await writeXlsx({ title: 'S1', widths: [10], titleRow: 0, rows }))).toBe(0)
    const table = await readXlsx(file)
    if (!table.ok) throw new Error(table.because)
    const [, first, second] = table.rows
    expect(first?.[0]).toEqual({ kind: 'text', text: "O'Brien & Söhne <b>" })
    expect(first?.[1] && amountOf(first[1], writing)).toBe(-13_620)
    // A text cell is no formula: nothing stands in front of it.
    expect(second?.[0]).toEqual({ kind: 'text', text: '=1+1' })
    expect(second?.[1] && amountOf(second[1], writing)).toBe(99_999_999_999_999)
  })
})
